"""Help is one click from the page it explains, and explains pages that exist."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from bot.rights import ROLES
from content import guide
from content.faults import ContentError
from tests.console.conftest import Visitor

Enter = Callable[[str], Visitor]


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
