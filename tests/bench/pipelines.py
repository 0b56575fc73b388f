"""`python -m tests.bench.pipelines [NAME …]`: our component against Rasa's own pipelines on the development questions.

Each learns which item or skill a sentence is about from the same training sentences; Rasa's get them folded and with
shorthand written out, as ours does by itself. Not part of `make bench`: DIET alone takes long. Prints right procedure
first, milliseconds of a parse over HTTP (median) and seconds of training.
"""

import argparse
import json
import re
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests
import yaml

from bot.commands.model import serving
from bot.evaluation import lines
from bot.settings import ROOT
from nlu import server
from nlu.text import expand

DEV = ROOT / "tests" / "understanding" / "dev" / "procedures.jsonl"
ASPECTS = {
    "documents", "fee", "time", "where", "online", "steps", "conditions", "result", "legal", "forms", "overview",
}  # fmt: skip
WORDS = {"name": "CountVectorsFeaturizer", "analyzer": "word", "min_ngram": 1, "max_ngram": 2, "max_features": 20000}
PIECES = {
    "name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 2, "max_ngram": 4, "max_features": 20000,
}  # fmt: skip
EPOCHS = 10
"""DIET's default is 300; two shared cores allow this many."""
PIPELINES: dict[str, list[dict[str, Any]]] = {
    "logistic regression": [
        {"name": "WhitespaceTokenizer"}, WORDS, PIECES, {"name": "LogisticRegressionClassifier", "max_iter": 100},
    ],
    "DIET": [
        {"name": "WhitespaceTokenizer"}, WORDS, PIECES,
        {"name": "DIETClassifier", "epochs": EPOCHS, "entity_recognition": False, "constrain_similarities": True},
    ],
}  # fmt: skip
ENTITY = re.compile(r"[\[\](){}]")


def label(intent: str, item: str | None) -> str:
    """Return what a sentence is about, in a form that Rasa takes as an intent."""
    return (item or ("bare" if intent in ASPECTS else intent)).replace("/", "+")


def sentences() -> Iterator[tuple[str, str]]:
    """Yield every training sentence, written out, with what it is about."""
    for path in sorted((ROOT / "nlu" / "rasa" / "data").rglob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            about = label(block["intent"], (block.get("metadata") or {}).get("item"))
            for line in block["examples"].splitlines():
                if said := expand(ENTITY.sub(" ", line.removeprefix("- "))):
                    yield said, about


def trained(folder: Path, pipeline: list[dict[str, Any]]) -> float:
    """Train `pipeline` in `folder`; return the seconds it took."""
    by_label: dict[str, dict[str, None]] = {}
    for said, about in sentences():
        by_label.setdefault(about, {})[said] = None
    blocks = [
        {"intent": about, "examples": "".join(f"- {said}\n" for said in group)} for about, group in by_label.items()
    ]
    config = {"recipe": "default.v1", "language": "vi", "assistant_id": "bench", "pipeline": pipeline, "policies": []}
    for name, content in (
        ("nlu.yml", {"version": "3.1", "nlu": blocks}), ("config.yml", config),
        ("domain.yml", {"version": "3.1", "intents": sorted(by_label)}),
    ):  # fmt: skip
        (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    began = time.monotonic()
    subprocess.run(
        [server.python(ROOT), "-m", "rasa", "train", "nlu", "--nlu", "nlu.yml", "--config", "config.yml", "--domain",
         "domain.yml", "--out", ".", "--fixed-model-name", "nlu"],
        cwd=folder, env=server.environment(ROOT), check=True,
    )  # fmt: skip
    return time.monotonic() - began


def asked(model: Path, *, fold: bool) -> tuple[float, float]:
    """Return the share of right procedures first and the median milliseconds of a parse."""
    right, taken = [], []
    with serving(model) as url, requests.Session() as session:
        for row in lines(DEV):
            text = expand(row["text"]) if fold else row["text"]
            began = time.perf_counter()
            answer = session.post(f"{url}/model/parse", data=json.dumps({"text": text}), timeout=60).json()
            taken.append((time.perf_counter() - began) * 1000)
            right.append(_first(answer) in {row["procedure"], *row.get("also", [])})
    return sum(right) / len(right), statistics.median(taken)


def _first(answer: dict[str, Any]) -> str:
    if answer.get("items"):
        return str(answer["items"][0]["item"])
    codes = (one["name"] for one in answer["intent_ranking"] if one["name"][:1].isdigit())
    return next(codes, "")


def main() -> None:
    """Measure what is named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pipelines", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"ours, {', '.join(PIPELINES)}")
    names = parser.parse_args().names or ["ours", *PIPELINES]
    for name in names:
        if name == "ours":
            share, parse = asked(server.model(ROOT), fold=False)
            print(f"{name:20} {share:6.1%} {parse:6.1f} ms a parse", flush=True)
            continue
        with tempfile.TemporaryDirectory() as folder:
            spent = trained(Path(folder), PIPELINES[name])
            share, parse = asked(Path(folder) / "nlu.tar.gz", fold=True)
        print(f"{name:20} {share:6.1%} {parse:6.1f} ms a parse, trained in {spent:.0f} s", flush=True)


if __name__ == "__main__":
    main()
