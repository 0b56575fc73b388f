"""What people of one agency call a procedure, as its staff told us: such a name decides before the model."""

from functools import lru_cache

from bot.dialogue.asking import without_questions
from bot.dialogue.turn import Turn
from bot.dialogue.words import expand
from content.search import Hit, Search

NAMED = 0.92
"""A score of the search from which the text is as good as the name itself."""

Names = tuple[tuple[str, str], ...]


def named(turn: Turn) -> Hit | None:
    """Return the procedure whose own name here is as good as said, or None."""
    pairs = tuple((code, name) for code, names in sorted(turn.facts.names.items()) for name in names)
    if not pairs or not turn.text:
        return None
    search = _search(turn.library.search, pairs)
    # What asks ("hết bao nhiêu tiền") is no part of a name.
    said = (turn.text, without_questions(expand(turn.text)))
    hits = [hit for text in said for hit in search.rank(text, most=1, least=NAMED)]
    best = max(hits, key=lambda hit: hit.score, default=None)
    return best if best and best.code in turn.facts.names else None


@lru_cache(maxsize=32)
def _search(all_names: Search, pairs: Names) -> Search:
    # Among all names, so that a word's weight is what it tells; some 0.1 s, once for each change of an agency.
    return all_names.extended(pairs)
