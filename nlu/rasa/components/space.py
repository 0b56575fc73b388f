"""Sparse vectors of one family of features, and dense vectors that bring words of one company together."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import svds

Array = np.ndarray[Any, Any]


@dataclass
class Space:
    """A vocabulary with the rarity (inverse document frequency) of each of its features."""

    vocabulary: dict[str, int]
    rarity: Array

    @classmethod
    def learn(cls, seen: list[list[str]], *, commonest: float = 1.0) -> "Space":
        """Return the space of the features in `seen`, without those in more than `commonest` of the texts."""
        counts: Counter[str] = Counter()
        for found in seen:
            counts.update(set(found))
        kept = sorted(name for name, count in counts.items() if count <= commonest * len(seen))
        rarity = [np.log((len(seen) + 1) / (counts[name] + 0.5)) for name in kept]
        return cls({name: i for i, name in enumerate(kept)}, np.array(rarity, dtype=np.float32))

    def vector(self, found: list[str]) -> tuple[Array, Array]:
        """Return the columns and values of one text's vector, of unit length: `vectors` for one, and quick."""
        counts = Counter(self.vocabulary[name] for name in found if name in self.vocabulary)
        columns = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        values = np.fromiter(counts.values(), dtype=np.float32, count=len(counts))
        values = (1 + np.log(values)) * self.rarity[columns]
        return columns, values / max(float(np.sqrt(values @ values)), 1e-9)

    def vectors(self, seen: list[list[str]]) -> csr_matrix:
        """Return one row of unit length per text; a text without known features has an empty row."""
        ends, columns, values = [0], [], []
        for found in seen:
            counts = Counter(self.vocabulary[name] for name in found if name in self.vocabulary)
            columns.extend(counts)
            values.extend(counts.values())
            ends.append(len(columns))
        places = np.array(columns, dtype=np.int32)
        weights = (1 + np.log(np.array(values, dtype=np.float32))) * self.rarity[places]
        rows = csr_matrix((weights, places, ends), shape=(len(seen), len(self.vocabulary)), dtype=np.float32)
        lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
        rows.data /= np.repeat(np.where(lengths > 0, lengths, 1), np.diff(rows.indptr)).astype(np.float32)
        return rows


@dataclass
class Postings:
    """Training texts by feature: which texts have it, and how strongly."""

    starts: Array
    texts: Array
    values: Array
    size: int

    @classmethod
    def of(cls, rows: csr_matrix) -> "Postings":
        """Return the postings of `rows`."""
        across = rows.tocsc()
        return cls(across.indptr, across.indices, across.data, rows.shape[0])

    def alike(self, columns: Array, values: Array) -> Array:
        """Return the product of every training text with one vector."""
        if not columns.size:
            return np.zeros(self.size, dtype=np.float32)
        spans = [slice(self.starts[c], self.starts[c + 1]) for c in columns]
        texts = np.concatenate([self.texts[span] for span in spans])
        shares = np.concatenate([self.values[span] * value for span, value in zip(spans, values, strict=False)])
        return np.bincount(texts, weights=shares, minlength=self.size).astype(np.float32)


def company(rows: csr_matrix, size: int) -> Array:
    """Return the matrix that maps rows of `rows`' space to `size` dimensions (latent semantic analysis)."""
    size = min(size, min(rows.shape) - 1)
    _, strengths, directions = svds(rows, k=size, random_state=1)
    return np.asarray(directions.T / np.sqrt(np.maximum(strengths, 1e-6)), dtype=np.float32)


def unit(rows: Array) -> Array:
    """Return `rows` scaled to length one."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)
