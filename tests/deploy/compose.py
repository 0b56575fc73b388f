"""Reads docker-compose.yml as Compose does: variables, environment, secrets, order, durations and sizes."""

import re
import shlex
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

import yaml

from bot.settings import ROOT

FILE = ROOT / "docker-compose.yml"
OURS = ("migrate", "web", "worker", "scheduler")
"""The services that run the application's image."""

Service = dict[str, Any]

_VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")
_UNITS = {"k": 2**10, "m": 2**20, "g": 2**30}


def read() -> dict[str, Any]:
    """Return the whole file; YAML's merge keys are resolved."""
    whole: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return whole


def services() -> dict[str, Service]:
    """Return every service by its name."""
    found: dict[str, Service] = read()["services"]
    return found


def filled(text: str, given: Mapping[str, str]) -> str:
    """Return `text` with `${NAME}`, `${NAME:-default}` and `${NAME:?fault}` replaced."""

    def value(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        if given.get(name):
            return given[name]
        if kind == "?":
            raise KeyError(rest)
        return rest or ""

    return _VARIABLE.sub(value, text)


def environment(service: Service, given: Mapping[str, str]) -> dict[str, str]:
    """Return the service's variables; one without a value is passed on if it is given, else it is absent."""
    wanted: dict[str, str | None] = service.get("environment", {})
    passed = {name: given[name] for name, value in wanted.items() if value is None and name in given}
    return passed | {name: filled(value, given) for name, value in wanted.items() if value is not None}


def order(names: tuple[str, ...]) -> list[str]:
    """Return `names` in the order in which Compose starts them."""
    every = services()
    graph = {name: set(every[name].get("depends_on", {})) & set(names) for name in names}
    return list(TopologicalSorter(graph).static_order())


def seconds(duration: str) -> float:
    """Return a duration such as `30s` in seconds."""
    assert duration.endswith("s"), duration
    return float(duration[:-1])


def memory_limit(service: Service) -> int:
    """Return the service's limit of memory in bytes, by default."""
    text = filled(service["mem_limit"], {})
    return int(text[:-1]) * _UNITS[text[-1]]


def image_environment(dockerfile: str) -> dict[str, str]:
    """Return what the last stage of `dockerfile` sets by ENV, without PATH."""
    last = (ROOT / dockerfile).read_text(encoding="utf-8").rsplit("\nFROM ", 1)[1]
    pairs = (pair.split("=", 1) for line in re.findall(r"^ENV (.+)$", last, re.M) for pair in shlex.split(line))
    return {name: value for name, value in pairs if name != "PATH"}


def strings(value: object) -> Iterator[str]:
    """Yield every text inside a value of the file."""
    if isinstance(value, Mapping):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)
    elif isinstance(value, str):
        yield value
