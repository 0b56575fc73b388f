"""A small neural network over the kernel's features: it errs in other places, so that both together are right.

One hidden layer shared by all questions. Features are dropped at random while it learns, so that it does not lean
on a few words and reads a long story by all of them. numpy and scipy only; the same seed gives the same net.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack

from nlu.rasa.components.kernel import softmax

Array = np.ndarray[Any, Any]

INPUTS = {"word": 1.0, "pair": 0.8, "idea": 0.7, "piece": 0.8, "ending": 0.8}
"""How strongly each family of features speaks."""
HIDDEN = 128
LEAST = 2
"""Texts that must have a feature; what one text alone has cannot be learnt from."""
PUPILS = 2
ROUNDS, BATCH = 14, 256
RATE, FIRST_RATE = 3e-3, 0.1
FEATURES_DROPPED, HIDDEN_DROPPED = 0.5, 0.3


@dataclass
class Answers:
    """For each text a probability for every name, and how much the text counts (0: unknown)."""

    targets: Array
    care: Array


@dataclass
class Net:
    """`columns` are the features used, by family; `spans` where each question's names stand in the last layer.

    `pupils` are the layers of nets that learnt the same in another order: where they differ it was luck.
    """

    columns: dict[str, Array]
    pupils: list[list[Array]]
    spans: dict[str, tuple[int, int]]

    @classmethod
    def learn(cls, rows: Mapping[str, csr_matrix], asked: Mapping[str, Answers], *, pupils: int = PUPILS) -> "Net":
        """Return a net that learnt to give the answers `asked` for the texts in `rows`."""
        columns = {
            name: np.flatnonzero(np.bincount(rows[name].indices, minlength=rows[name].shape[1]) >= LEAST)
            for name in INPUTS
        }
        texts = hstack([rows[name][:, columns[name]] * weight for name, weight in INPUTS.items()]).tocsr()
        texts = texts.astype(np.float32)
        ends = np.cumsum([0, *(answers.targets.shape[1] for answers in asked.values())])
        spans = {name: (int(ends[i]), int(ends[i + 1])) for i, name in enumerate(asked)}
        taught = [_Lesson(texts, list(asked.values()), list(spans.values()), seed).taught() for seed in range(pupils)]
        return cls(columns, taught, spans)

    def __post_init__(self) -> None:
        # Where a family's feature stands in the first layer.
        starts = np.cumsum([0, *(len(used) for used in self.columns.values())])
        self._starts = dict(zip(self.columns, map(int, starts), strict=False))
        for pupil in self.pupils:  # the first layer is nearly all of a net; half the width is as good
            pupil[0] = pupil[0].astype(np.float16)

    def probabilities(self, vectors: Mapping[str, tuple[Array, Array]]) -> dict[str, Array]:
        """Return, for each question, the probabilities of its names for one text with these `vectors`."""
        places, values = self._placed(vectors)
        # The mean of scores is the geometric mean of probabilities.
        scores = np.mean([_scores(pupil, places, values) for pupil in self.pupils], axis=0)
        return {name: softmax(scores[None, slice(*span)])[0] for name, span in self.spans.items()}

    def _placed(self, vectors: Mapping[str, tuple[Array, Array]]) -> tuple[Array, Array]:
        """Return the rows of the first layer that a text has, and how strongly."""
        places, strengths = [], []
        for name, used in self.columns.items():
            columns, values = vectors[name]
            near = np.minimum(np.searchsorted(used, columns), max(len(used) - 1, 0))
            known = used[near] == columns if len(used) else np.zeros(len(columns), dtype=bool)
            places.append(near[known] + self._starts[name])
            strengths.append(values[known] * INPUTS[name])
        return np.concatenate(places), np.concatenate(strengths).astype(np.float32)


def _scores(layers: list[Array], places: Array, values: Array) -> Array:
    first, shift, last, bias = layers
    return np.asarray(np.maximum(values @ first[places].astype(np.float32) + shift, 0) @ last + bias)


class _Lesson:
    """Gradient descent; the first layer has one pace a feature, as most features are in few texts (Adagrad by row)."""

    def __init__(self, texts: csr_matrix, asked: list[Answers], spans: list[tuple[int, int]], seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._texts, self._asked, self._spans = texts, asked, spans
        names = spans[-1][1]
        self._first = self._drawn(texts.shape[1], HIDDEN) * 0.1
        self._moved = np.full(texts.shape[1], 1e-8, dtype=np.float32)
        self._rest = [
            np.zeros(HIDDEN, np.float32),
            self._drawn(HIDDEN, names) * HIDDEN**-0.5,
            np.zeros(names, np.float32),
        ]
        self._means = [np.zeros_like(layer) for layer in self._rest]
        self._squares = [np.zeros_like(layer) for layer in self._rest]
        self._step = 0

    def _drawn(self, rows: int, columns: int) -> Array:
        return self._random.standard_normal((rows, columns), dtype=np.float32)

    def taught(self) -> list[Array]:
        """Return the layers after all rounds."""
        size = self._texts.shape[0]
        for number in range(ROUNDS):
            order = self._random.permutation(size)
            slower = (1 - number / ROUNDS) ** 0.7
            for start in range(0, size, BATCH):
                self._learn(order[start : start + BATCH], slower)
        return [self._first, *self._rest]

    def _learn(self, chosen: Array, slower: float) -> None:
        rows, seen = self._dropped(self._texts[chosen])
        first = self._first[rows]
        shift, last, bias = self._rest
        raw = seen @ first + shift
        kept = (self._random.random(raw.shape, dtype=np.float32) > HIDDEN_DROPPED) / np.float32(1 - HIDDEN_DROPPED)
        hidden = np.maximum(raw, 0) * kept
        wrong = self._wrong(hidden @ last + bias, chosen)
        back = (wrong @ last.T) * kept * (raw > 0)
        slope = seen.T @ back
        self._moved[rows] += np.einsum("ij,ij->i", slope, slope) / HIDDEN
        self._first[rows] = first - slope * (FIRST_RATE * slower / np.sqrt(self._moved[rows]))[:, None]
        self._move([back.sum(0), hidden.T @ wrong, wrong.sum(0)], RATE * slower)

    def _dropped(self, seen: csr_matrix) -> tuple[Array, csr_matrix]:
        """Return the features that are left of `seen`, and the texts over these alone."""
        kept = self._random.random(len(seen.data), dtype=np.float32) > FEATURES_DROPPED
        ends = np.concatenate([[0], np.cumsum(kept)])[seen.indptr]
        rows, places = np.unique(seen.indices[kept], return_inverse=True)
        data = seen.data[kept] / np.float32(1 - FEATURES_DROPPED)
        return rows, csr_matrix((data, places, ends), shape=(seen.shape[0], len(rows)))

    def _wrong(self, scores: Array, chosen: Array) -> Array:
        wrong = np.empty_like(scores)
        for answers, (start, end) in zip(self._asked, self._spans, strict=False):
            care = answers.care[chosen][:, None] / len(chosen)
            wrong[:, start:end] = (softmax(scores[:, start:end]) - answers.targets[chosen]) * care
        return wrong

    def _move(self, slopes: list[Array], rate: float) -> None:
        """Move the small layers (Adam)."""
        self._step += 1
        settled = np.sqrt(1 - 0.999**self._step) / (1 - 0.9**self._step)
        for layer, mean, square, slope in zip(self._rest, self._means, self._squares, slopes, strict=False):
            mean[...] += 0.1 * (slope - mean)
            square[...] += 0.001 * (slope * slope - square)
            layer[...] -= rate * settled * mean / (np.sqrt(square) + 1e-7)
