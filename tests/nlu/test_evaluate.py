"""Every figure on cases counted by hand, and the command against a server over real HTTP."""

import json
from pathlib import Path

import pytest

from nlu import evaluate
from nlu.evaluate import Question, macro_f1, measure, out_of_scope_recall, read, under
from nlu.metrics import Bin, Score, accuracy, among, calibration_error, confusions, per_label, reliability
from nlu.understanding import Candidate, Understanding
from tests.nlu.fake import answer, served

# Expected, got: fee 2 of 3 found and once wrongly said; time 1 of 1, once wrongly said; none 1 of 2.
PAIRS = [("fee", "fee"), ("fee", "fee"), ("fee", "time"), ("time", "time"), ("none", "none"), ("none", "fee")]


def test_accuracy() -> None:
    assert accuracy(PAIRS) == pytest.approx(4 / 6)
    assert accuracy([("a", "a")]) == 1
    assert accuracy([("a", "b")]) == 0
    assert accuracy([]) is None


def test_among() -> None:
    assert among([("a", ["b", "a"]), ("a", ["b"]), ("a", []), ("c", ["c"])]) == 0.5
    assert among([]) is None


def test_per_label() -> None:
    scores = per_label(PAIRS)
    assert list(scores) == ["fee", "none", "time"]
    assert scores["fee"] == Score(pytest.approx(2 / 3), pytest.approx(2 / 3), pytest.approx(2 / 3), 3)
    assert scores["time"] == Score(0.5, 1.0, pytest.approx(2 / 3), 1)
    assert scores["none"] == Score(1.0, 0.5, pytest.approx(2 / 3), 2)


def test_a_label_never_right_scores_nothing() -> None:
    assert per_label([("a", "b")]) == {"a": Score(0, 0, 0, 1), "b": Score(0, 0, 0, 0)}
    assert per_label([]) == {}


def test_macro_f1_is_over_what_was_expected() -> None:
    assert macro_f1(per_label(PAIRS)) == pytest.approx(2 / 3)
    assert macro_f1(per_label([("a", "a"), ("a", "b")])) == pytest.approx(2 / 3)  # "b" was never expected
    assert macro_f1({}) is None


def test_confusions() -> None:
    assert confusions([*PAIRS, ("fee", "time")]) == [(("fee", "time"), 2), (("none", "fee"), 1)]
    assert confusions([("b", "a"), ("a", "b"), ("a", "a")]) == [(("a", "b"), 1), (("b", "a"), 1)]
    assert confusions([]) == []


def test_out_of_scope_recall() -> None:
    assert out_of_scope_recall(PAIRS) == 0.5
    assert out_of_scope_recall([("fee", "none")]) is None


BELIEVED = [(0.95, True), (0.85, True), (0.85, False), (0.15, False), (1.0, True)]


def test_reliability() -> None:
    low, middle, high = reliability(BELIEVED)
    assert low == Bin(0.1, 0.2, pytest.approx(0.15), 0.0, 1)
    assert middle == Bin(0.8, 0.9, pytest.approx(0.85), 0.5, 2)
    assert high == Bin(0.9, 1.0, pytest.approx(0.975), 1.0, 2)
    assert reliability([]) == []
    assert [one.count for one in reliability(BELIEVED, bins=2)] == [1, 4]


def test_calibration_error() -> None:
    # (1 x 0.15 + 2 x 0.35 + 2 x 0.025) / 5
    assert calibration_error(BELIEVED) == pytest.approx(0.18)
    assert calibration_error([(1.0, True), (0.0, False)]) == 0
    assert calibration_error([(1.0, False)]) == 1
    assert calibration_error([]) is None


def _parse(text: str) -> Understanding:
    items = {"a": ("1", "2"), "b": ("2", "1"), "c": ()}[text]
    candidates = tuple(Candidate(item=item, confidence=p) for item, p in zip(items, (0.6, 0.2), strict=False))
    return Understanding(text=text, intent="fee", confidence=0.9, candidates=candidates)


def test_measure_counts_each_figure_on_the_questions_that_have_it() -> None:
    questions = [
        Question(text="a", intent="fee", item="1"),  # all right
        Question(text="b", intent="time", item="1"),  # second item, wrong intent
        Question(text="c", item="1"),  # no item said
        Question(text="a", intent="none"),  # not turned away
    ]
    result = measure(questions, _parse)
    assert result.figures == {
        "accuracy": pytest.approx(1 / 3),
        "f1": pytest.approx((0.5 + 0 + 0) / 3),
        "out-of-scope": 0.0,
        "item": pytest.approx(1 / 3),
        "item-in-five": pytest.approx(2 / 3),
        "ece": pytest.approx(0.1),  # both sure by 0.6, one right
    }
    assert result.misses == [
        "b -> fee (0.90), not time",
        "b -> 2 (0.60), not 1",
        "c -> no item (0.00), not 1",
        "a -> fee (0.90), not none",
    ]


def test_measure_leaves_out_what_was_not_asked() -> None:
    assert measure([Question(text="a")], _parse).figures == {}
    assert set(measure([Question(text="a", intent="fee")], _parse).figures) == {"accuracy", "f1"}


def test_what_is_under_the_threshold() -> None:
    result = measure([Question(text="a", intent="fee", item="1")], _parse)  # accuracy 1, ece 0.4
    assert under(result, {"accuracy": 1.0, "ece": 0.41}) == []
    assert under(result, {"ece": 0.39, "out-of-scope": 0.5}) == [
        "ece: 0.400, at most 0.390",
        "out-of-scope: nothing to measure it on",
    ]


def test_reading(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"text": "giá vàng", "intent": "out_of_scope"}\n\n{"text": "lệ phí", "item": "1"}\n')
    assert list(read(path)) == [Question(text="giá vàng", intent="none"), Question(text="lệ phí", item="1")]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[]", '"text"'),
        ('{"intent": "fee"}', '"text"'),
        ('{"text": "  "}', '"text"'),
        ('{"text": "x", "item": 1}', "must be strings"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, said: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(f'{{"text": "ok"}}\n{line}\n')
    assert evaluate.main([str(path)]) == 2
    error = capsys.readouterr().err
    assert f"{path}:2: " in error
    assert said in error


def test_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate.main([str(tmp_path / "gone.jsonl")]) == 2
    assert "gone.jsonl" in capsys.readouterr().err


@pytest.fixture
def questions(tmp_path: Path) -> str:
    path = tmp_path / "questions.jsonl"
    rows = [
        {"text": "cần giấy tờ gì", "intent": "documents", "item": "1.001193"},
        {"text": "lệ phí", "intent": "fee", "item": "1.001193"},
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return str(path)


@pytest.mark.parametrize(
    ("thresholds", "status"),
    [
        ((), 0),
        (("--least-accuracy", "0.5", "--least-folded", "0.5", "--least-item", "1", "--most-ece", "0.31"), 0),
        (("--least-accuracy", "0.51"), 1),
        (("--least-folded", "0.51"), 1),
        (("--least-f1", "0.9"), 1),
        (("--most-ece", "0.2"), 1),
        (("--least-out-of-scope", "0.1"), 1),
    ],
)
def test_the_command(
    questions: str, thresholds: tuple[str, ...], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with served() as fake:
        fake.says(answer("documents"))
        assert evaluate.main([questions, "--url", fake.url, *thresholds]) == status
    out = capsys.readouterr().out
    assert fake.asked == ["cần giấy tờ gì", "lệ phí", "can giay to gi", "le phi"]
    assert "as typed: 2 questions" in out
    assert "without diacritics: 2 questions" in out
    assert "lệ phí -> documents (0.80), not fee" in out
    assert "1 x documents instead of fee" in out


def test_keywords_are_not_measured_for_the_model(questions: str, capsys: pytest.CaptureFixture[str]) -> None:
    with served() as fake:
        fake.status = 500
        assert evaluate.main([questions, "--url", fake.url]) == 1
    assert "no model answers" in capsys.readouterr().err
