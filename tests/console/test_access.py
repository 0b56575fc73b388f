"""Every route names its right; nobody without it, without a sign-in or from another agency gets through."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from bot.rights import ROLES, Right
from bot.web.console import access
from tests.console.conftest import PEOPLE, Visitor

Enter = Callable[[str], Visitor]
OPEN = {"console.sign_in", "console.second_step", "console.bind_phone", "console.join", "console.static"}
"""The whole list of what is shown before signing in."""


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Yield endpoint, method and an address of every route of the console, in Suối Mơ, with 1 for every id."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("console."):
            address = rule.rule.replace("<slug>", "suoi-mo")
            address = re.sub(r"<int:\w+>", "1", address)
            address = re.sub(r"<(\w+:)?\w+>", "x", address)
            for method in rule.methods - {"HEAD", "OPTIONS"}:  # type: ignore[operator]
                yield rule.endpoint, method, address


def test_every_route_names_its_right_and_the_open_list_is_short(app: Flask) -> None:
    marks = {endpoint: access.mark_of(app, endpoint) for endpoint, _, _ in routes(app)}
    assert [endpoint for endpoint, mark in marks.items() if mark is None] == []
    assert {endpoint for endpoint, mark in marks.items() if mark == access.OPEN} == OPEN
    rights = {mark for mark in marks.values() if mark not in {access.OPEN, access.SIGNED_IN}}
    assert rights <= set(Right)


def test_a_stranger_is_sent_to_the_door(app: Flask, stranger: Visitor) -> None:
    for endpoint, method, address in routes(app):
        if endpoint not in OPEN and method == "GET":
            answer = stranger.client.get(address)
            assert (answer.status_code, "/console/sign-in" in answer.location) == (302, True), endpoint


def test_another_agencys_admin_finds_nothing(app: Flask, signed_in: Enter) -> None:
    la = signed_in("la")
    token = la.token("/console/mine")
    for endpoint, method, address in routes(app):
        if access.mark_of(app, endpoint) in set(Right):
            answer = la.client.open(address, method=method, data={"csrf_token": token})
            assert answer.status_code == 404, (endpoint, method, answer.status_code)


@pytest.mark.parametrize("login", PEOPLE)
def test_without_the_right_a_page_is_refused(app: Flask, signed_in: Enter, login: str) -> None:
    visitor = signed_in(login)
    token = visitor.token("/console/mine")
    for endpoint, method, address in routes(app):
        mark = access.mark_of(app, endpoint)
        if mark in set(Right) and Right(mark) not in ROLES[PEOPLE[login]]:
            answer = visitor.client.open(address, method=method, data={"csrf_token": token})
            assert answer.status_code == 403, endpoint


def test_every_change_needs_the_pages_token(app: Flask, signed_in: Enter) -> None:
    an = signed_in("an")
    for endpoint, method, address in routes(app):
        if method == "POST":
            answer = an.client.post(address, data={})
            assert answer.status_code == 400, endpoint
            assert "Trang này đã cũ" in answer.text


def test_answers_are_hardened_and_keep_no_copy(signed_in: Enter, stranger: Visitor) -> None:
    door = stranger.client.get("/console/sign-in")
    for page in (door, signed_in("an").get("/console/suoi-mo/people")):
        policy = page.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Cache-Control"] == "no-store"
        assert re.search(r"<script(?![^>]* src=)|\son\w+=|style=", page.text) is None
        assert set(re.findall(r'(?:src|href)="(https?:[^"]+)', page.text)) == set()
    cookie = door.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_an_unknown_page_is_told_kindly(signed_in: Enter) -> None:
    missing = signed_in("an").get("/console/suoi-mo/nowhere")
    assert missing.status_code == 404
