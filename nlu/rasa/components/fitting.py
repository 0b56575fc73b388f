"""Train a `Reader` from sentences with their intents and items."""

import logging
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from nlu.rasa.components.examples import ASPECTS, is_certain, label_of
from nlu.rasa.components.features import FAMILIES, features
from nlu.rasa.components.kernel import sharpness, solve
from nlu.rasa.components.likeness import Likeness
from nlu.rasa.components.reader import Head, Reader
from nlu.rasa.components.space import Space, company

Array = np.ndarray[Any, Any]
logger = logging.getLogger(__name__)

COMPANY = 150  # dimensions of latent semantics
COMMONEST_PIECE = 0.3  # pieces in more texts than this cost time and say nothing
ASKED_MOST = 9000  # sentences for the aspects: eleven answers need no more, and the time grows with the cube
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


def fit(sentences: Sequence[Sentence]) -> Reader:
    """Return a reader trained on `sentences`."""
    began = time.monotonic()
    seen = [features(sentence.text) for sentence in sentences]
    spaces, rows = {}, {}
    for name in FAMILIES:
        found = [one[name] for one in seen]
        spaces[name] = Space.learn(found, commonest=COMMONEST_PIECE if name == "piece" else 1.0)
        rows[name] = spaces[name].vectors(found)
    likeness = Likeness(rows, company(rows["word"], COMPANY))
    labels, aspects, intents = _questions(sentences)
    everything = np.arange(len(sentences))
    heads = _heads(likeness.gram("about", everything), {"labels": labels, "intents": intents})
    some = _some(np.flatnonzero(aspects.places >= 0), ASKED_MOST)
    aspect = _heads(likeness.gram("asked", some), {"aspects": aspects.of(some)})["aspects"]
    added = np.zeros((len(sentences), len(aspect.names)), dtype=np.float32)
    added[some] = aspect.added
    heads["aspects"] = Head(aspect.names, added, aspect.sharp)
    logger.info(
        "%d sentences, %d labels, %d features, %.0f s", len(sentences), len(labels.names),
        sum(len(space.vocabulary) for space in spaces.values()), time.monotonic() - began,
    )  # fmt: skip
    return Reader(spaces, likeness, heads)


def _questions(sentences: Sequence[Sentence]) -> tuple[Question, Question, Question]:
    about = [label_of(sentence.intent, sentence.item) for sentence in sentences]
    labels = _question(about, sorted({label for label in about if is_certain(label)}), evenness=0.3)
    asked = _question([sentence.intent for sentence in sentences], list(ASPECTS), evenness=1.2)
    kinds = [sentence.intent for sentence in sentences]
    return labels, asked, _question(kinds, sorted(set(kinds)), evenness=0.0)


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


def _heads(kernel: Array, questions: dict[str, Question]) -> dict[str, Head]:
    care = next(iter(questions.values())).care
    targets = np.hstack([_target(question) for question in questions.values()])
    aside = np.arange(len(care)) % HELD_OUT == 0
    part = solve(kernel[np.ix_(~aside, ~aside)], targets[~aside], care[~aside])
    tried = kernel[np.ix_(aside, ~aside)] @ part
    del part
    added = solve(kernel, targets, care)
    heads, start = {}, 0
    for key, question in questions.items():
        span = slice(start, start + len(question.names))
        start = span.stop
        known = question.places[aside] >= 0
        sharp = sharpness(tried[known, span], question.places[aside][known])
        heads[key] = Head(question.names, added[:, span], sharp, _bias(question) if key == "intents" else None)
    return heads


def _target(question: Question) -> Array:
    target = np.zeros((len(question.places), len(question.names)), dtype=np.float32)
    known = np.flatnonzero(question.places >= 0)
    target[known, question.places[known]] = 1
    return target


def _bias(question: Question) -> Array:
    # Most training sentences ask about procedures; that says how we wrote them, not what people send.
    share = np.bincount(question.places, minlength=len(question.names))
    return np.asarray(-0.5 * np.log(share / np.median(share)), dtype=np.float32)
