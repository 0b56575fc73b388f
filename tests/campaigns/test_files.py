"""Posts in files: read whatever the encoding, refused whole with every fault on its line; pictures by their content."""

import io
import struct
import unicodedata
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select

from bot.campaigns import files, importing, pictures
from bot.campaigns.pictures import Unusable, recognised
from bot.errors import BadInput
from bot.tables import Media, MediaUse, Post
from tests.campaigns.conftest import SOON, Desk
from tests.people import NOON, OA, PAGE

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GOOD = f"""
- title: Nộp hồ sơ qua mạng
  text: |
    Từ 01/12, nộp hồ sơ qua mạng.

    Trả kết quả tại nhà.
  link: https://suoi-mo.example/tin
  media: [bia.png, {{file: nho.jpg, alt: Người dân nhận kết quả}}]
  alt: [Cán bộ hướng dẫn]
  topic: CCHC
  audience: người dân
  targets: [zalo:{OA}+broadcast, "facebook:{PAGE}"]
  variants: {{facebook: Bản cho Facebook}}
  at: 2026-11-23T12:10:00+07:00
- title: Không giờ đăng
  text: Bài chờ người lên lịch.
  language: tiếng Thái
  targets: facebook:{PAGE}
"""


def picture(width: int = 1000, height: int = 640, form: str = "PNG", mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 60).convert(mode).save(out, form)
    return out.getvalue()


def add(desk: Desk, text: str | bytes, folder: Path, *, name: str = "bai.yaml", by: str = "lan") -> list[int]:
    data = text.encode() if isinstance(text, str) else text
    with desk.db.write() as session:
        opened = importing.beside(folder)
        return importing.add_all(session, desk.actors[by], data, name, opened=opened, now=desk.now)


def refused(desk: Desk, text: str | bytes, folder: Path, *, name: str = "bai.yaml") -> list[str]:
    with pytest.raises(BadInput) as caught:
        add(desk, text, folder, name=name)
    with desk.db.read() as session:  # nothing of it was kept
        assert session.scalars(select(Post)).all() == []
        assert session.scalars(select(Media)).all() == []
    return str(caught.value).splitlines()


def test_a_good_file_is_added_whole(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "bia.png").write_bytes(picture())
    (tmp_path / "nho.jpg").write_bytes(picture(640, 480, "JPEG"))
    first, second = add(desk, GOOD, tmp_path)
    shown = desk.show(first)
    assert (shown["title"], shown["topic"], shown["audience"]) == ("Nộp hồ sơ qua mạng", "CCHC", "người dân")
    assert shown["text"] == "Từ 01/12, nộp hồ sơ qua mạng.\n\nTrả kết quả tại nhà."
    assert datetime.fromisoformat(shown["at"]) == SOON
    assert [one["target"] for one in shown["targets"]] == [f"zalo:{OA}+broadcast", f"facebook:{PAGE}"]
    assert [one["alt"] for one in shown["media"]] == ["Cán bộ hướng dẫn", "Người dân nhận kết quả"]
    assert desk.target(first, "facebook").variant == {"text": "Bản cho Facebook"}
    assert (desk.show(second)["language"], desk.show(second)["at"]) == ("thai", None)
    with desk.db.read() as session:
        assert len(session.scalars(select(MediaUse)).all()) == 2


HEAD = "title,text,targets,at,media,alt"
ROW = f"Nộp hồ sơ,Nộp hồ sơ qua mạng tiện lợi,facebook:{PAGE},2026-12-01T08:00:00+07:00,,"


@only_sqlite
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-mark", "cp1258"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_is_read_in_any_usual_encoding(desk: Desk, tmp_path: Path, encoding: str, separator: str) -> None:
    text = f"{HEAD}\r\n{ROW}\r\n".replace(",", separator)
    if encoding == "cp1258":
        data = as_cp1258(text)
    elif encoding == "utf-16-le-mark":
        data = b"\xff\xfe" + text.encode("utf-16-le")
    else:
        data = text.encode(encoding)
    (post_id,) = add(desk, data, tmp_path, name="bai.csv")
    assert desk.show(post_id)["text"] == "Nộp hồ sơ qua mạng tiện lợi"


def as_cp1258(text: str) -> bytes:
    """Return text as Windows writes Vietnamese: hats composed, tones after their letters."""
    pieces = []
    for one in unicodedata.normalize("NFC", text):
        marks = unicodedata.normalize("NFD", one)
        tones = "".join(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
        base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in tones))
        pieces.append(base + tones)
    return "".join(pieces).encode("cp1258")


@only_sqlite
@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.csv", "title,text\nA,B\n", ["a.csv:1:", "targets"]),
        ("a.csv", "title,text,targets,giờ\nA,B,C,D\n", ["a.csv:1:", "giờ"]),
        ("a.csv", "title,title,text,targets\nA,A,B,C\n", ["a.csv:1:", "title"]),
        ("a.csv", f"{HEAD}\nA,B\n", ["a.csv:2:", "2 ô"]),
        ("a.csv", f'{HEAD}\n"A,B\n', ["a.csv:1:"]),
        ("a.csv", b"title,text,targets\nT\xc3\x28,\xff\xfe\x81,x\n", ["a.csv:1:", "UTF-8"]),
        ("a.csv", b"\xff\xfe\x00", ["a.csv:1:", "UTF-8"]),
        ("a.csv", "Привет,мир".encode("cp1251"), ["a.csv:1:", "UTF-8"]),
        ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(50), ["a.csv:1:"]),
        ("a.csv", f"{HEAD}\n", ["a.csv:1:", "không có bài nào"]),
        ("a.csv", "", ["a.csv:1:"]),
        ("a.yaml", "", ["a.yaml:1:"]),
        ("a.yaml", "just words", ["a.yaml:1:", "danh sách"]),
        ("a.yaml", "- just words", ["a.yaml:1:"]),
        ("a.yaml", "- title: [1, 2\n", ["a.yaml:2:", "YAML"]),
        ("a.yaml", "a: &a [x,x]\nb: *a\n", ["a.yaml:1:", "neo"]),
        ("a.yaml", "- &b {title: x}\n- *b\n", ["a.yaml:1:", "neo"]),
        ("a.yaml", "- title: !!python/object/apply:os.system [id]\n", ["a.yaml:1:", "python"]),
        ("a.yaml", "[" * 20000, ["a.yaml:1:"]),
        ("a.yaml", "- title: A\n  tilte: B\n  text: C\n  targets: x\n", ["a.yaml:2:", "tilte"]),
        ("a.yaml", "- title: A\n  title: B\n", ["a.yaml:2:", "title"]),
        ("a.yaml", "- title: {a: b}\n  text: B\n  targets: []\n", ["a.yaml:1:", "title"]),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_line(
    desk: Desk, tmp_path: Path, name: str, data: str | bytes, told: list[str]
) -> None:
    lines = refused(desk, data, tmp_path, name=name)
    assert [line for line in lines if all(part in line for part in told)], lines


def test_every_fault_is_told_on_its_line(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "hong.png").write_bytes(picture()[:500])
    (tmp_path / "ghi.mp4").write_text("đây không phải video")
    text = f"""- title: Tốt
  text: Bài này không sai gì.
  targets: facebook:{PAGE}
- title: ""
  text: Thiếu tiêu đề
  at: 2020-01-01T08:00:00+07:00
  targets: facebook:{PAGE}
- title: Sai nhiều
  text: Sai
  at: 2027-01-01 08:00
  targets: [zalo:999999, tivi, "facebook:{PAGE}+phao"]
  media: [hong.png, ghi.mp4, thieu.png, "https://suoi-mo.example/a.png"]
- title: Giờ lạ
  text: Sai
  at: mai
  grace: nhiều
  targets: zalo:{OA}+broadcast
  language: tiếng Pháp
"""
    lines = refused(desk, text, tmp_path)
    where = [(int(line.split(":")[1]), line.split(": ")[1]) for line in lines]
    assert set(where) == {
        (4, "title"), (6, "at"), (10, "at"), (11, "targets"), (12, "media"), (8, "alt"), (15, "at"), (16, "grace"),
        (18, "language"),
    }  # fmt: skip
    assert where.count((11, "targets")) == 3
    assert where.count((12, "media")) == 3


@only_sqlite
@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-12-01T08:00:00", "múi giờ"),
        ("2026-12-01", "múi giờ"),
        ("01/12/2026 08:00", "không phải thời điểm"),
        ("2026-11-23T11:59:59+07:00", "đã qua"),
        ("2026-13-01T08:00:00+07:00", "không phải thời điểm"),
        ("2029-12-01T08:00:00+07:00", "400 ngày"),
    ],
)
def test_times_that_cannot_be(desk: Desk, tmp_path: Path, at: str, told: str) -> None:
    (line,) = refused(desk, f"- title: A\n  text: B\n  targets: facebook:{PAGE}\n  at: {at}\n", tmp_path)
    assert line.startswith("bai.yaml:4: at:")
    assert told in line


@pytest.mark.parametrize("at", ["2026-12-01T01:00:00Z", "2026-12-01T08:00+07:00", "'2026-12-01 08:00:00 +07:00'"])
def test_times_with_an_offset(desk: Desk, tmp_path: Path, at: str) -> None:
    (post_id,) = add(desk, f"- title: A\n  text: B\n  targets: facebook:{PAGE}\n  at: {at}\n", tmp_path)
    assert datetime.fromisoformat(desk.show(post_id)["at"]) == datetime(2026, 12, 1, 1, tzinfo=UTC)


@given(data=st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
@pytest.mark.parametrize("name", ["a.csv", "a.yaml"])
def test_no_file_breaks_the_reader(data: bytes, name: str) -> None:
    reading = files.read(data, name)
    assert reading.rows or reading.faults


# --- pictures --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
@pytest.mark.parametrize("size", [(1000, 640), (3000, 2000), (640, 480), (300, 260)])
def test_pictures_become_what_platforms_take(form: str, size: tuple[int, int]) -> None:
    kept = recognised(picture(*size, form))
    assert kept.kind in {"image/jpeg", "image/png"}
    assert len(kept.data) <= pictures.KEPT_BYTES
    assert kept.width >= pictures.COVER_WIDTH
    assert kept.height >= pictures.COVER_HEIGHT
    assert max(kept.width, kept.height) <= pictures.SIDE_MAX
    with Image.open(io.BytesIO(kept.data)) as again:
        assert again.size == (kept.width, kept.height)


def test_a_picture_is_turned_upright_and_tells_nothing_of_its_camera() -> None:
    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "máy ảnh của Lan"
    Image.new("RGB", (1600, 900), "red").save(out, "JPEG", exif=exif)
    kept = recognised(out.getvalue())
    assert (kept.width, kept.height) == (900, 1600)
    with Image.open(io.BytesIO(kept.data)) as again:
        assert dict(again.getexif()) == {}


def bomb(width: int, height: int) -> bytes:
    """Return a small PNG whose header promises more pixels than any memory holds."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (bomb(50_000, 50_000), "quá lớn"),
        (bomb(8000, 8000), "quá lớn"),
        (bomb(900, 900), "hỏng"),
        (picture()[:2000], "hỏng"),
        (b"", "không phải ảnh"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "không phải ảnh"),
        (b"%PDF-1.7", "không phải ảnh"),
        (b"\x1aE\xdf\xa3 matroska", "không phải ảnh"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(pictures.VIDEO_BYTES), "MB"),
    ],
    ids=["bomb", "large", "lying", "cut", "empty", "svg", "pdf", "mkv", "long"],
)
def test_what_is_no_usable_picture_is_told(data: bytes, told: str) -> None:
    with pytest.raises(Unusable, match=told):
        recognised(data)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        (b"\x00\x00\x00\x14ftypqt  ", "video/quicktime"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "video/x-msvideo"),
    ],
)
def test_a_video_is_known_by_its_content(data: bytes, kind: str) -> None:
    kept = recognised(data + bytes(100))
    assert (kept.kind, kept.data) == (kind, data + bytes(100))


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://suoi-mo.example/a.PNG?x=1", "image/png"),
        ("https://suoi-mo.example/anh", "image/jpeg"),
        ("https://suoi-mo.example/a.mp4", "video/mp4"),
        ("https://www.youtube.com/watch?v=1", "video/link"),
        ("https://youtu.be/1", "video/link"),
    ],
)
def test_what_an_address_shows(url: str, kind: str) -> None:
    assert importing.kind_of_address(url) == kind


def test_the_same_picture_is_kept_once(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(picture())
    (tmp_path / "b.png").write_bytes((tmp_path / "a.png").read_bytes())
    one = "- title: A\n  text: B\n  targets: facebook:{page}\n  media: {name}\n  alt: x\n"
    add(desk, "".join(one.format(page=PAGE, name=name) for name in ("a.png", "b.png")), tmp_path)
    with desk.db.read() as session:
        assert len(session.scalars(select(Media)).all()) == 1
        assert len(session.scalars(select(MediaUse)).all()) == 2


def test_a_zalo_post_without_a_picture_gets_a_plain_cover(desk: Desk, tmp_path: Path) -> None:
    (post_id,) = add(desk, f"- title: A\n  text: B\n  targets: zalo:{OA}\n", tmp_path)
    (cover,) = desk.show(post_id)["media"]
    assert (cover["only_cover"], cover["width"], cover["height"]) == (True, 1000, 640)
    assert "Suối Mơ" in cover["alt"]


@pytest.mark.parametrize("state", ["draft", "scheduled"])
def test_media_are_public_only_once_approved(desk: Desk, tmp_path: Path, state: str) -> None:
    from bot import create_app
    from bot.campaigns import review

    (tmp_path / "a.png").write_bytes(picture())
    at = (NOON + timedelta(hours=1)).isoformat()
    text = f"- title: A\n  text: B\n  at: {at}\n  targets: facebook:{PAGE}\n  media: a.png\n  alt: x\n"
    (post_id,) = add(desk, text, tmp_path)
    if state == "scheduled":
        desk.do(review.submit, post_id, by="lan")
        desk.do(review.approve, post_id, by="minh")
    (shown,) = desk.show(post_id)["media"]
    client = create_app(desk.settings).test_client()
    answer = client.get(f"/media/{shown['sha256']}.{shown['kind'][6:].replace('jpeg', 'jpg')}")
    assert answer.status_code == (200 if state == "scheduled" else 404)
    if state == "scheduled":
        assert recognised(answer.data).width == shown["width"]
        assert answer.headers["Cache-Control"].endswith("immutable")
    for wrong in ("x.png", f"{'0' * 64}.png", f"{shown['sha256']}.exe", f"{shown['sha256']}.gif", "../media"):
        assert client.get(f"/media/{wrong}").status_code == 404
