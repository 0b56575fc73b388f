"""How alike texts are, family by family: among the training texts, and of a new text to each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from scipy.sparse import csr_matrix

from nlu.rasa.components.kernel import Kernel
from nlu.rasa.components.space import Postings, unit

Array = np.ndarray[Any, Any]
Vectors: TypeAlias = Mapping[str, tuple[Array, Array]]
"""One text: columns and values by family."""

# What counts for "what is it about" and for "which aspect is asked"; measured on held-out sentences.
KERNELS = {
    "about": Kernel({"word": 1, "pair": 1, "piece": 1, "idea": 0.3, "accent": 0.3, "company": 4, "hint": 0.3}),
    "asked": Kernel({"word": 1, "pair": 1, "triple": 0.3, "piece": 1, "accent": 0.2, "ending": 2}),
}

_STRIPE = 1000


@dataclass
class Likeness:
    """`rows` are the training texts' vectors by family; `projection` maps words to the company they keep."""

    rows: dict[str, csr_matrix]
    projection: Array

    def __post_init__(self) -> None:
        self._postings = {name: Postings.of(rows) for name, rows in self.rows.items()}
        self._company = unit(self.rows["word"] @ self.projection)
        said = {name: np.diff(rows.indptr) > 0 for name, rows in self.rows.items()}
        self._own = {name: _own(said, kernel) for name, kernel in KERNELS.items()}

    def gram(self, name: str, chosen: Array) -> Array:
        """Return the kernel `name` between the `chosen` training texts."""
        kernel, size = KERNELS[name], len(chosen)
        total = np.zeros((size, size), dtype=np.float32)
        for family, weight in kernel.weights.items():
            rows = self._company[chosen] if family == "company" else self.rows[family][chosen]
            for start in range(0, size, _STRIPE):  # in stripes: the whole product at once takes gigabytes
                product = rows[start : start + _STRIPE] @ rows[start:].T
                dense = product if family == "company" else product.toarray()
                total[start : start + _STRIPE, start:] += weight * dense
        for start in range(0, size, _STRIPE):  # likeness is mutual: the other half is the mirror image
            end = start + _STRIPE
            total[end:, start:end] = total[start:end, end:].T
        own = self._own[name][chosen]
        return kernel.shape(total, own, own)

    def to(self, texts: Sequence[Vectors]) -> dict[str, Array]:
        """Return, for each kernel, one row per text: how alike it is to the training texts."""
        alike = {name: np.stack([rows.alike(*text[name]) for text in texts]) for name, rows in self._postings.items()}
        words = (text["word"] for text in texts)
        company = np.stack([values @ self.projection[columns] for columns, values in words])
        alike["company"] = unit(company) @ self._company.T
        said = {name: np.array([text[name][0].size > 0 for text in texts]) for name in self._postings}
        return {
            name: kernel.shape(_weighted(alike, kernel), _own(said, kernel), self._own[name])
            for name, kernel in KERNELS.items()
        }


def _own(said: dict[str, Array], kernel: Kernel) -> Array:
    # How alike a text is to itself: the weights of the families in which it says anything.
    told = {**said, "company": said["word"]}
    return np.asarray(sum(weight * told[family] for family, weight in kernel.weights.items()), dtype=np.float32)


def _weighted(alike: dict[str, Array], kernel: Kernel) -> Array:
    return np.asarray(sum(weight * alike[family] for family, weight in kernel.weights.items()))
