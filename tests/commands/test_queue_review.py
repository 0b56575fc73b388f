"""`queue add`, `edit`, `submit`, `approve`, `return`, `reject`, `cancel`, `schedule`, `list`, `diff`, `speech`."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from tests.campaigns.conftest import Desk
from tests.commands.conftest import LATER, Motcua, post
from tests.people import OA, PAGE

Write = Callable[..., Path]


@pytest.fixture
def added(motcua: Motcua, file: Write) -> int:
    """A draft of lan's for the Page, without a time."""
    (number,) = motcua("queue", "add", file(post(targets=f"facebook:{PAGE}")), "--by", "lan", "--json")["ids"]
    return int(number)


def test_a_file_of_posts_becomes_drafts(motcua: Motcua, file: Write) -> None:
    path = file(post(at=LATER, targets=f'["zalo:{OA}+broadcast", "facebook:{PAGE}"]') + post("Bài hai"))
    ids = motcua("queue", "add", path, "--by", "lan", "--json")["ids"]
    assert len(ids) == 2
    shown = motcua("queue", "show", ids[0], "--json")
    assert (shown["state"], shown["author"], shown["at"]) == ("draft", "lan", LATER.isoformat())
    assert [one["target"] for one in shown["targets"]] == [f"zalo:{OA}+broadcast", f"facebook:{PAGE}"]
    assert {"attempts", "links", "reviews", "version"} <= set(shown)
    assert motcua("queue", "add", path, "--by", "lan") == "post 3 added\npost 4 added\n"


def test_csv_has_the_same_names(motcua: Motcua, file: Write) -> None:
    table = f"title,text,targets,at\nMột,Chữ,facebook:{PAGE},{LATER.isoformat()}\nHai,Chữ,facebook:{PAGE},\n"
    ids = motcua("queue", "add", file(table, "bai.csv"), "--by", "lan", "--json")["ids"]
    assert [motcua("queue", "show", one, "--json")["title"] for one in ids] == ["Một", "Hai"]


@pytest.mark.parametrize(
    ("media", "alt"),
    [
        ("a.png;b.png", "Ảnh một; đẹp|Ảnh hai"), ("a.png|b.png", "Ảnh một; đẹp|Ảnh hai"),
        ('"a.png, b.png"', '"Ảnh một, đẹp; rõ|Ảnh hai"'), ('"a.png\nb.png"', '"Ảnh một, đẹp\nẢnh hai"'),
    ],
)  # fmt: skip
def test_several_pictures_in_one_cell_have_their_own_words(motcua: Motcua, file: Write, media: str, alt: str) -> None:
    table = file(f"title,text,targets,media,alt\nMột,Chữ,facebook:{PAGE},{media},{alt}\n", "bai.csv")
    for name in ("a.png", "b.png"):
        Image.effect_noise((900, 600), 60).save(table.parent / name)
    (number,) = motcua("queue", "add", table, "--by", "lan", "--json")["ids"]
    shown = [one["alt"] for one in motcua("queue", "show", number, "--json")["media"]]
    assert shown[0].startswith("Ảnh một")
    assert shown[1] == "Ảnh hai"
    missing = table.read_text(encoding="utf-8").replace("Ảnh hai", "")
    assert "alt: ảnh thứ 2" in motcua("queue", "add", file(missing, "thieu.csv"), "--by", "lan", code=1)


def test_nothing_is_kept_of_a_file_with_a_fault_and_all_are_told(motcua: Motcua, file: Write) -> None:
    bad = post() + "- title: Hai\n  text: ''\n  targets: facebook:1\n  at: 2020-01-01T08:00:00+07:00\n  mau: x\n"
    told = motcua("queue", "add", file(bad), "--by", "lan", code=1)
    for piece in ("bai.yaml:5: text", "bai.yaml:6: targets", "bai.yaml:7: at", "bai.yaml:8: không có mục “mau”"):
        assert piece in told
    assert motcua("queue", "list", "--json") == []


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (("add", "khong-co.yaml", "--by", "lan"), 2), (("add",), 2), (("submit", "1"), 2),
        (("submit", "--by", "lan"), 2),
        (("submit", "một", "--by", "lan"), 2), (("show",), 2), (("nothing",), 2), (("list", "--state", "xong"), 2),
        (("submit", "9", "--by", "lan"), 1), (("show", "9"), 1), (("show", "9", "--json"), 1),
        (("list", "--agency", "khong-co"), 1), (("reconcile", "--id", "9"), 1), (("cancel", "9", "--by", "nobody"), 1),
    ],
)  # fmt: skip
def test_bad_use_is_2_and_failure_1(motcua: Motcua, argv: tuple[str, ...], code: int) -> None:
    assert "Traceback" not in motcua("queue", *argv, code=code)


VERBS = (
    "add submit approve return reject cancel schedule edit list show diff reconcile resend posted speech freeze "
    "unfreeze rules suggest observances template idea evergreen feed"
)


@pytest.mark.parametrize("verb", VERBS.split())
def test_every_verb_has_help(motcua: Motcua, verb: str) -> None:
    assert motcua("queue", verb, "--help").startswith("Usage: motcua queue " + verb)


def test_the_way_of_a_post_with_a_time(motcua: Motcua, file: Write) -> None:
    (number,) = motcua("queue", "add", file(post(at=LATER)), "--by", "lan", "--json")["ids"]
    assert motcua("queue", "submit", number, "--by", "lan", "--json") == {"id": number, "state": "submitted"}
    assert motcua("queue", "approve", number, "--by", "minh", "--comment", "tốt") == f"post {number} is scheduled\n"
    shown = motcua("queue", "show", number, "--json")
    assert (shown["due_at"], shown["reviews"][0]["comment"]) == (LATER.isoformat(), "tốt")
    assert len(shown["approval"]) == 64
    assert [one["id"] for one in motcua("queue", "list", "--state", "scheduled", "--json")] == [number]
    assert motcua("queue", "cancel", number, "--by", "minh", "--json")["state"] == "cancelled"
    assert "possible: nothing" in motcua("queue", "cancel", number, "--by", "minh", code=1)


def test_nobody_reviews_their_own_not_even_an_admin(motcua: Motcua, file: Write) -> None:
    (number,) = motcua("queue", "add", file(post()), "--by", "hoa", "--json")["ids"]
    motcua("queue", "submit", number, "--by", "hoa")
    for verb in ("approve", "return", "reject"):
        told = motcua("queue", verb, number, "--by", "hoa", "--comment", "tự duyệt", code=1)
        assert "somebody else has to review" in told
    assert "'review' is missing" in motcua("queue", "approve", number, "--by", "lan", code=1)
    assert "does not work for this agency" in motcua("queue", "approve", number, "--by", "tu", code=1)
    assert "no staff 'ai'" in motcua("queue", "approve", number, "--by", "ai", code=1)
    assert motcua("queue", "show", number, "--json")["state"] == "submitted"


@pytest.mark.parametrize(("verb", "state"), [("return", "draft"), ("reject", "rejected")])
def test_a_refusal_needs_a_comment_which_the_author_reads(motcua: Motcua, added: int, verb: str, state: str) -> None:
    motcua("queue", "submit", added, "--by", "lan")
    assert "needs a comment" in motcua("queue", verb, added, "--by", "minh", code=1)
    assert motcua("queue", verb, added, "--by", "minh", "--comment", "thiếu nguồn", "--json")["state"] == state
    (verdict,) = motcua("queue", "show", added, "--json")["reviews"]
    assert (verdict["by"], verdict["verdict"], verdict["comment"]) == ("minh", verb, "thiếu nguồn")


def test_several_at_once_are_all_or_none(motcua: Motcua, file: Write) -> None:
    ids = motcua("queue", "add", file(post("Một") + post("Hai")), "--by", "lan", "--json")["ids"]
    assert "no post 99" in motcua("queue", "submit", *ids, 99, "--by", "lan", code=1)
    assert {one["state"] for one in motcua("queue", "list", "--json")} == {"draft"}
    assert [one["state"] for one in motcua("queue", "submit", *ids, "--by", "lan", "--json")] == ["submitted"] * 2


def test_a_post_without_a_time_is_scheduled_by_a_person(motcua: Motcua, added: int) -> None:
    motcua("queue", "submit", added, "--by", "lan")
    assert motcua("queue", "approve", added, "--by", "minh", "--json")["state"] == "approved"
    for at, told in (
        ("2027-01-01", "no time with an offset"),
        ("x", "no time"),
        ("2020-01-01T08:00:00Z", "has passed"),
    ):
        assert told in motcua("queue", "schedule", added, "--by", "minh", "--at", at, code=1)
    assert "'schedule' is missing" in motcua("queue", "schedule", added, "--by", "lan", code=1)
    told = motcua("queue", "schedule", added, "--by", "minh", "--at", LATER.isoformat(), "--json")
    assert (told["state"], told["due_at"]) == ("scheduled", LATER.isoformat())


def test_without_a_time_the_next_slot_is_taken(motcua: Motcua, added: int) -> None:
    motcua("queue", "rules", "--set", '{"slots": ["03:07"]}')
    motcua("queue", "submit", added, "--by", "lan")
    motcua("queue", "approve", added, "--by", "minh")
    due = datetime.fromisoformat(motcua("queue", "schedule", added, "--by", "minh", "--json")["due_at"])
    assert (due.hour, due.minute) == (20, 7)  # UTC
    assert due - datetime.now(UTC) <= timedelta(days=1)


def test_an_edit_makes_it_a_draft_again_and_the_difference_is_told(motcua: Motcua, added: int, file: Write) -> None:
    motcua("queue", "submit", added, "--by", "lan")
    motcua("queue", "approve", added, "--by", "minh")
    new = post(targets=f'["facebook:{PAGE}", "loudspeaker:thon-1"]').replace("01/12", "15/12")
    told = motcua("queue", "edit", added, file(new), "--by", "lan", "--json")
    assert (told["id"], told["state"]) == (added, "draft")
    shown = motcua("queue", "show", added, "--json")
    assert (shown["version"], shown["approval"], shown["due_at"]) == (2, "", None)
    changed = motcua("queue", "diff", added, "--by", "nga", "--json")
    assert changed["text"] == [["same", "Từ "], ["gone", "01/12,"], ["new", "15/12,"], ["same", " nộp hồ sơ qua mạng."]]
    told = motcua("queue", "diff", added, "--by", "lan", "--since", "1")
    assert "text: Từ [-01/12,-]{+15/12,+} nộp hồ sơ qua mạng." in told
    assert "{+loudspeaker:thon-1+}" in told.replace("\n", "")
    assert motcua("queue", "diff", added, "--by", "lan", "--since", 2) == "nothing changed\n"
    assert "no version 7" in motcua("queue", "diff", added, "--by", "lan", "--since", "7", code=1)
    assert "does not work" in motcua("queue", "diff", added, "--by", "tu", code=1)


def test_an_edit_takes_one_post_of_a_good_file(motcua: Motcua, added: int, file: Write) -> None:
    assert "has 2 posts" in motcua("queue", "edit", added, file(post() * 2), "--by", "lan", code=1)
    assert "facebook:1" in motcua("queue", "edit", added, file(post(targets="facebook:1")), "--by", "lan", code=1)
    assert "'write' is missing" in motcua("queue", "edit", added, file(post()), "--by", "nga", code=1)
    assert motcua("queue", "show", added, "--json")["version"] == 1


def test_a_list_is_of_one_agency_or_of_all(motcua: Motcua, added: int, desk: Desk) -> None:
    assert [one["id"] for one in motcua("queue", "list", "--json")] == [added]
    assert [one["id"] for one in motcua("queue", "list", "--agency", "suoi-mo", "--json")] == [added]
    assert motcua("queue", "list", "--agency", "da-nui", "--json") == []
    assert motcua("queue", "list", "--state", "published") == "no posts\n"
    assert f"{added}  draft" in motcua("queue", "list", "--state", "draft", "--state", "submitted")


def test_who_works_for_several_names_the_agency_or_an_account(motcua: Motcua, file: Write, desk: Desk) -> None:
    with desk.db.write() as session:
        from bot.tables import Membership

        lan, tu = desk.actors["lan"], desk.actors["tu"]
        session.add(Membership(staff_id=lan.staff_id, agency_id=tu.agency_id, role="author", created_at=desk.now))
    assert motcua("queue", "add", file(post()), "--by", "lan", "--json")["ids"]  # by the account in the file
    by_hand = file(post(targets="loudspeaker:thon-1"))
    assert "name one with --agency" in motcua("queue", "add", by_hand, "--by", "lan", code=1)
    assert motcua("queue", "add", by_hand, "--by", "lan", "--agency", "da-nui", "--json")["ids"]
    assert len(motcua("queue", "list", "--agency", "da-nui", "--json")) == 1


def test_a_script_for_the_loudspeaker(motcua: Motcua, added: int) -> None:
    told = motcua("queue", "speech", added)
    assert told.startswith("Kính thưa bà con.")
    assert "Ủy ban nhân dân xã Suối Mơ" in told
    assert "mồng một tháng mười hai" in told
    assert "no post 9" in motcua("queue", "speech", "9", code=1)
    assert "range" in motcua("queue", "speech", added, "--minutes", "0", code=2)


@pytest.mark.parametrize("minutes", ["0.5", "1", "3"])
def test_a_long_post_is_cut_to_its_minutes(motcua: Motcua, file: Write, minutes: str) -> None:
    text = "Bà con nhớ mang theo căn cước khi đến nộp hồ sơ ở xã. " * 60
    path = file(post(targets="loudspeaker:thon-1").replace("Từ 01/12, nộp hồ sơ qua mạng.", text))
    (number,) = motcua("queue", "add", path, "--by", "lan", "--json")["ids"]
    told = motcua("queue", "speech", number, "--minutes", minutes)
    assert len(told.split()) <= float(minutes) * 150
