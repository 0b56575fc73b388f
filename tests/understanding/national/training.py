"""`python -m tests.understanding.national.training FILE > nlu/rasa/data/elsewhere/names.yml`: what is elsewhere.

Names of procedures of the national catalogue that have no curated record, in citizens' words where
`content/everyday/words.yaml` has some, half without diacritics: so that the model learns what it does not know.
What the measuring questions ask for, by code or by a name that is nearly the same, is left out.
"""

import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.settings import ROOT
from content import library
from content.national.reading import read
from nlu.text import expand, fold
from tests.understanding.national.measured import questions

MOST, OF_A_FIELD, WORDS_MAX, TOO_NEAR = 1000, 40, 16, 0.7
BEFORE = ("", "", "", "tôi muốn ", "công ty em cần ", "xin ", "bên mình làm ", "cho ")
AFTER = ("", "", "", " cần giấy tờ gì", " ở đâu", " mất bao lâu", " phí bao nhiêu", " thế nào", " qua mạng được không")
_ASIDE = re.compile(r"\([^)]*\)|^\s*thủ tục\s+(?:hành chính\s+)?|[;:].*$", re.I)


def short(name: str) -> str:
    """Return the beginning of an official `name`, without asides, in lower case."""
    plain = _ASIDE.sub(" ", name).replace("“", "").replace("”", "").replace('"', "")
    return " ".join(plain.lower().split()[:WORDS_MAX]).strip(" ,.-")


def alike(one: set[str], other: set[str]) -> float:
    """Return the share of words that two names have in common."""
    return len(one & other) / max(len(one | other), 1)


def everyday() -> Mapping[str, list[str]]:
    """Return what people say for official words."""
    path = ROOT / "content" / "everyday" / "words.yaml"
    found: Mapping[str, list[str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def chosen(path: Path) -> list[Any]:
    """Return the records whose names are learnt, evenly by field, always the same."""
    books = library.load()
    measured = {
        code for name in ("dev", "test") for q in questions(name) for code in (q["procedure"], *q.get("also", []))
    }
    records = [line.record for line in read(path) if line.record]
    curated = books.catalogue.procedures.values()
    known = [set(expand(short(one.name)).split()) for one in curated]
    known += [set(expand(short(one.name)).split()) for one in records if one.code in measured]
    ours = [
        set(expand(name).split()) for one in books.catalogue.procedures.values() for name in (one.short, *one.aliases)
    ]
    fields: dict[str, list[Any]] = defaultdict(list)
    for record in records:
        words = set(expand(short(record.name)).split())
        near = any(alike(words, one) >= TOO_NEAR for one in known) or any(len(one) > 1 and one <= words for one in ours)
        if books.catalogue.get(record.code) is None and not near and record.code not in measured:
            fields[record.field].append(record)
    luck = random.Random(20261125)  # noqa: S311 - the same file each time
    for inside in fields.values():
        luck.shuffle(inside)
    few = [record for name in sorted(fields) for record in fields[name][:OF_A_FIELD]]
    luck.shuffle(few)
    return sorted(few[:MOST], key=lambda one: str(one.code))


def sentences(path: Path) -> Iterator[str]:
    """Yield one sentence for each chosen record."""
    luck, spoken = random.Random(7), everyday()  # noqa: S311 - the same file each time
    for record in chosen(path):
        said = short(record.name)
        for official, ways in spoken.items():
            if official in said and luck.random() < 0.5:
                said = said.replace(official, luck.choice(ways), 1)
        text = luck.choice(BEFORE) + said + luck.choice(AFTER)
        yield fold(text) if luck.random() < 0.5 else text


def main() -> None:
    """Print the training file."""
    print("# Written by `python -m tests.understanding.national.training`; do not mend by hand.")
    print('version: "3.1"\nnlu:\n- intent: out_of_scope\n  metadata: {item: "elsewhere"}\n  examples: |')
    for text in dict.fromkeys(sentences(Path(sys.argv[1]))):
        print(f"    - {text}")


if __name__ == "__main__":
    main()
