"""The questions that measure were never learned: none is a sentence of the training data, spelling aside."""

import json
from pathlib import Path

from bot.settings import ROOT
from nlu.text import words

DATA = ROOT / "nlu" / "rasa" / "data"
HERE = Path(__file__).parent
FOLLOW_UP = 4  # words: "cần giấy tờ gì" is said by everybody in the same way


def plain(text: str) -> str:
    """Return `text` without diacritics, punctuation and case."""
    return " ".join(words(text))


def trained() -> dict[str, str]:
    """Return every sentence of the training data in its plain form, with the file it is in."""
    found = {}
    for path in sorted(DATA.rglob("*.yml")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.lstrip().startswith("- ") and not line.lstrip().startswith("- intent:"):
                found[plain(line)] = path.name
    return found


def asked() -> list[tuple[str, str]]:
    """Return every question that measures, with the file it is in."""
    return [
        (json.loads(line)["text"], f"{path.parent.name}/{path.name}")
        for path in sorted(HERE.glob("*/*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]


def test_spelling_does_not_hide_the_same_sentence() -> None:
    assert plain("Làm  CCCD, ở ĐÂU?!") == plain("lam cccd o dau") == "lam cccd o dau"
    assert plain("    - cần giấy tờ gì") == "can giay to gi"


def test_there_is_something_to_compare() -> None:
    assert len(trained()) > 5000
    assert len(asked()) > 500


def test_no_question_was_learned() -> None:
    learned = trained()
    same = [
        f"{name}: {text} (in {learned[plain(text)]})"
        for text, name in asked()
        if len(words(text)) > FOLLOW_UP and plain(text) in learned
    ]
    assert not same, f"{len(same)} questions were learned:\n" + "\n".join(same)
