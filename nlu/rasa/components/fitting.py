"""Train a `Reader` from sentences with their intents and items."""

import logging
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import vstack

from nlu.rasa.components.examples import ASPECTS, is_certain, label_of
from nlu.rasa.components.features import FAMILIES, features
from nlu.rasa.components.kernel import sharpness, solve
from nlu.rasa.components.likeness import Likeness
from nlu.rasa.components.net import INPUTS, Answers, Net
from nlu.rasa.components.reader import Head, Reader
from nlu.rasa.components.records import Saying
from nlu.rasa.components.space import Space, company

Array = np.ndarray[Any, Any]
logger = logging.getLogger(__name__)

COMPANY = 80  # dimensions of latent semantics: fewer bring more words together, and other people's words are other
COMMONEST_PIECE = 0.3  # pieces in more texts than this cost time and say nothing
ASKED_MOST = 9000  # sentences for the aspects: eleven answers need no more, and the time grows with the cube
SAYING_CARE = 0.5  # a record's words count half of a citizen's
HELD_OUT = 6  # one text in so many is kept aside to set the sharpness


class Sentence(NamedTuple):
    """One training sentence."""

    text: str
    intent: str
    item: str | None


class Question(NamedTuple):
    """A head to fit: its names, the true place of each sentence (-1: none) and how much each sentence counts."""

    names: list[str]
    places: Array
    care: Array

    def of(self, chosen: Array) -> "Question":
        """Return the question for the `chosen` sentences alone."""
        return Question(self.names, self.places[chosen], self.care[chosen])


def fit(sentences: Sequence[Sentence], sayings: Sequence[Saying] = ()) -> Reader:
    """Return a reader trained on `sentences`, and on what the records say of their procedures."""
    began = time.monotonic()
    seen = [features(sentence.text) for sentence in sentences]
    spaces, rows = {}, {}
    for name in FAMILIES:
        found = [one[name] for one in seen]
        spaces[name] = Space.learn(found, commonest=COMMONEST_PIECE if name == "piece" else 1.0)
        rows[name] = spaces[name].vectors(found)
    likeness = Likeness(rows, company(rows["word"], COMPANY))
    questions = _questions(sentences)
    heads = _kernel_heads(likeness, questions)
    logger.info("likeness learnt after %.0f s", time.monotonic() - began)
    told = [features(saying.text) for saying in sayings]
    all_rows = {name: vstack([rows[name], spaces[name].vectors([one[name] for one in told])]) for name in INPUTS}
    net = Net.learn(all_rows, _answers(questions, sayings))
    logger.info(
        "%d sentences, %d sayings, %d labels, %d features, %.0f s", len(sentences), len(sayings),
        len(questions["labels"].names), sum(len(space.vocabulary) for space in spaces.values()),
        time.monotonic() - began,
    )  # fmt: skip
    return Reader(spaces, likeness, heads, net)


def _kernel_heads(likeness: Likeness, questions: dict[str, Question]) -> dict[str, Head]:
    everything = np.arange(len(questions["labels"].places))
    heads = _heads(likeness, "about", everything, {name: questions[name] for name in ("labels", "intents")})
    aspects = questions["aspects"]
    some = _some(np.flatnonzero(aspects.places >= 0), ASKED_MOST)
    asked = _heads(likeness, "asked", some, {"aspects": aspects.of(some)})["aspects"]
    added = np.zeros((len(everything), len(asked.names)), dtype=np.float32)
    added[some] = asked.added
    return {**heads, "aspects": Head(asked.names, added, asked.sharp)}


def _answers(questions: dict[str, Question], sayings: Sequence[Saying]) -> dict[str, Answers]:
    """Return what the net shall say: of the sentences everything, of the sayings what they are about."""
    labels = {name: i for i, name in enumerate(questions["labels"].names)}
    about = np.array([labels.get(saying.item, -1) for saying in sayings], dtype=np.int64)
    answers = {}
    for name, question in questions.items():
        more = about if name == "labels" else np.full(len(sayings), -1)
        places = np.concatenate([question.places, more])
        care = np.concatenate([question.care, np.full(len(sayings), SAYING_CARE)])
        whole = Question(question.names, places, np.where(places >= 0, care, 0).astype(np.float32))
        answers[name] = Answers(_target(whole), whole.care)
    return answers


def _questions(sentences: Sequence[Sentence]) -> dict[str, Question]:
    about = [label_of(sentence.intent, sentence.item) for sentence in sentences]
    kinds = [sentence.intent for sentence in sentences]
    return {
        "labels": _question(about, sorted({label for label in about if is_certain(label)}), evenness=0.3),
        "intents": _question(kinds, sorted(set(kinds)), evenness=0.0),
        "aspects": _question(kinds, list(ASPECTS), evenness=1.2),
    }


def _some(places: Array, most: int) -> Array:
    """Return at most `most` of `places`, drawn evenly and always the same."""
    drawn = np.random.default_rng(1).permutation(places)[:most]
    return np.sort(drawn)


def _question(answers: list[str], names: list[str], *, evenness: float) -> Question:
    order = {name: i for i, name in enumerate(names)}
    places = np.array([order.get(answer, -1) for answer in answers])
    share = np.bincount(places[places >= 0], minlength=len(names))
    even = (np.median(share) / np.maximum(share, 1)) ** evenness
    # Sentences without an answer stay as background with hardly any weight.
    care = np.where(places >= 0, np.clip(even, 0.1, 5.0)[places], 0.02).astype(np.float32)
    return Question(names, places, care)


def _heads(likeness: Likeness, kernel: str, chosen: Array, questions: dict[str, Question]) -> dict[str, Head]:
    sharp = _sharpness(likeness, kernel, chosen, questions)
    targets = np.hstack([_target(question) for question in questions.values()])
    added = solve(likeness.gram(kernel, chosen), targets, _care(questions))
    heads, start = {}, 0
    for key, question in questions.items():
        span = slice(start, start + len(question.names))
        start = span.stop
        heads[key] = Head(question.names, added[:, span], sharp[key], _bias(question) if key == "intents" else None)
    return heads


def _sharpness(likeness: Likeness, kernel: str, chosen: Array, questions: dict[str, Question]) -> dict[str, float]:
    """Return how sharp the scores of each question are, by asking texts that were not learnt."""
    # Half of the texts tell it as well as all, at an eighth of the time and a quarter of the memory.
    drawn = np.sort(np.random.default_rng(2).permutation(len(chosen))[: len(chosen) // 2])
    part = {key: question.of(drawn) for key, question in questions.items()}
    alike = likeness.gram(kernel, chosen[drawn])
    aside = np.arange(len(drawn)) % HELD_OUT == 0
    targets = np.hstack([_target(question) for question in part.values()])
    added = solve(alike[np.ix_(~aside, ~aside)], targets[~aside], _care(part)[~aside])
    tried = alike[np.ix_(aside, ~aside)] @ added
    sharp, start = {}, 0
    for key, question in part.items():
        span = slice(start, start + len(question.names))
        start = span.stop
        known = question.places[aside] >= 0
        sharp[key] = sharpness(tried[known, span], question.places[aside][known])
    return sharp


def _care(questions: dict[str, Question]) -> Array:
    return next(iter(questions.values())).care


def _target(question: Question) -> Array:
    target = np.zeros((len(question.places), len(question.names)), dtype=np.float32)
    known = np.flatnonzero(question.places >= 0)
    target[known, question.places[known]] = 1
    return target


def _bias(question: Question) -> Array:
    # Most training sentences ask about procedures; that says how we wrote them, not what people send.
    share = np.bincount(question.places, minlength=len(question.names))
    return np.asarray(-0.5 * np.log(share / np.median(share)), dtype=np.float32)
