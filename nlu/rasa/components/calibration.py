"""Train a model and set its temperature from sentences that it has not seen."""

import logging
import time
from collections.abc import Sequence

import numpy as np

from nlu.rasa.components.linear import Linear, Recipe, calibrate, train

logger = logging.getLogger(__name__)


def train_calibrated(
    texts: Sequence[str], labels: Sequence[str], *, name: str, recipe: Recipe | None = None
) -> Linear:
    """Return a model trained on everything, with the temperature found on a held-out fifth."""
    began = time.monotonic()
    held_out = np.arange(len(texts)) % 5 == 0
    part = train(_pick(texts, ~held_out), _pick(labels, ~held_out), recipe)
    temperature = _temperature(part, _pick(texts, held_out), _pick(labels, held_out))
    model = train(texts, labels, recipe)
    model.temperature = temperature
    logger.info(
        "%s: %d sentences, %d labels, %d features, temperature %.2f, %.0f s",
        name, len(texts), len(model.labels), len(model.vocabulary), temperature, time.monotonic() - began,
    )  # fmt: skip
    return model


def _temperature(model: Linear, texts: Sequence[str], labels: Sequence[str]) -> float:
    places = {name: i for i, name in enumerate(model.labels)}
    known = [(text, places[label]) for text, label in zip(texts, labels) if label in places]
    if not known:
        return 1.0
    scores = np.stack([model.scores(text) for text, _ in known])
    return calibrate(scores, np.array([place for _, place in known]))


def _pick(values: Sequence[str], mask: "np.ndarray[object, np.dtype[np.bool_]]") -> list[str]:
    return [value for value, chosen in zip(values, mask) if chosen]
