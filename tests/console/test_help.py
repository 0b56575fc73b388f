"""Help is one click from the page it explains, and explains pages that exist."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from bot.rights import ROLES
from bot.settings import ROOT
from content import guide
from content.faults import ContentError
from tests.console.conftest import Visitor

Enter = Callable[[str], Visitor]
NO_PAGE = re.compile(r"news|media|csv|xlsx|picture|granted|help_pages")
"""What is no page of its own: parts, files, a way through, the help itself."""
PICTURES = ROOT / "bot/web/console/static/help"
SIZE, BYTES_MAX = (1120, 700), 60_000


def test_every_role_has_a_guide_and_every_section_says_something() -> None:
    assert set(guide.guides()) == set(ROLES)
    for one in guide.guides().values():
        ids = [section.id for section in one.sections]
        assert len(ids) == len(set(ids))
        assert all(section.text or section.steps for section in one.sections)


def test_guides_explain_pages_that_exist_and_each_page_once(app: Flask) -> None:
    told = [page for one in guide.guides().values() for section in one.sections for page in section.pages]
    assert len(told) == len(set(told))
    assert set(told) <= set(app.view_functions)


def test_every_page_of_an_agency_has_its_help(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/console/<slug>/")]
    pages = {rule.endpoint for rule in rules if "GET" in (rule.methods or ()) and not NO_PAGE.search(rule.endpoint)}
    assert len(pages) > 30
    assert sorted(page for page in pages if guide.section_of(page) is None) == []


def test_every_page_of_the_navigation_and_of_the_settings_has_its_help(app: Flask, signed_in: Enter) -> None:
    an = signed_in("an")
    found = set()
    for address in ("", "settings"):
        navs = "".join(re.findall(r"<nav.*?</nav>", an.get(f"/console/suoi-mo/{address}").text, re.DOTALL))
        found |= set(re.findall(r'href="(/console/suoi-mo/[^"?#]*)', navs))
    assert len(found) >= 10
    with app.test_request_context():
        adapter = app.create_url_adapter(None) or app.url_map.bind("localhost")
        endpoints = {address: adapter.match(address)[0] for address in found}
    assert [address for address, endpoint in endpoints.items() if guide.section_of(str(endpoint)) is None] == []


def test_pictures_are_small_described_and_used() -> None:
    told = {part.picture.file: part.picture for one in guide.guides().values() for part in one.sections if part.picture}
    kept = {path.name: path for path in PICTURES.glob("*")}
    assert set(told) == set(kept)
    for name, path in kept.items():
        assert path.stat().st_size <= BYTES_MAX, name
        assert Image.open(path).size == SIZE
        assert len(told[name].alt) > 20


def test_pictures_are_shown(signed_in: Enter) -> None:
    binh = signed_in("binh")
    shown = re.findall(r'<img class="mc-shot" src="([^"]+)" alt="[^"]+"', binh.get("/console/suoi-mo/help").text)
    assert len(shown) >= 5
    assert {binh.get(address).mimetype for address in shown} == {"image/webp"}


def test_help_is_one_click_from_the_page_it_explains(signed_in: Enter) -> None:
    an = signed_in("an")
    for address, section in {
        "settings": "admin-thong-tin",
        "figures": "leader-so-lieu",
        "people": "admin-dong-nghiep",
    }.items():
        page = an.get(f"/console/suoi-mo/{address}").text
        link = re.search(r'href="([^"#]+)#([^"]+)">Trợ giúp', page)
        assert link
        assert link[2] == section
        assert f'id="{section}"' in an.get(link[1]).text


def test_everybody_may_read_every_guide(signed_in: Enter) -> None:
    page = signed_in("binh").get("/console/suoi-mo/help").text
    assert all(one.title in page for one in guide.guides().values())


def test_a_fault_names_file_and_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "help").mkdir()
    (tmp_path / "help" / "x.yaml").write_text("role: author\ntitle: x\nintro: y\nsections:\n  - {id: a, title: b}\n")
    monkeypatch.setattr(guide, "FOLDER", tmp_path / "help")
    with pytest.raises(ContentError, match=r"help/x\.yaml:5"):
        guide.guides.__wrapped__()
