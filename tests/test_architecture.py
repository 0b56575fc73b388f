"""The rules that keep the shape: imports along the arrow, sizes, names, phrases, what the README tells."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import settings
from bot.__main__ import cli
from content import phrases

ROOT = settings.ROOT
PACKAGES = ("scheduler", "bot", "content", "nlu")
"""A package imports only what stands to its right."""
MODULE_MAX, FUNCTION_MAX, CHANNEL_MAX = 400, 45, 300


def sources() -> list[Path]:
    found = [path for name in PACKAGES for path in (ROOT / name).rglob("*.py")]
    return [path for path in found if ".venv" not in path.parts and "versions" not in path.parts]


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def package_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def test_packages_import_along_the_arrow() -> None:
    wrong = []
    for path in sources():
        left = PACKAGES[: PACKAGES.index(package_of(path))]
        wrong += [f"{path}: {name}" for name in imports(path) if name.split(".")[0] in left]
    assert wrong == []


def test_content_takes_only_the_text_of_nlu() -> None:
    names = {name for path in (ROOT / "content").rglob("*.py") for name in imports(path) if name.startswith("nlu")}
    assert {name.removeprefix("nlu.text").split(".")[0] for name in names} <= {"", "nlu"}
    assert all(name.startswith("nlu.text") for name in names)


def test_nobody_imports_rasa() -> None:
    outside = [path for path in sources() if "rasa" not in path.relative_to(ROOT).parts]
    wrong = [f"{path}: {name}" for path in outside for name in imports(path) if re.match(r"rasa\b|nlu\.rasa", name)]
    assert wrong == []


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("bot/channels", r"flask|sqlalchemy|bot\.(?!channels|errors)"),
        ("bot/dialogue", r"flask|sqlalchemy|requests|bot\.(?!dialogue|channels\.base)"),
        ("bot/tables", r"flask|requests|bot\.(?!tables)"),
        ("content", r"flask|sqlalchemy|requests"),
    ],
)
def test_layers_know_only_what_is_below(folder: str, forbidden: str) -> None:
    wrong = [
        f"{path}: {name}"
        for path in (ROOT / folder).rglob("*.py")
        for name in imports(path)
        if re.match(forbidden, name)
    ]
    assert wrong == []


def test_only_the_outbox_speaks() -> None:
    calls = re.compile(r"channel\w*\.(send|publish)\(|CHANNELS\[[^]]+\]\.(send|publish)\(")
    speaking = {path.name for path in (ROOT / "bot").rglob("*.py") if calls.search(path.read_text(encoding="utf-8"))}
    assert speaking <= {"sending.py"}


def test_no_channel_is_named_in_a_condition() -> None:
    named = re.compile(r"\bif\b.*[\"'](zalo|facebook)[\"']")
    wrong = [
        f"{path}:{number}"
        for path in sources()
        if "sandbox" not in path.parts and path.parent.name != "channels"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if named.search(line)
    ]
    assert wrong == []


def test_sizes() -> None:
    wrong = []
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > (CHANNEL_MAX if path.parent.name == "channels" else MODULE_MAX):
            wrong.append(f"{path}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
                size = node.end_lineno - node.lineno + 1
                if size > FUNCTION_MAX:
                    wrong.append(f"{path}:{node.lineno} {node.name}: {size} lines")
    assert wrong == []


def test_every_phrase_is_used_and_every_used_phrase_exists() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources())
    known = set(phrases.phrases())
    used = set(re.findall(r"""say\(\s*f?["']([a-z_.]+)["']""", code))
    assert used - known == set()
    built = set(re.findall(r"""["']((?:[a-z_]+\.)+)\{""", code))  # say(f"button.{aspect}") and the like
    said = {key for key in known if f'"{key}"' in code or any(key.startswith(prefix) for prefix in built)}
    assert known - said == set()


def test_the_readme_names_every_setting_and_verb() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for name in settings.NAMES if f"`{name}`" not in readme]
    missing += [verb for verb in cli.commands if f"motcua {verb}" not in readme]
    assert missing == []


def test_the_top_level_is_what_the_design_says() -> None:
    named = "bot nlu content scheduler tests pyproject.toml docker-compose.yml README.md"
    named += " Makefile CHANGELOG.md CONTRIBUTING.md LICENSE .env.example .ci .gitignore"
    made_here = ".git .venv .env var .pytest_cache .mypy_cache .ruff_cache .hypothesis motcua.egg-info build"
    allowed = {*named.split(), *made_here.split()}
    assert {path.name for path in ROOT.iterdir()} - allowed == set()
