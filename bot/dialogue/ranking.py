"""Which item a text is about: the model's candidates joined with the search over names."""

from collections.abc import Mapping

from bot.dialogue import national, own_names
from bot.dialogue.asking import leftover
from bot.dialogue.turn import Ranking, Turn
from nlu.understanding import Candidate

SURE = 0.80
"""Answer at once from this probability on: what is said with less is wrong once in four or five times, and asking back
costs one question in a hundred (see `python -m tests.understanding --calibrate`)."""
AHEAD = 2.0
"""…and the best must be this many times as likely as the second, or we ask."""
AHEAD_OF_IMPORTED = 4.0
"""…which is more where the model and the search over the national catalogue disagree."""
AHEAD_BY_NAME = 1.3
"""…which is less where the text is as good as its name."""
POSSIBLE = 0.10
"""Offer a candidate as a choice from this probability on…"""
ASK_BACK = 0.15
"""…if the best has at least this: below it the text is more likely about nothing we know."""
ASK_BACK_IN_SHORT = 0.35
"""The same for a text of fewer words than a story: what is out of scope is said in few words."""
BARE_MOST = 0.95
"""Probability of naming nothing above which what is left is noise."""
STORY = 18
"""Words from which a text tells a story. Its need is inferred from much, and hardly anybody tells us one in vain."""
EXACT = 0.92
"""A score of the search from which the text is as good as the name itself."""
LEXICAL_TRUST = 0.9
"""What a full match of the search is worth as a probability when no model answers."""
CHOICES_MAX = 4


def rank(turn: Turn) -> Ranking:
    """Return what the turn's text may be about; `bot.dialogue` asks once and puts it into the turn."""
    modelled = turn.understanding.source == "rasa"
    rest = _named_share(turn)
    scores = {c.item: min(1.0, c.confidence / rest) for c in turn.understanding.candidates if _known(turn, c.item)}
    certain = modelled and max(scores.values(), default=0.0) >= EXACT
    # Beside the model's word only a full match counts, and looking for no less is much quicker.
    for hit in () if certain else turn.library.search.rank(turn.text, least=EXACT if modelled else 0.0):
        if hit.score >= EXACT:
            scores[hit.code] = max(scores.get(hit.code, 0.0), hit.score)
        elif not modelled:
            scores[hit.code] = LEXICAL_TRUST * hit.score
    imported = national.likely(turn)
    left = 1.0 - sum(imported.values())
    scores = {**{item: left * score for item, score in scores.items()}, **imported}
    if (own := own_names.named(turn)) is not None and _known(turn, own.code):
        scores = {**{item: (1.0 - own.score) * score for item, score in scores.items()}, own.code: own.score}
    ordered = sorted(scores.items(), key=lambda pair: -pair[1])
    candidates = tuple(
        Candidate(item=item, confidence=score) for item, score in ordered if score >= POSSIBLE or item in imported
    )
    if modelled and candidates and not imported and candidates[0].confidence < _least(turn.text):
        return Ranking()
    return Ranking(candidates[:CHOICES_MAX], _sure(candidates, imported))


def _named_share(turn: Turn) -> float:
    """Return what the candidates are shares of: with no talk to ask on about, a text with words of its own names one.

    "bao nhiêu tuổi mới được làm căn cước" sounds like asking on, and cannot be when it comes first.
    """
    alone = turn.memory.get("procedure") is None and turn.understanding.bare <= BARE_MOST
    return 1.0 - turn.understanding.bare if alone and leftover(turn.text) else 1.0


def _least(text: str) -> float:
    return ASK_BACK if len(text.split()) >= STORY else ASK_BACK_IN_SHORT


def _known(turn: Turn, item: str) -> bool:
    return item in turn.library.topics or turn.library.catalogue.get(item) is not None


def _sure(candidates: tuple[Candidate, ...], imported: Mapping[str, float]) -> bool:
    if not candidates or candidates[0].confidence < SURE:
        return False
    ahead = AHEAD_BY_NAME if candidates[0].confidence >= EXACT else AHEAD
    if len({one.item in imported for one in candidates[:2]}) == 2:
        ahead = AHEAD_OF_IMPORTED
    return len(candidates) < 2 or candidates[0].confidence >= ahead * candidates[1].confidence
