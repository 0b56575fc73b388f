"""Writing in the console: each fault at its place, nothing lost, files, preview, two people on one post."""

import io
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from bot.campaigns import drafts
from bot.db import Database
from bot.tables import Media, Post
from tests.console.conftest import Visitor
from tests.console.queue_desk import FACEBOOK, QUEUE, ZALO, Enter, approved, picture, post, submitted, typed, written
from tests.people import OA, PAGE

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NEW = f"{QUEUE}/new"


def send(visitor: Visitor, address: str = NEW, **fields: Any) -> TestResponse:
    """Send the editor's form as a browser does, files too."""
    data = {"csrf_token": visitor.token(NEW), **typed(**fields)}
    return visitor.client.post(address, data=data, content_type="multipart/form-data", follow_redirects=True)


def tokens(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'name="media" value="([^"]+)"', page)]


def wrong(page: str, part: str) -> str:
    found = re.search(rf'id="{part}-wrong">(.*?)</div></div>', page, re.S)
    return found[1] if found else ""


def count(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(Post)) or 0


def test_a_draft_is_saved_with_all_that_was_typed(db: Database, app: Flask, signed_in: Enter) -> None:
    fields = {
        f"zalo:{OA}/description": "Trả tận nhà", f"zalo:{OA}/broadcast": "1", f"facebook:{PAGE}/text": "Ngắn hơn",
        "target": [f"zalo:{OA}", f"facebook:{PAGE}", "loudspeaker:suoi-mo"],
        "topic": "CCHC", "audience": "người dân", "day": "2099-01-01", "clock": "08:30", "link": "https://xa.gov.vn/a",
    }  # fmt: skip
    lan = signed_in("lan")
    far = send(lan, **fields)  # the year is refused, and everything still stands in the form
    assert "hơn 400 ngày" in far.text
    assert 'value="2099-01-01"' in far.text
    assert "Ngắn hơn" in far.text
    send(lan, **{**fields, "day": "", "clock": ""})
    kept = post(db)
    assert (kept.state, kept.topic, kept.audience, kept.link) == ("draft", "CCHC", "người dân", "https://xa.gov.vn/a")
    told = {one.channel: (one.variant, one.options) for one in kept.targets}
    assert told == {
        "zalo": ({"description": "Trả tận nhà"}, {"broadcast": {}}),
        "facebook": ({"text": "Ngắn hơn"}, {}),
        "loudspeaker": ({}, {}),
    }


@pytest.mark.parametrize(
    ("fields", "part", "told"),
    [
        ({"title": " "}, "title", "còn trống"),
        ({"title": "a" * 301}, "title", "dài 301 ký tự"),
        ({"title": "a" * 141}, "targets", "Hãy bớt 1 ký tự"),
        ({"text": ""}, "text", "còn trống"),
        ({"link": "xa.gov.vn"}, "link", "bắt đầu bằng https://"),
        ({"day": "2026-01-05", "clock": "08:00"}, "at", "08:00 05/01/2026 đã qua"),
        ({"day": "2027-01-05", "clock": ""}, "at", "chưa phải ngày và giờ"),
        ({"day": "", "clock": "08:00"}, "at", "chưa phải ngày và giờ"),
        ({"day": "5/1/2027", "clock": "8h"}, "at", "chưa phải ngày và giờ"),
        ({"language": "tày"}, "language", "không có ngôn ngữ"),
        ({"grace": "0"}, "grace", "từ 1 trở lên"),
        ({"grace": "nhiều"}, "grace", "từ 1 trở lên"),
        ({"every": "week", "until": "2027-12-31"}, "repeat", "thời điểm đăng đầu tiên"),
        ({f"zalo:{OA}/description": "a" * 251}, "targets", "Mô tả dài 251"),
        ({"target": "tiktok:suoi-mo"}, "media", "phải có ảnh hoặc video"),
        ({"act": "submit", "target": ""}, "targets", "chưa chọn kênh"),
    ],
)  # fmt: skip
def test_each_fault_stands_at_its_place_and_nothing_is_kept_or_lost(
    db: Database, app: Flask, signed_in: Enter, fields: dict[str, str], part: str, told: str
) -> None:
    page = send(signed_in("lan"), **{"topic": "Chủ đề còn nguyên", **fields})
    assert page.status_code == 422
    assert told in wrong(page.text, part)
    assert f'href="#{part}-wrong"' in page.text
    assert "Chủ đề còn nguyên" in page.text
    for name in ("title", "text", "link"):
        assert fields.get(name, "").strip() in page.text
    assert count(db) == 0


def test_every_fault_is_told_at_once(db: Database, app: Flask, signed_in: Enter) -> None:
    page = send(signed_in("lan"), title="", text="", link="x", day="2020-01-01", clock="08:00", grace="x").text
    assert all(wrong(page, part) for part in ("title", "text", "link", "at", "grace"))


# --- files -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "crop", "middle"),
    [
        ((1600, 1600), "", "white"),  # without script: the middle
        ((1600, 1600), "0,0,1,0.64", "red"),
        ((1600, 1600), "0,0.36,1,0.64", "blue"),
        ((1600, 1600), "nonsense", "white"),
        ((1600, 1600), "5,5,5,5", "white"),
        ((4000, 1000), "", "white"),
    ],
)
def test_a_cover_is_cut_to_its_shape(
    db: Database, app: Flask, signed_in: Enter, size: tuple[int, int], crop: str, middle: str
) -> None:
    lan = signed_in("lan")
    page = send(lan, act="upload", use="cover", crop=crop, file=(striped(*size), "anh.jpg"), file_alt="ba dải màu").text
    assert count(db) == 0
    assert 'value="ba dải màu"' in page
    source = re.search(r'<img src="([^"]+queue/media/[^"]+)"', page)
    assert source is not None
    image = Image.open(io.BytesIO(lan.client.get(unescape(source[1])).data)).convert("RGB")
    assert abs(image.width / image.height - 1000 / 640) < 0.01
    seen = image.getpixel((image.width // 2, image.height // 2))
    wanted = {"red": (255, 0, 0), "white": (255, 255, 255), "blue": (0, 0, 255)}[middle]
    assert isinstance(seen, tuple)
    assert all(abs(one - two) < 60 for one, two in zip(seen, wanted, strict=True)), seen


def striped(width: int, height: int) -> io.BytesIO:
    """Return a picture, red above, white in the middle, blue below."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width, int(height * 0.4)))
    image.paste("blue", (0, int(height * 0.6), width, height))
    out = io.BytesIO()
    image.save(out, "PNG")
    out.seek(0)
    return out


def test_pictures_stay_in_the_form_until_they_are_saved(db: Database, app: Flask, signed_in: Enter) -> None:
    lan = signed_in("lan")
    first = send(lan, act="upload", use="cover", file=(picture(), "1.jpg"), file_alt="ảnh bìa").text
    media = tokens(first)
    second = send(
        lan, act="upload", use="inside", media=media, **{"alt-0": "ảnh bìa"}, file=(picture(color="blue"), "2.jpg")
    ).text  # fmt: skip
    media = tokens(second)
    assert len(media) == 2
    refused = send(lan, media=media, **{"alt-0": "ảnh bìa", "alt-1": ""})
    assert "ảnh thứ 2 chưa có lời mô tả" in refused.text
    assert tokens(refused.text) == media
    turned = send(lan, act="first:1", media=media, **{"alt-0": "ảnh bìa", "alt-1": "ảnh xanh"}).text
    assert tokens(turned) == media[::-1]
    dropped = send(lan, act="drop:0", media=media, **{"alt-0": "ảnh bìa", "alt-1": "ảnh xanh"}).text
    assert tokens(dropped) == media[1:]
    send(lan, media=media, **{"alt-0": "ảnh bìa", "alt-1": "ảnh xanh", "only-0": "1"})
    assert [(one["alt"], one["only_cover"]) for one in post(db).media] == [("ảnh bìa", True), ("ảnh xanh", False)]


def test_a_file_chosen_and_not_added_is_saved_too(db: Database, app: Flask, signed_in: Enter) -> None:
    send(signed_in("lan"), use="cover", file=(picture(), "1.jpg"), file_alt="cánh đồng")
    assert [one["alt"] for one in post(db).media] == ["cánh đồng"]


@pytest.mark.parametrize(
    ("data", "name", "told"),
    [
        (b"<script>alert(1)</script>", "anh.jpg", "không phải ảnh JPG, PNG hay video"),
        (b"\xff\xd8\xff\xe0 broken", "anh.jpg", "ảnh bị hỏng"),
        (b"%PDF-1.7", "giay.pdf", "không phải ảnh"),
        (b"", "trong.png", "không phải ảnh"),
    ],
)
def test_a_file_that_is_no_picture_is_refused_by_its_content(
    db: Database, app: Flask, signed_in: Enter, data: bytes, name: str, told: str
) -> None:
    page = send(signed_in("lan"), act="upload", file=(io.BytesIO(data), name), topic="Còn nguyên")
    assert page.status_code == 422
    assert told in wrong(page.text, "media")
    assert name in page.text
    assert "Còn nguyên" in page.text
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Media)) == 0


def test_a_forged_file_or_one_of_another_agency_is_not_shown(db: Database, app: Flask, signed_in: Enter) -> None:
    lan, la = signed_in("lan"), signed_in("la")
    page = send(lan, act="upload", use="inside", file=(picture(), "1.jpg"), file_alt="riêng của Suối Mơ").text
    (token,) = tokens(page)
    assert lan.client.get(f"{QUEUE}/media/{token}").status_code == 200
    assert lan.client.get(f"{QUEUE}/media/{token}x").status_code == 404
    assert la.client.get(f"/console/da-nui/queue/media/{token}").status_code == 404
    assert la.client.get(f"{QUEUE}/media/{token}").status_code == 404
    data = {"csrf_token": la.token("/console/da-nui/queue/new"), **typed(target=""), "media": token, "alt-0": "x"}
    la.client.post("/console/da-nui/queue/new", data=data)
    assert post(db).media == []


def test_a_large_body_is_only_taken_from_who_signed_in(app: Flask, stranger: Visitor, signed_in: Enter) -> None:
    body = {"file": (io.BytesIO(b"0" * 5_000_000), "phim.mp4")}
    assert stranger.client.post(NEW, data=body).status_code == 413
    lan = signed_in("lan")
    film = b"\0\0\0\x20ftypisom" + b"0" * 5_000_000
    page = send(lan, act="upload", use="inside", file=(io.BytesIO(film), "phim.mp4"))
    assert "video/mp4" in page.text
    huge = {"csrf_token": lan.token(NEW), "file": (io.BytesIO(b"0" * 60_000_000), "phim.mp4")}
    refused = lan.client.post(NEW, data=huge)
    assert refused.status_code == 413
    assert "Tệp quá nặng" in refused.text


# --- preview -----------------------------------------------------------------------------------------------


def test_the_preview_shows_each_channel_with_its_counts(db: Database, app: Flask, signed_in: Enter) -> None:
    lan = signed_in("lan")
    data = {"csrf_token": lan.token(NEW), **typed(target=[f"zalo:{OA}", f"facebook:{PAGE}"], title="a" * 150)}
    page = lan.client.post(f"{QUEUE}/preview", data={**data, "link": "https://xa.gov.vn/tin"}).text
    assert "<html" not in page
    assert "Tiêu đề: 150/140" in page
    assert "Hãy bớt 10 ký tự" in page
    assert "ảnh bìa chung" in page
    assert 'mc-linkcard text-break">https://xa.gov.vn/tin' in page
    assert count(db) == 0


def test_without_script_a_button_shows_the_preview(app: Flask, signed_in: Enter) -> None:
    page = send(signed_in("lan"), act="preview", title="Chưa xong", text="")
    assert page.status_code == 200
    assert "mc-phone-zalo" in page.text
    assert "Chưa lưu được" not in page.text
    assert 'value="Chưa xong"' in page.text


# --- versions and other people ------------------------------------------------------------------------------


def test_the_second_writer_is_told_and_nothing_is_overwritten(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id = written(db, targets=(ZALO,))
    address, mark = f"{QUEUE}/{post_id}/edit", "1.draft"
    lan, an = signed_in("lan"), signed_in("an")
    send(lan, address, read=mark, text="Của Lan, viết trước.")
    page = send(an, address, read=mark, text="Của An, viết sau.")
    assert page.status_code == 409
    assert "lan vừa lưu bản 2" in page.text
    assert "Của Lan, viết trước." in page.text
    assert "Của An, viết sau." in page.text
    assert (post(db).text, post(db).version) == ("Của Lan, viết trước.", 2)
    again = re.search(r'name="read" value="([^"]+)"', page.text)
    assert again is not None
    send(an, address, read=again[1], text="Của Lan và An.")
    assert (post(db).text, post(db).version) == ("Của Lan và An.", 3)


def test_a_post_that_was_approved_meanwhile_is_not_called_back_unknowingly(
    db: Database, app: Flask, signed_in: Enter
) -> None:
    post_id = approved(db)
    page = send(signed_in("lan"), f"{QUEUE}/{post_id}/edit", read="1.draft", text="Sửa tiếp")
    assert page.status_code == 409
    assert post(db).state == "approved"


def test_the_editor_says_that_an_edit_needs_a_new_review(db: Database, app: Flask, signed_in: Enter) -> None:
    post_id = submitted(db)
    lan = signed_in("lan")
    assert "phải thẩm định lại" in lan.get(f"{QUEUE}/{post_id}/edit").text
    send(lan, f"{QUEUE}/{post_id}/edit", read=drafts.mark(post(db)), text="Đã sửa")
    assert (post(db).state, post(db).text) == ("draft", "Đã sửa")


def test_what_a_target_had_stays_in_the_form(db: Database, app: Flask, signed_in: Enter) -> None:
    chosen = {"broadcast": {"cities": "20"}}
    post_id = written(db, targets=(type(ZALO)(channel="zalo", key=OA, options=chosen), FACEBOOK))
    page = {"target": [f"zalo:{OA}"], f"zalo:{OA}/broadcast": "1", f"facebook:{PAGE}/text": "chưa chọn nữa"}
    shown = send(signed_in("lan"), f"{QUEUE}/{post_id}/edit", read="1.draft", act="preview", **page)
    assert "chưa chọn nữa" in shown.text
    send(signed_in("minh"), f"{QUEUE}/{post_id}/edit", read="1.draft", **page)
    assert [(one.channel, one.options) for one in post(db).targets] == [("zalo", chosen)]


def test_saving_and_submitting_is_one_step(db: Database, app: Flask, signed_in: Enter) -> None:
    page = send(signed_in("lan"), act="submit")
    assert "Đã gửi thẩm định" in page.text
    assert post(db).state == "submitted"
