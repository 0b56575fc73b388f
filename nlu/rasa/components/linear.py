"""A linear model over sparse features: softmax over labels, probabilities calibrated by temperature.

Trained with scipy's sparse matrices; asked with numpy alone, in well under a millisecond.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from nlu.rasa.components.augment import variants
from nlu.rasa.components.features import features

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Recipe:
    """How to train: copies per sentence, passes over the data, sizes; the defaults were measured."""

    copies: int = 2
    parts: bool = True
    epochs: int = 6
    rate: float = 0.5
    decay: float = 1e-6
    smoothing: float = 0.05
    batch: int = 128
    rarest: int = 2
    seed: int = 20261122


@dataclass
class Linear:
    """`weights` has one row per feature and one column per label."""

    labels: list[str]
    vocabulary: dict[str, int]
    rarity: Array
    weights: Array
    bias: Array
    temperature: float = 1.0

    def scores(self, text: str) -> Array:
        """Return the labels' raw scores for `text`."""
        columns, values = _weighted(text, self.vocabulary, self.rarity)
        if not columns.size:
            return np.asarray(self.bias, dtype=np.float32)
        return np.asarray(values @ self.weights[columns].astype(np.float32) + self.bias)

    def probabilities(self, text: str) -> list[tuple[str, float]]:
        """Return every label with its probability, likeliest first."""
        chances = softmax(self.scores(text)[None, :] / self.temperature)[0]
        return [(self.labels[i], float(chances[i])) for i in np.argsort(-chances)]

    def save(self, folder: Path) -> None:
        """Write the model into `folder` as plain arrays and JSON: loading it runs no code."""
        np.savez_compressed(
            folder / "weights.npz",
            weights=self.weights.astype(np.float16), bias=self.bias, rarity=self.rarity,
        )  # fmt: skip
        names = {"labels": self.labels, "vocabulary": list(self.vocabulary), "temperature": self.temperature}
        (folder / "names.json").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Linear":
        """Read a model that `save` wrote."""
        names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            return cls(
                labels=names["labels"],
                vocabulary={name: i for i, name in enumerate(names["vocabulary"])},
                rarity=arrays["rarity"],
                weights=arrays["weights"],
                bias=arrays["bias"],
                temperature=names["temperature"],
            )


def train(texts: Sequence[str], labels: Sequence[str], recipe: Recipe | None = None) -> Linear:
    """Return a model fitted to `texts` and their altered copies (temperature 1, see `calibrate`)."""
    recipe = recipe or Recipe()
    rng = random.Random(recipe.seed)  # noqa: S311 - no secret
    spread = [
        (copy, label)
        for text, label in zip(texts, labels)
        for copy in [text, *variants(text, rng, count=recipe.copies, parts=recipe.parts)]
    ]
    seen = [features(text) for text, _ in spread]
    vocabulary, rarity = _learn_words(seen, recipe.rarest)
    names = sorted(set(labels))
    matrix = _matrix(seen, vocabulary, rarity)
    places = {name: i for i, name in enumerate(names)}
    target = np.array([places[label] for _, label in spread])
    weights, bias = _fit(matrix, target, len(names), recipe)
    return Linear(names, vocabulary, rarity, weights, bias)


def softmax(scores: Array) -> Array:
    """Return rows of probabilities."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def calibrate(scores: Array, target: Array) -> float:
    """Return the temperature under which held-out `scores` are likeliest to be right."""
    choices = np.geomspace(0.05, 5.0, 120)
    losses = [_loss(scores / choice, target) for choice in choices]
    return float(choices[int(np.argmin(losses))])


def _loss(scores: Array, target: Array) -> float:
    chances = softmax(scores)[np.arange(len(target)), target]
    return float(-np.log(np.maximum(chances, 1e-9)).mean())


def _learn_words(seen: list[list[str]], rarest: int) -> tuple[dict[str, int], Array]:
    counts: Counter[str] = Counter()
    for found in seen:
        counts.update(set(found))
    kept = sorted(name for name, count in counts.items() if count >= rarest)
    rarity = np.array([np.log(len(seen) / counts[name]) + 1 for name in kept], dtype=np.float32)
    return {name: i for i, name in enumerate(kept)}, rarity


def _weighted(text: str | list[str], vocabulary: dict[str, int], rarity: Array) -> tuple[Array, Array]:
    found = features(text) if isinstance(text, str) else text
    counts = Counter(vocabulary[name] for name in found if name in vocabulary)
    columns = np.fromiter(counts, dtype=np.int32, count=len(counts))
    values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))) * rarity[columns]
    length = float(np.sqrt((values**2).sum())) or 1.0
    return columns, (values / length).astype(np.float32)


def _matrix(seen: list[list[str]], vocabulary: dict[str, int], rarity: Array) -> csr_matrix:
    rows = [_weighted(found, vocabulary, rarity) for found in seen]
    ends = np.cumsum([0] + [len(columns) for columns, _ in rows])
    columns = np.concatenate([columns for columns, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values, columns, ends), shape=(len(seen), len(vocabulary)))


def _fit(matrix: csr_matrix, target: Array, classes: int, recipe: Recipe) -> tuple[Array, Array]:
    # Softmax regression by AdaGrad; each step touches only the rows of features that its batch has.
    weights = np.zeros((matrix.shape[1], classes), dtype=np.float32)
    pace = np.full_like(weights, 1e-8)
    bias = np.zeros(classes, dtype=np.float32)
    share = np.bincount(target, minlength=classes)
    balance = np.sqrt(share.mean() / share)[target].astype(np.float32)
    for rows in _batches(len(target), recipe):
        part = matrix[rows]
        touched, places = np.unique(part.indices, return_inverse=True)
        part = csr_matrix((part.data, places, part.indptr), shape=(len(rows), len(touched)))
        held = weights[touched]
        error = softmax(part @ held + bias)
        error -= recipe.smoothing / classes
        error[np.arange(len(rows)), target[rows]] -= 1 - recipe.smoothing
        error *= balance[rows, None]
        slope = part.T @ error + recipe.decay * len(target) * held
        pace[touched] += slope**2
        weights[touched] = held - recipe.rate * slope / np.sqrt(pace[touched])
        bias -= 0.01 * error.mean(axis=0)
    return weights, bias


def _batches(size: int, recipe: Recipe) -> Iterator[Array]:
    shuffler = np.random.default_rng(recipe.seed)
    for _ in range(recipe.epochs):
        order = shuffler.permutation(size)
        yield from (order[start : start + recipe.batch] for start in range(0, size, recipe.batch))
