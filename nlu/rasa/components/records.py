"""What the catalogue's records say of each procedure, in their own words: names, aliases, cases, papers, steps."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

FOLDER = Path(__file__).resolve().parents[3] / "content" / "procedures"
LEAST = 2  # words: "Căn cước" says something, "Không" nothing
logger = logging.getLogger(__name__)


class Saying(NamedTuple):
    """Words of a record, and the procedure they are about."""

    text: str
    item: str


def sayings(folder: Path = FOLDER) -> list[Saying]:
    """Return what the records in `folder` say, each thing once, in a fixed order."""
    paths = sorted(folder.rglob("*.yaml"))
    if not paths:
        logger.warning("no records in %s: the model learns from questions alone", folder)
    found: dict[Saying, None] = {}
    for path in paths:
        record = yaml.safe_load(path.read_text(encoding="utf-8"))
        for text in _texts(record):
            if len(text.split()) >= LEAST:
                found[Saying(text, str(record["code"]))] = None
    return list(found)


def _texts(record: Mapping[str, Any]) -> Iterator[str]:
    yield from (str(record.get(name) or "") for name in ("name", "short", "summary", "result"))
    for name in ("aliases", "steps", "conditions"):
        yield from (str(one) for one in record.get(name) or ())
    for case in record.get("documents") or ():
        yield str(case.get("case") or "")
        yield from (f"{item['name']} {item.get('note') or ''}".strip() for item in case["items"])
