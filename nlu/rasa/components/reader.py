"""The trained model: a text in; intents, items and their probabilities out. numpy and scipy only, no Rasa.

Three questions are put to the same training texts by likeness: what is it about (`labels`: an item, a skill, or
nothing named), which aspect is asked (`aspects`), what kind of message is it (`intents`). The answers are joined:
a skill is as likely as its label; an aspect as likely as "some procedure, or nothing named" times the aspect.

Two readers answer each question, one by likeness and a small net; what both believe is believed (`_agreed`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from nlu.rasa.components.examples import BARE, ELSEWHERE, OUT_OF_SCOPE, group_of
from nlu.rasa.components.features import features
from nlu.rasa.components.kernel import softmax
from nlu.rasa.components.likeness import Likeness
from nlu.rasa.components.net import INPUTS, Net
from nlu.rasa.components.space import Space

Array = np.ndarray[Any, Any]


@dataclass
class Head:
    """One question: its possible answers, what each training text adds to each, and how sharp scores are."""

    names: list[str]
    added: Array
    sharp: float = 1.0
    bias: Array | None = None

    def probabilities(self, kernel: Array) -> Array:
        """Return the probabilities of the names for each row of `kernel`."""
        scores = kernel @ self.added * self.sharp
        return softmax(scores if self.bias is None else scores + self.bias)


@dataclass(frozen=True)
class Reading:
    """What was read: probabilities, likeliest first; `elsewhere` is a part of `other`."""

    intents: list[tuple[str, float]]
    items: list[tuple[str, float]]
    other: float
    bare: float
    elsewhere: float


@dataclass
class Reader:
    """`rows` are the training texts' vectors by family, `projection` maps their words to what words keep company."""

    spaces: dict[str, Space]
    likeness: Likeness
    heads: dict[str, Head]
    net: Net

    def __post_init__(self) -> None:
        self._groups = [group_of(label) for label in self.heads["labels"].names]

    def read(self, text: str) -> Reading:
        """Return what `text` says."""
        return self.read_all([text])[0]

    def read_all(self, texts: Sequence[str]) -> list[Reading]:
        """Return what each of the `texts` says; together they cost much less, for the model is walked through once."""
        seen = [{name: self.spaces[name].vector(found) for name, found in features(text).items()} for text in texts]
        kernels = self.likeness.to(seen)
        likely = {
            name: head.probabilities(kernels["asked" if name == "aspects" else "about"])
            for name, head in self.heads.items()
        }
        return [
            self._joined({name: rows[place] for name, rows in likely.items()}, self.net.probabilities(vectors))
            for place, vectors in enumerate(seen)
        ]

    def _joined(self, first: dict[str, Array], second: dict[str, Array]) -> Reading:
        return self._join(
            {name: _agreed(first[name], second[name], sharper=SHARPER[name], second=SECOND[name]) for name in first}
        )

    def _join(self, chances: dict[str, Array]) -> Reading:
        labels = list(zip(self.heads["labels"].names, map(float, chances["labels"]), self._groups, strict=False))
        groups: dict[str, float] = {}
        for _, chance, group in labels:
            groups[group] = groups.get(group, 0.0) + chance
        bare, elsewhere = groups.get(BARE, 0.0), groups.pop(ELSEWHERE, 0.0)
        groups[OUT_OF_SCOPE] = groups.get(OUT_OF_SCOPE, 0.0) + elsewhere
        asked = groups.pop(BARE, 0.0) + groups.pop("procedure", 0.0)
        joined = {
            name: asked * float(p) for name, p in zip(self.heads["aspects"].names, chances["aspects"], strict=False)
        }
        joined.update(groups)
        # The second opinion on the kind of message is worth as much as the first: their geometric mean.
        kinds = dict(zip(self.heads["intents"].names, chances["intents"], strict=False))
        mean = {name: (p * float(kinds.get(name, 0.0))) ** 0.5 for name, p in joined.items()}
        total = sum(mean.values()) or 1.0
        # "Thi bằng lái, cho xin mẹo" names an item; the kind of message says that nothing of ours is asked.
        ours = 1.0 - float(kinds.get(OUT_OF_SCOPE, 0.0))
        items = [(name, chance * ours) for name, chance, group in labels if group in _ITEM_GROUPS]
        return Reading(
            intents=_ranked([(name, p / total) for name, p in mean.items()]),
            items=_ranked(items),
            other=max(0.0, 1.0 - bare - sum(p for _, p in items)),
            bare=bare,
            elsewhere=elsewhere,
        )

    def save(self, folder: Path) -> None:
        """Write the model into `folder` as plain arrays and JSON: loading it runs no code."""
        arrays: dict[str, Array] = {"projection": self.likeness.projection.astype(np.float16)}
        for name, rows in self.likeness.rows.items():
            arrays[f"{name}.data"] = rows.data.astype(np.float16)
            arrays[f"{name}.indices"], arrays[f"{name}.indptr"] = rows.indices, rows.indptr
            arrays[f"{name}.rarity"] = self.spaces[name].rarity
        for name, head in self.heads.items():
            arrays[f"{name}.added"] = head.added.astype(np.float16)
            if head.bias is not None:
                arrays[f"{name}.bias"] = head.bias
        for pupil, layers in enumerate(self.net.pupils):
            arrays.update({f"net.{pupil}.{number}": layer.astype(np.float16) for number, layer in enumerate(layers)})
        arrays.update({f"net.{name}": columns for name, columns in self.net.columns.items()})
        np.savez_compressed(folder / "arrays.npz", **arrays)
        names = {
            "vocabularies": {name: list(space.vocabulary) for name, space in self.spaces.items()},
            "heads": {name: {"names": head.names, "sharp": head.sharp} for name, head in self.heads.items()},
            "spans": self.net.spans,
            "pupils": len(self.net.pupils),
        }
        (folder / "names.json").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Reader":
        """Read a model that `save` wrote."""
        names = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
            spaces, rows = {}, {}
            for name, words in names["vocabularies"].items():
                spaces[name] = Space({word: i for i, word in enumerate(words)}, arrays[f"{name}.rarity"])
                data = arrays[f"{name}.data"].astype(np.float32)
                ends = arrays[f"{name}.indptr"]
                shape = (len(ends) - 1, len(words))
                rows[name] = csr_matrix((data, arrays[f"{name}.indices"], ends), shape=shape)
            heads = {
                name: Head(
                    head["names"],
                    arrays[f"{name}.added"].astype(np.float32),
                    head["sharp"],
                    arrays.get(f"{name}.bias", None),
                )
                for name, head in names["heads"].items()
            }
            net = Net(
                {name: arrays[f"net.{name}"] for name in INPUTS},
                [
                    [arrays[f"net.{pupil}.{number}"].astype(np.float32) for number in range(4)]
                    for pupil in range(names["pupils"])
                ],
                {name: (start, end) for name, (start, end) in names["spans"].items()},
            )
            return cls(spaces, Likeness(rows, arrays["projection"].astype(np.float32)), heads, net)


_ITEM_GROUPS = frozenset({"procedure", "portal", "topic"})
SECOND = {"labels": 0.5, "intents": 0.5, "aspects": 0.7}
"""Weight of the net beside the likeness."""
SHARPER = {"labels": 1.3, "intents": 1.0, "aspects": 0.8}
"""How much surer two readers may be than each alone; measured on one author's sentences, learnt from the others'."""


def _agreed(one: Array, other: Array, *, sharper: float, second: float) -> Array:
    """Return the geometric mean of two opinions, made sharper: what either finds unlikely is unlikely.

    `second` is the weight of the `other` one, of 1.
    """
    both = np.exp(sharper * ((1 - second) * np.log(one + 1e-7) + second * np.log(other + 1e-7)))
    return np.asarray(both / both.sum())


def _ranked(pairs: list[tuple[str, float]]) -> list[tuple[str, float]]:
    return sorted(pairs, key=lambda pair: -pair[1])
