"""Templates filled in: every blank that is left and every value that fits none is told, and nothing is kept then."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.campaigns import drafts
from bot.curation import templates
from bot.errors import BadInput, NotAllowed
from bot.tables import Post, PostTemplate
from tests.campaigns.conftest import FACEBOOK, WORDS, Desk
from tests.people import OA, PAGE

GOOD = {
    "ngày": "05/12/2026", "giờ": "8 giờ", "thành phần": "bà con", "Nội_dung": "đất đai", "địa điểm": "hội trường xã",
    "hạn gửi câu hỏi": "01/12/2026",
}  # fmt: skip
OWN = """
title: "Tiêm chủng tháng {{tháng}}"
text: "{{cơ quan}} tiêm chủng ngày {{ngày}}."
targets: ["facebook:%s"]
at: "{{năm}}-{{tháng}}-05T07:30:00+07:00"
"""


def use(desk: Desk, key: str, values: dict[str, str], *, by: str = "lan", targets: tuple[str, ...] = ()) -> int:
    with desk.db.write() as session:
        return templates.use(session, desk.actors[by], key, values=values, targets=targets, now=desk.now).id


def keep(desk: Desk, key: str = "tiem-chung", text: str = OWN % PAGE, *, by: str = "lan", file: str = "m.yaml") -> Any:
    with desk.db.write() as session:
        return templates.keep(
            session, desk.actors[by], key, name="", data=text.encode(), file=file, now=desk.now
        )  # fmt: skip


def test_a_filled_template_is_a_draft_of_who_filled_it(desk: Desk) -> None:
    shown = desk.show(use(desk, "doi-thoai", GOOD))
    assert (shown["state"], shown["author"], shown["origin"]) == ("draft", "lan", "template:doi-thoai")
    assert shown["title"] == "Mời đối thoại ngày 05/12/2026"
    assert shown["text"].startswith("UBND xã Suối Mơ mời bà con đến dự buổi đối thoại về đất đai.")
    assert [one["channel"] for one in shown["targets"]] == ["zalo", "facebook"]


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({}, ["ngày", "giờ", "thành phần", "nội dung", "địa điểm", "hạn gửi câu hỏi"]),
        ({"ngày": " ", "giờ": "8 giờ"}, ["ngày", "thành phần", "nội dung", "địa điểm", "hạn gửi câu hỏi"]),
        ({**GOOD, "giờ": "{{lúc nào}}"}, ["lúc nào"]),
        ({**GOOD, "tên": "x", "y": "z"}, ["tên", "y"]),
    ],
)  # fmt: skip
def test_all_that_is_missing_or_too_much_is_told_at_once(desk: Desk, values: dict[str, str], named: list[str]) -> None:
    with pytest.raises(BadInput) as caught:
        use(desk, "doi-thoai", values)
    told = str(caught.value).splitlines()
    assert len(told) == len(named)
    assert all(any(f"{{{{{name}}}}}" in line or f"“{name}”" in line for line in told) for name in named)
    with desk.db.read() as session:
        assert session.scalars(select(Post)).all() == []


@pytest.mark.parametrize("part", ["title", "text", "link"])
def test_no_post_at_all_is_kept_with_a_blank_in_it(desk: Desk, part: str) -> None:
    with pytest.raises(BadInput, match="ngày họp"):
        desk.add(WORDS, **{part: "https://a.example/{{ngày họp}}"})


def test_nor_in_the_words_for_one_channel(desk: Desk) -> None:
    with pytest.raises(BadInput, match=r"variants: .*ngày họp"):
        desk.add(WORDS, targets=(replace(FACEBOOK, variant={"text": "Họp {{ngày họp}}"}),))


def test_an_own_template_fills_times_and_targets_too(desk: Desk) -> None:
    kept = keep(desk)
    assert (kept.own, list(kept.fields)) == (True, ["tháng", "ngày", "năm"])
    shown = desk.show(use(desk, "tiem-chung", {"tháng": "01", "ngày": "05/01", "năm": "2027"}))
    assert (shown["title"], shown["at"]) == ("Tiêm chủng tháng 01", "2027-01-05T00:30:00+00:00")
    assert [one["target"] for one in shown["targets"]] == [f"facebook:{PAGE}"]
    elsewhere = desk.show(use(desk, "tiem-chung", {"tháng": "01", "ngày": "5", "năm": "2027"}, targets=(f"zalo:{OA}",)))
    assert [one["target"] for one in elsewhere["targets"]] == [f"zalo:{OA}"]


def test_what_the_filled_words_say_is_checked_like_any_post(desk: Desk) -> None:
    keep(desk)
    with pytest.raises(BadInput, match="không phải thời điểm"):
        use(desk, "tiem-chung", {"tháng": "13", "ngày": "5", "năm": "2027"})
    with pytest.raises(BadInput, match="đã qua"):
        use(desk, "tiem-chung", {"tháng": "01", "ngày": "5", "năm": "2020"})
    with pytest.raises(BadInput, match="facebook:9"):
        use(desk, "tiem-chung", {"tháng": "01", "ngày": "5", "năm": "2027"}, targets=("facebook:9",))


def test_an_own_template_stands_before_ours_and_is_replaced_and_removed(desk: Desk) -> None:
    keep(desk, "doi-thoai", "title: T\ntext: '{{ngày}}'\ntargets: []\n")
    keep(desk, "doi-thoai", "title: T hai\ntext: '{{ngày}}'\n")
    with desk.db.write() as session:
        lan, tu = desk.actors["lan"], desk.actors["tu"]
        mine = templates.find(session, lan.agency_id, "doi-thoai")
        assert (mine.parts["title"], mine.fields["ngày"]) == ("T hai", "ngày họp, như 05/12/2026")
        assert templates.find(session, tu.agency_id, "doi-thoai").own is False
        with pytest.raises(BadInput, match="of its own"):
            templates.drop(session, tu, "doi-thoai", now=desk.now)
        templates.drop(session, lan, "doi-thoai", now=desk.now)
        assert templates.find(session, lan.agency_id, "doi-thoai").own is False
    assert len(desk.audit("template.keep")) == 2


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("Mẫu một", "title: a\ntext: b\n", ["“Mẫu một”"]),
        ("a", "- title: a\n  text: b\n- title: c\n  text: d\n", ["2 posts"]),
        ("a", "text: b\n", ["m.yaml:1: title"]),
        ("a", "title: a\ntext: b\nmedia: [a.png]\n", ["m.yaml:3", "“media”"]),
        ("a", "title: [x]\ntext: b\nfoo: 1\n", ["m.yaml:1: title", "“foo”"][1:]),
        ("A B", "title: a\nmedia: x\n", ["“A B”", "“media”", "text:"]),
        ("a", "", ["không có bài"]),
    ],
)  # fmt: skip
def test_a_bad_template_is_refused_with_every_fault(desk: Desk, key: str, text: str, told: list[str]) -> None:
    with pytest.raises(BadInput) as caught:
        keep(desk, key, text)
    assert all(piece in str(caught.value) for piece in told)
    with desk.db.read() as session:
        assert session.scalars(select(PostTemplate)).all() == []


def test_who_may_and_what_there_is(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        keep(desk, by="nga")
    with pytest.raises(NotAllowed):
        use(desk, "doi-thoai", GOOD, by="nga")
    with pytest.raises(BadInput, match=r"no template 'x'; there are .*doi-thoai"):
        use(desk, "x", {})
    assert drafts.COPIES.isdisjoint({"template", "idea"})
