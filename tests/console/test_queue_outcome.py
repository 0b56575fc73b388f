"""What became of a post, in the console: links, results, unknown outcomes with their decisions, by hand, the switch."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from bot.campaigns import release, rules
from bot.campaigns.content import Asset
from bot.db import Database
from bot.tables import Account, Attempt, Audit, Post, PostResult, PostTarget
from bot.web.sandbox.graph_webhook import FakePage
from bot.web.sandbox.platforms import Platforms
from tests.console.conftest import Visitor
from tests.console.platforms import env, fakes, platforms, serve
from tests.console.queue_desk import FACEBOOK, QUEUE, SPEAKER, TIKTOK, WORDS, ZALO, Enter, approved, post
from tests.people import FACEBOOK as FACEBOOK_SECRETS
from tests.people import PAGE

__all__ = ["env", "fakes", "platforms", "serve"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def unknown(db: Database, *, minutes: int = 30) -> int:
    """Return a post whose call to Facebook had no clear answer."""
    post_id = approved(db, targets=(FACEBOOK,))
    began = datetime.now(UTC) - timedelta(minutes=minutes)
    with db.write() as session:
        session.execute(update(Post).values(state="unknown", released_at=began))
        session.execute(update(PostTarget).values(state="unknown", committing_at=began, error="time-out"))
    return post_id


def press(visitor: Visitor, post_id: int, act: str, **fields: str) -> str:
    return visitor.post(f"{QUEUE}/{post_id}/{act}", page=f"{QUEUE}/{post_id}", **fields).text


def target(db: Database) -> PostTarget:
    with db.read() as session:
        return session.scalars(select(PostTarget)).one()


def says(platforms: Platforms, words: str, *, ours: bool = True) -> str:
    """Let the Page have a post; return its address."""
    secrets = {name: FACEBOOK_SECRETS[name] for name in ("app_id", "app_secret", "page_token")}
    page = FakePage(page_id=PAGE, **secrets)
    made = platforms.graph.posts.add(page, words, app=None if ours else "")
    return str(made["permalink_url"])


def test_a_published_post_shows_its_link_and_results_by_day(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id, link = approved(db, targets=(FACEBOOK,)), "https://www.facebook.com/1/posts/2"
    with db.write() as session:
        session.execute(update(Post).values(state="published"))
        session.execute(update(PostTarget).values(state="published", link=link, published_at=datetime.now(UTC)))
        for day, views in ((date(2026, 11, 20), 120), (date(2026, 11, 21), 345)):
            session.add(PostResult(target_id=1, day=day, views=views, at=datetime.now(UTC)))
    page = signed_in("binh").get(f"{QUEUE}/{post_id}").text
    assert f'href="{link}"' in page
    assert 'rel="noopener noreferrer"' in page
    rows = page.split("<tbody>")[1].split("</tbody>")[0]
    assert [part.split("<")[0] for part in rows.split('class="text-end">')[1:]] == [
        "345", "–", "–", "–", "–", "120", "–", "–", "–", "–",
    ]  # fmt: skip
    assert rows.index("21/11") < rows.index("20/11")
    assert "Còn thiếu" not in page


def test_looking_finds_what_is_there(db: Database, app: Flask, signed_in: Enter, platforms: Platforms) -> None:
    post_id = unknown(db)
    link = says(platforms, f"{WORDS.title}\n\n{WORDS.text}")
    page = press(signed_in("minh"), post_id, "look")
    assert "nay đã rõ" in page
    assert link in page
    assert post(db).state == "published"


def test_what_the_platform_shows_stands_beside_what_we_sent(
    db: Database, app: Flask, signed_in: Enter, platforms: Platforms
) -> None:
    post_id = unknown(db)
    link = says(platforms, "Một bài khác của trang", ours=False)
    minh = signed_in("minh")
    page = press(minh, post_id, "look")
    beside = page.split("Kênh đang hiện")[1]
    assert "Một bài khác của trang" in beside
    assert WORDS.text in page.split("Bài ta gửi")[1].split("Kênh đang hiện")[0]
    assert post(db).state == "unknown"
    picked = beside.split('name="picked"')[1].split('value="')[1].split('"')[0]
    press(minh, post_id, "decide", target="1", picked=picked, there="yes")
    assert (post(db).state, target(db).link, target(db).platform_id) == ("published", link, picked.split()[0])


def test_a_platform_that_does_not_answer_is_told(
    db: Database, app: Flask, signed_in: Enter, platforms: Platforms
) -> None:
    post_id = unknown(db)
    with db.write() as session:
        session.execute(update(Account).where(Account.channel == "facebook").values(secrets="broken"))
    page = press(signed_in("minh"), post_id, "look")
    assert "Chưa hỏi được kênh" in page
    assert post(db).state == "unknown"


@pytest.mark.parametrize(
    ("fields", "state", "told"),
    [
        ({"target": "1", "there": "yes", "link": "https://www.facebook.com/xa/posts/9"}, "published", "Đã ghi"),
        ({"target": "1", "there": "yes"}, "published", "Đã ghi"),
        ({"target": "1", "there": "no"}, "failed", "Đã ghi"),
        ({"target": "1", "there": "yes", "link": "javascript:alert(1)"}, "unknown", "không phải địa chỉ trang web"),
        ({"target": "2", "there": "no"}, "unknown", "Không còn kênh nào"),
        ({"target": "x", "there": "no"}, "unknown", "Không còn kênh nào"),
    ],
)
def test_a_person_decides(
    db: Database, app: Flask, signed_in: Enter, fields: dict[str, str], state: str, told: str
) -> None:
    post_id = unknown(db)
    assert told in press(signed_in("minh"), post_id, "decide", **fields)
    assert post(db).state == state
    with db.read() as session:
        noted = session.scalars(select(Audit).where(Audit.verb == "post.decide")).all()
        calls = session.scalars(select(Attempt.step)).all()
    assert [one.who for one in noted] == ["minh"] * (state != "unknown")
    assert ("decide" in calls) == (state != "unknown")


def test_only_after_a_decision_or_knowingly_it_is_sent_again(
    db: Database, app: Flask, signed_in: Enter, platforms: Platforms
) -> None:
    post_id = unknown(db)
    minh = signed_in("minh")
    press(minh, post_id, "decide", target="1", there="no")
    assert "Đang đăng lại" in press(minh, post_id, "resend")
    assert post(db).state == "publishing"
    assert "đang ở bước “đang đăng”" in press(minh, post_id, "resend")


def test_sending_again_looks_first(db: Database, app: Flask, signed_in: Enter, platforms: Platforms) -> None:
    post_id = unknown(db)
    says(platforms, f"{WORDS.title}\n\n{WORDS.text}")
    press(signed_in("minh"), post_id, "resend")
    assert post(db).state == "published"
    assert len(platforms.graph.posts.published(PAGE)) == 1


@pytest.mark.parametrize(
    ("link", "told", "state"),
    [
        ("", "dán địa chỉ bài", "publishing"),
        ("tiktok", "không phải địa chỉ trang web", "publishing"),
        ("https://www.tiktok.com/@xa/video/1", "Đã ghi là đã đăng", "published"),
    ],
)
def test_a_post_made_by_hand(
    db: Database, app: Flask, signed_in: Enter, link: str, told: str, state: str
) -> None:  # fmt: skip
    picture = Asset(kind="image/png", alt="ruộng", url="https://suoi-mo.example/a.png")
    post_id = approved(db, targets=(TIKTOK,), media=(picture,), at=datetime.now(UTC) + timedelta(seconds=1))
    release.release_due(db, now=datetime.now(UTC) + timedelta(seconds=2))
    lan = signed_in("lan")
    assert "dán địa chỉ bài" in lan.get(f"{QUEUE}/{post_id}").text
    page = press(lan, post_id, "posted", channel="tiktok:suoi-mo", link=link)
    assert told in page
    assert post(db).state == state


@pytest.mark.parametrize(("minutes", "kept"), [("1.0", "một phút"), ("nonsense", ""), ("99", "")])
def test_the_loudspeakers_script_is_spelt_out(
    db: Database, app: Flask, signed_in: Enter, minutes: str, kept: str
) -> None:
    post_id = approved(db, targets=(ZALO, SPEAKER), text="UBND xã họp lúc 8h30 ngày 05/12/2026.")
    page = signed_in("binh").get(f"{QUEUE}/{post_id}/speech?minutes={minutes}").text
    assert "tám giờ ba mươi phút ngày mồng năm tháng mười hai" in page
    assert "Kính thưa bà con" in page
    assert (f'value="{minutes}" selected' in page) == bool(kept)


def test_a_frozen_queue_is_told_where_a_time_is_chosen(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id = approved(db, targets=(ZALO,))
    with db.write() as session:
        rules.freeze(session, rules.agency_scope(1), who="an", now=datetime.now(UTC))
    data = {"day": f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}", "clock": "09:00", "read": "1.approved"}
    page = signed_in("minh").post(f"{QUEUE}/{post_id}/move", **data).text
    assert "hàng chờ đang tạm dừng" in page
