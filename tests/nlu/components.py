"""Checks of what runs in Rasa's interpreter; `test_components.py` runs this file there and reads what it prints."""

import json
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from nlu.rasa.components.features import FAMILIES, features
from nlu.rasa.components.fitting import Sentence, fit
from nlu.rasa.components.kernel import Kernel, sharpness, softmax, solve
from nlu.rasa.components.net import INPUTS, Answers, Net
from nlu.rasa.components.reader import Reader, _agreed
from nlu.rasa.components.records import sayings
from nlu.rasa.components.space import Space

SENTENCES = [
    *(Sentence(f"làm giấy khai sinh cho bé {i} cần giấy tờ gì", "documents", "1.1") for i in range(6)),
    *(Sentence(f"khai sinh cho con {i} hết bao nhiêu tiền", "fee", "1.1") for i in range(6)),
    *(Sentence(f"đổi bằng lái xe {i} cần giấy tờ gì", "documents", "2.2") for i in range(6)),
    *(Sentence(f"bằng lái xe máy {i} hết bao nhiêu tiền", "fee", "2.2") for i in range(6)),
    *(Sentence(f"nuôi ong mật {i} hay ghê", "out_of_scope", None) for i in range(6)),
    *(Sentence(f"đăng kiểm tàu cá {i} ở cảng", "out_of_scope", "elsewhere") for i in range(6)),
    *(Sentence(f"thế {i} hết bao nhiêu tiền", "fee", None) for i in range(6)),
]


def check_a_reader_learns_and_survives_the_disk() -> None:
    """What was saved reads as what was learnt, and both know what they were taught."""
    reader = fit(SENTENCES, [])
    with tempfile.TemporaryDirectory() as folder:
        reader.save(Path(folder))
        again = Reader.load(Path(folder))
    for text, item, intent in (
        ("xin khai sinh cho con hết bao nhiêu tiền", "1.1", "fee"),
        ("đổi bằng lái xe cần giấy tờ gì", "2.2", "documents"),
    ):  # fmt: skip
        one, other = reader.read(text), again.read(text)
        assert one.items[0][0] == other.items[0][0] == item
        assert one.intents[0][0] == other.intents[0][0] == intent
        assert abs(one.items[0][1] - other.items[0][1]) < 0.02
        assert abs(sum(p for _, p in one.intents) - 1) < 1e-5
    assert reader.read("nuôi ong mật").intents[0][0] == "out_of_scope"
    away = reader.read("đăng kiểm tàu cá")
    assert away.intents[0][0] == "out_of_scope"
    assert away.other >= away.elsewhere > 0.3
    assert all(item != "elsewhere" for item, _ in away.items)
    assert reader.read("thế hết bao nhiêu tiền").bare > 0.3


def check_training_repeats_exactly() -> None:
    """The same sentences give the same model."""
    one, other = fit(SENTENCES, []), fit(SENTENCES, [])
    assert all(np.array_equal(a, b) for a, b in zip(one.net.pupils[1], other.net.pupils[1], strict=True))
    assert np.array_equal(one.heads["labels"].added, other.heads["labels"].added)


def check_the_net_learns_what_can_be_learnt() -> None:
    """Two words, two answers; a text that does not count is not learnt."""
    rows = {name: csr_matrix(np.tile(np.eye(2, dtype=np.float32), (40, 1))) for name in INPUTS}
    targets = np.tile(np.eye(2, dtype=np.float32), (40, 1))
    net = Net.learn(rows, {"labels": Answers(targets, np.ones(80, np.float32))})
    vector = {name: (np.array([1]), np.array([1.0], np.float32)) for name in INPUTS}
    assert net.probabilities(vector)["labels"][1] > 0.9
    blind = Net.learn(rows, {"labels": Answers(targets, np.zeros(80, np.float32))})
    assert abs(blind.probabilities(vector)["labels"].sum() - 1) < 1e-5


def check_the_net_meets_words_it_never_saw() -> None:
    """Unknown columns and empty texts are no error."""
    rows = {name: csr_matrix(np.tile(np.eye(3, dtype=np.float32)[:2], (20, 1))) for name in INPUTS}
    net = Net.learn(rows, {"labels": Answers(np.tile(np.eye(2, dtype=np.float32), (20, 1)), np.ones(40, np.float32))})
    for columns in ([], [2], [0, 2]):
        vector = {name: (np.array(columns, int), np.ones(len(columns), np.float32)) for name in INPUTS}
        assert abs(net.probabilities(vector)["labels"].sum() - 1) < 1e-5


def check_two_opinions_are_joined() -> None:
    """0.9 and 0.5 for one of two: their odds 9 and 1 give 3, so 3/4; sharper by two gives 9/10."""
    one, other = np.array([0.9, 0.1]), np.array([0.5, 0.5])
    assert np.allclose(_agreed(one, other, sharper=1.0, second=0.5), [0.75, 0.25], atol=1e-4)
    assert np.allclose(_agreed(one, other, sharper=2.0, second=0.5), [0.9, 0.1], atol=1e-4)
    assert np.allclose(_agreed(one, other, sharper=1.0, second=0.0), one, atol=1e-4)


def check_a_ridge_by_hand() -> None:
    """(K + ridge / care) a = y, for K = I: one text counts fully, one hardly."""
    added = solve(np.eye(2, dtype=np.float32), np.array([[1.0], [1.0]], np.float32), np.array([1.0, 0.1]), ridge=0.2)
    assert np.allclose(added.ravel(), [1 / 1.2, 1 / 3], atol=1e-5)


def check_the_kernel_of_a_text_with_itself_is_one() -> None:
    """Whatever the weights and the floor."""
    own = np.array([2.0])
    assert np.allclose(Kernel({"word": 2.0}, floor=0.3).shape(np.array([[2.0]]), own, own), 1.0)


def check_sharpness_rewards_being_right() -> None:
    """Scores that are always right want to be sharp, scores that are noise do not."""
    right = np.eye(4)[np.arange(40) % 4]
    assert sharpness(right, np.arange(40) % 4) > sharpness(right, np.arange(40) // 10)
    assert np.allclose(softmax(np.zeros((1, 4))), 0.25)


def check_one_text_and_many_give_the_same_vector() -> None:
    """`vector` is `vectors` for one text."""
    seen = [["a", "b", "a"], ["b", "c"], ["c"]]
    space = Space.learn(seen)
    columns, values = space.vector(seen[0])
    assert np.allclose(space.vectors(seen).toarray()[0, columns], values, atol=1e-6)


def check_every_family_is_there() -> None:
    """The net reads families that exist."""
    assert set(INPUTS) <= set(FAMILIES) == set(features("làm giấy khai sinh"))


def check_records_speak() -> None:
    """The real records: every procedure has a name, aliases and papers, and nothing comes twice."""
    said = sayings()
    assert len({one.item for one in said}) >= 150
    assert len(said) == len(set(said)) > 3000
    assert sayings(Path("/nowhere")) == []


def main() -> None:
    """Run every check and print what came of it, by name."""
    checks: dict[str, Callable[[], Any]] = {n: f for n, f in globals().items() if n.startswith("check_")}
    outcome = {}
    for name in sys.argv[1:] or checks:
        try:
            checks[name]()
            outcome[name] = ""
        except Exception:
            outcome[name] = traceback.format_exc()
    print(json.dumps(outcome))


if __name__ == "__main__":
    main()
