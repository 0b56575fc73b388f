"""`queue feed`, `template`, `idea`, `suggest`, `observances`, `evergreen`: what fills the queue."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot import machine
from bot.campaigns import review
from bot.curation.fetching import Fetcher
from bot.tables import Conversation, Evergreen, Post
from bot.web.sandbox.platforms import Platforms
from tests.campaigns.conftest import FACEBOOK, Desk
from tests.commands.conftest import Motcua
from tests.curation.hostile import Hostile
from tests.curation.test_feeds import item, served
from tests.curation.test_ideas import BIRTH, asked_event
from tests.people import PAGE

Write = Callable[..., Path]


# --- feeds -----------------------------------------------------------------------------------------------


def test_a_feed_is_followed_fetched_and_left(motcua: Motcua, web: Hostile) -> None:
    url, fetcher = served(web, item(1), item(2)), web.fetcher()
    told = motcua("queue", "feed", "add", url, "--by", "lan", "--every", "60", "--json", fetcher=fetcher)
    assert (told["url"], told["title"], told["every"], told["error"]) == (url, "Cổng xã", 60, "")
    fetched = motcua("queue", "feed", "fetch", "--agency", "suoi-mo", "--json", fetcher=fetcher)
    assert len(fetched["ids"]) == 2
    (first, *_) = motcua("queue", "list", "--json")
    assert motcua("queue", "show", first["id"], "--json")["author"] == machine.LOGIN
    assert motcua("queue", "submit", first["id"], "--by", "lan", "--json")["state"] == "submitted"
    assert motcua("queue", "show", first["id"], "--json")["author"] == "lan"
    again = motcua("queue", "feed", "fetch", told["id"], fetcher=fetcher)
    assert again == f"feed {told['id']}: 0 new drafts\n"
    (listed,) = motcua("queue", "feed", "list", "--agency", "suoi-mo", "--json")
    assert listed["fetched_at"]
    assert motcua("queue", "feed", "remove", told["id"], "--by", "lan", "--json") == {"id": told["id"], "removed": True}
    assert motcua("queue", "feed", "list", "--agency", "suoi-mo") == "no feeds\n"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://127.0.0.1/rss", "mạng nội bộ"), ("http://localhost/rss", "mạng nội bộ"),
        ("http://[::1]/", "mạng nội bộ"),
        ("http://169.254.169.254/latest/meta-data", "mạng nội bộ"), ("http://2130706433/", "mạng nội bộ"),
        ("file:///etc/passwd", "https://"), ("http://127.0.0.1:6379/", "cổng 6379"), ("rss", "https://"),
    ],
)  # fmt: skip
def test_a_feed_inside_is_refused(motcua: Motcua, url: str, told: str) -> None:
    assert told in motcua("queue", "feed", "add", url, "--by", "lan", code=1)
    assert motcua("queue", "feed", "list", "--agency", "suoi-mo", "--json") == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<!DOCTYPE html><html></html>", "trang web thường"), (b"<svg/>", "không phải nguồn tin"),
        (b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss>&b;</rss>', "nguy hiểm"), (b"<rss", "hỏng"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_refused(motcua: Motcua, web: Hostile, body: bytes, told: str) -> None:
    url = web.page("/rss", body)
    assert told in motcua("queue", "feed", "add", url, "--by", "lan", code=1, fetcher=web.fetcher())
    assert web.asked != []


def test_who_may_follow_and_leave_feeds(motcua: Motcua, web: Hostile) -> None:
    url, fetcher = served(web, item(1)), web.fetcher()
    assert "'write' is missing" in motcua("queue", "feed", "add", url, "--by", "nga", code=1, fetcher=fetcher)
    number = motcua("queue", "feed", "add", url, "--by", "lan", "--json", fetcher=fetcher)["id"]
    assert "follows" in motcua("queue", "feed", "add", url, "--by", "lan", code=1, fetcher=fetcher)
    assert "does not work" in motcua("queue", "feed", "remove", number, "--by", "tu", code=1)
    assert "name one with --agency" in motcua("queue", "feed", "list", code=1)
    web.page("/rss", b"", status="500 Oops")
    assert "feed 1: trang trả lời mã 500" in failing(motcua, number, fetcher)


def failing(motcua: Motcua, number: int, fetcher: Fetcher) -> str:
    with pytest.raises(AssertionError) as caught:
        motcua("queue", "feed", "fetch", number, code=0, fetcher=fetcher)
    return str(caught.value)


# --- templates, ideas ------------------------------------------------------------------------------------


def test_templates_are_listed_shown_and_filled(motcua: Motcua) -> None:
    here = ("--agency", "suoi-mo")
    listed = motcua("queue", "template", "list", *here, "--json")
    assert {"doi-thoai", "tap-huan"} <= {one["key"] for one in listed}
    shown = motcua("queue", "template", "show", "tam-ngung", *here)
    assert "{{lý do}}  vì sao" in shown
    sets = [
        "việc tạm ngừng=nhận hồ sơ",
        "từ lúc=8 giờ",
        "đến lúc=9 giờ",
        "lý do=bảo trì",
        "làm_cách_khác=đến trực tiếp",
    ]
    given = [part for one in sets for part in ("--set", one)]
    use = ("queue", "template", "use", "tam-ngung", "--by", "lan")
    told = motcua(*use, *given[:4], "--set", "x=y", code=1)
    assert [told.count(one) for one in ("“đến lúc”", "“lý do”", "“làm cách khác”", "“x”")] == [1, 1, 1, 1]
    assert "NAME=VALUE" in motcua(*use, "--set", "x", code=1)
    (number,) = motcua(*use, *given, "--target", f"facebook:{PAGE}", "--json")["ids"]
    shown = motcua("queue", "show", number, "--json")
    assert (shown["title"], shown["state"]) == ("Tạm ngừng nhận hồ sơ", "draft")
    assert [one["target"] for one in shown["targets"]] == [f"facebook:{PAGE}"]
    assert "no template 'x'" in motcua("queue", "template", "use", "x", "--by", "lan", code=1)


def test_an_agency_keeps_templates_of_its_own(motcua: Motcua, file: Write) -> None:
    path = file(f"title: 'Chợ phiên {{{{ngày}}}}'\ntext: 'Họp ở {{{{nơi}}}}.'\ntargets: facebook:{PAGE}\n", "cho.yaml")
    add = ("queue", "template", "add", "cho-phien", path, "--by", "lan")
    assert motcua(*add, "--name", "Chợ phiên") == "template cho-phien kept; blanks: ngày, nơi\n"
    kept = motcua("queue", "template", "show", "cho-phien", "--agency", "suoi-mo", "--json")
    assert (kept["name"], kept["own"], kept["fields"]) == ("Chợ phiên", True, {"ngày": "", "nơi": ""})
    use = ("queue", "template", "use", "cho-phien", "--by", "lan", "--set", "ngày=5/12", "--set", "nơi=bản Mơ")
    assert motcua(*use, "--json")["ids"] == [1]
    assert "'write' is missing" in motcua("queue", "template", "remove", "cho-phien", "--by", "nga", code=1)
    motcua("queue", "template", "remove", "cho-phien", "--by", "lan")
    assert "of its own" in motcua("queue", "template", "remove", "cho-phien", "--by", "lan", code=1)
    bad = file("media: [x.png]\n", "cho.yaml")
    told = motcua("queue", "template", "add", "Chợ", bad, "--by", "lan", code=1)
    assert all(piece in told for piece in ("“Chợ”", "cho.yaml:1", "“media”", "title:", "text:"))


def test_ideas_are_noted_used_and_dropped(motcua: Motcua) -> None:
    here = ("--agency", "suoi-mo")
    one = motcua(
        "queue", "idea", "add", "Hướng dẫn VNeID", "--by", "lan", "--text", "Ba việc.", "--topic", "CĐS", "--json"
    )
    assert (one["state"], one["by"], one["topic"]) == ("open", "lan", "CĐS")
    assert motcua("queue", "idea", "add", "Bỏ", "--by", "lan") == "idea 2 added\n"
    assert motcua("queue", "idea", "drop", 2, "--by", "lan") == "idea 2 is dropped\n"
    assert [idea["id"] for idea in motcua("queue", "idea", "list", *here, "--json")] == [1]
    assert len(motcua("queue", "idea", "list", "--all", *here, "--json")) == 2
    (number,) = motcua("queue", "idea", "use", 1, "--by", "minh", "--json")["ids"]
    assert motcua("queue", "show", number, "--json")["text"] == "Ba việc."
    assert motcua("queue", "idea", "list", *here) == "no ideas\n"
    for argv, told in (
        (("use", 1, "--by", "lan"), "used already"), (("drop", 9, "--by", "lan"), "no idea 9"),
        (("use", 2, "--by", "tu"), "does not work"), (("add", "x", "--by", "nga"), "'write' is missing"),
        (("add", " ", "--by", "lan", "--link", "x"), "link:"),
    ):  # fmt: skip
        assert told in motcua("queue", "idea", *argv, code=1)


def test_what_citizens_ask_is_suggested_and_kept_once(motcua: Motcua, live: Desk) -> None:
    account, at = live.account("zalo"), live.now - timedelta(days=1)
    with live.db.write() as session:
        for number in range(3):
            talk = Conversation(account_id=account.id, person=f"700{number}", memory={}, created_at=at, last_at=at)
            session.add(talk)
            session.flush()
            told = {"skill": "procedure", "procedure": BIRTH, "confidence": 0.9}
            session.add(asked_event(account.id, talk.id, told, at=at))
    here = ("--agency", "suoi-mo")
    (one,) = motcua("queue", "suggest", *here, "--json")["suggestions"]
    assert (one["item"], one["people"], one["times"]) == (BIRTH, 3, 3)
    assert "Nguồn:" in one["text"]
    assert "Bí Mật" not in str(one)
    assert motcua("queue", "suggest", *here, "--days", "1", "--most", "1") != ""
    kept = motcua("queue", "suggest", "--keep", "lan", "--json")["ideas"]
    assert [idea["id"] for idea in motcua("queue", "idea", "list", *here, "--json")] == kept == [1]
    assert motcua("queue", "suggest", "--keep", "lan", "--json")["ideas"] == []
    assert "nothing was asked" in motcua("queue", "suggest", "--agency", "da-nui")
    assert "1 or more" in motcua("queue", "suggest", *here, "--days", "0", code=1)


# --- what comes again ------------------------------------------------------------------------------------


def test_observances_of_the_year_are_told_and_proposed_once(motcua: Motcua) -> None:
    here = ("--agency", "suoi-mo")
    coming = motcua("queue", "observances", *here, "--days", "366", "--json")["observances"]
    assert {"chuyen-doi-so", "tet", "thong-nhat", "quoc-khanh", "khai-thue-quy"} <= {one["key"] for one in coming}
    assert [one["day"] for one in coming] == sorted(one["day"] for one in coming)
    today = datetime.now(UTC).astimezone().date().isoformat()
    made = motcua("queue", "observances", *here, "--days", "366", "--propose", "--json")
    due = [one for one in made["observances"] if one["proposed"] < today]
    assert len(made["ids"]) >= len(due)
    assert [one["post"] for one in made["observances"] if one["post"]] == made["ids"]
    assert motcua("queue", "observances", *here, "--propose", "--json")["ids"] == []
    assert motcua("queue", "observances", *here, "--days", "0") in {"nothing within 0 days\n"} or due


def test_an_evergreen_post_is_proposed_again(motcua: Motcua, live: Desk, platforms: Platforms) -> None:
    number = live.approved(targets=(FACEBOOK,), at=None)
    assert "is approved" in motcua("queue", "evergreen", "add", number, "--every", "30", "--by", "lan", code=1)
    live.do(review.schedule, number, by="minh")
    assert live.published(number)["state"] == "published"
    assert "7 to 730" in motcua("queue", "evergreen", "add", number, "--every", "3", "--by", "lan", code=1)
    motcua("queue", "evergreen", "add", number, "--every", "x", "--by", "lan", code=2)
    told = motcua("queue", "evergreen", "add", number, "--every", "30", "--by", "lan", "--json")
    assert told == {"post": number, "every": 30}
    assert motcua("queue", "evergreen", "propose") == "nothing is due\n"
    with live.db.write() as session:  # a month goes by
        ago = live.now - timedelta(days=31)
        session.execute(update(Post).where(Post.id == number).values(released_at=ago))
        session.execute(update(Evergreen).values(created_at=ago))
    (copy,) = motcua("queue", "evergreen", "propose", "--json")["ids"]
    shown = motcua("queue", "show", copy, "--json")
    assert (shown["state"], shown["origin"]) == ("draft", f"evergreen:{number}:1")
    (standing,) = motcua("queue", "evergreen", "list", "--agency", "suoi-mo", "--json")
    assert (standing["post"], standing["proposed"], standing["next_at"]) == (number, 1, None)
    motcua("queue", "evergreen", "remove", number, "--by", "lan")
    assert motcua("queue", "evergreen", "list", "--agency", "suoi-mo") == "no evergreen posts\n"
    assert "not evergreen" in motcua("queue", "evergreen", "remove", number, "--by", "lan", code=1)
