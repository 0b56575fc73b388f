"""The list: order, filters, pages, masks, search by words, name and id; another agency sees nothing of it."""

from datetime import timedelta

import pytest

from bot.channels.base import Kind
from bot.talks import history, lists, rules, search
from tests.people import NOON
from tests.talks.conftest import Town, later

PERSON = "cho tôi gặp cán bộ"
SOON = later(hours=1)


def shown(town: Town, by: str = "hoa", **wanted: str) -> list[str]:
    """Return the ids of the persons in the list, as `by` sees it."""
    with town.db.read() as session:
        asked = lists.Wanted(login=by, **wanted)
        rows = lists.page(session, town.actors[by].agency_id, wanted=asked, now=SOON)
    return [row.conversation.person for row in rows]


def indexed(town: Town) -> None:
    with town.db.write() as session:
        search.catch_up(session, now=SOON)


@pytest.fixture
def busy(town: Town) -> Town:
    """Five people: 7001 read, 7002 waits, 7003 unread, 7004 waits longer ago but wrote last, 7005 closed."""
    town.says("xin chào", user="7001")
    town.says(PERSON, user="7002", at=later(minutes=2))
    town.says("thủ tục kết hôn", user="7003", channel="facebook", at=later(minutes=3))
    town.says(PERSON, user="7004", channel="facebook", at=later(minutes=1))
    town.says("còn ai không", user="7004", channel="facebook", at=later(minutes=4))
    town.says("cảm ơn", user="7005", at=later(minutes=5))
    with town.db.write() as session:
        rules.read(session, town.talk("7001").id)
    town.acts(rules.close, user="7005", now=later(minutes=6))
    town.acts(rules.assign, user="7003", login="hai", now=later(minutes=6))
    return town


@pytest.mark.parametrize(
    ("by", "wanted", "people"),
    [
        ("hoa", {}, ["7004", "7002", "7003", "7001", "7005"]),
        ("hoa", {"show": "waiting"}, ["7004", "7002"]),
        ("hoa", {"show": "closed"}, ["7005"]),
        ("hoa", {"show": "mine"}, []),
        ("hai", {"show": "mine"}, ["7003"]),
        ("hoa", {"channel": "zalo"}, ["7002", "7001", "7005"]),
        ("hoa", {"channel": "facebook", "show": "waiting"}, ["7004"]),
        ("la", {}, []),
        ("la", {"show": "waiting"}, []),
        ("la", {"asked": "7002"}, []),
    ],
)
def test_order_and_filters(busy: Town, by: str, wanted: dict[str, str], people: list[str]) -> None:
    assert shown(busy, by, **wanted) == people


def test_counts(busy: Town) -> None:
    with busy.db.read() as session:
        assert lists.counts(session, busy.actors["hoa"].agency_id) == {"waiting": 2, "unread": 1}
        assert lists.counts(session, busy.actors["la"].agency_id) == {"waiting": 0, "unread": 0}


def test_pages_follow_each_other_without_gap_or_double(town: Town) -> None:
    count = 2 * lists.PAGE + 5
    for number in range(count):
        town.says(
            "xin chào", user=f"8{number:03d}", channel=("zalo", "facebook")[number % 2], at=later(minutes=number // 3)
        )
    seen: list[str] = []
    after = None
    with town.db.read() as session:
        while True:
            rows = lists.page(session, town.actors["hoa"].agency_id, wanted=lists.Wanted(), now=SOON, after=after)
            seen += [row.conversation.person for row in rows[: lists.PAGE]]
            if len(rows) <= lists.PAGE:
                break
            after = rows[lists.PAGE - 1].place
    assert len(seen) == len(set(seen)) == count


def test_lists_mask_who_and_what(town: Town) -> None:
    town.does(Kind.INFO, extra={"name": "Nguyễn Thị Mơ"})
    town.says("sđt của tôi 0912 345 678")
    with town.db.read() as session:
        (row,) = lists.page(session, town.actors["hoa"].agency_id, wanted=lists.Wanted(), now=SOON)
    assert (row.person, row.preview) == ("N. T. Mơ", "sđt của tôi [số điện thoại]")


@pytest.mark.parametrize(
    ("asked", "people"),
    [
        ("khai sinh", ["7002", "7001"]),  # newest first
        ("KHAI SINH", ["7002", "7001"]),
        ("khái sính", ["7002", "7001"]),
        ("khai si", ["7002", "7001"]),  # the last word may be begun only
        ("sinh khai cho con", ["7001"]),
        ("khai ho", []),
        ("ket hon", ["7003"]),
        ("bac oi", ["7003"]),  # a colleague's words
        ("thi mo", ["7001"]),  # a name
        ("7003", ["7003"]),
        ("_1", []),
        ("_1 OR khai", []),
        ('"(khai OR sinh) & | ! * :', []),
        ("khai' sinh", ["7002", "7001"]),
        ("…!?", []),
    ],
)
def test_search(town: Town, asked: str, people: list[str]) -> None:
    town.says("làm giấy khai sinh cho con", user="7001")
    town.says("khai sinh muộn phạt bao nhiêu", user="7002", channel="facebook", at=later(minutes=1))
    town.says("đăng ký kết hôn", user="7003", at=later(minutes=2))
    town.answers("Bác ơi, mang theo căn cước ạ.", user="7003", now=later(minutes=3))
    town.does(Kind.INFO, extra={"name": "Nguyễn Thị Mơ"}, at=later(minutes=4))
    indexed(town)
    assert shown(town, asked=asked) == people
    assert shown(town, "la", asked=asked) == []


def test_words_without_end_do_not_stop_the_index(town: Town) -> None:
    town.says("x" * 4000)
    town.says("khai sinh", user="7002", at=later(minutes=1))
    indexed(town)
    assert shown(town, asked="khai sinh") == ["7002"]
    assert shown(town, asked="x" * 100) == ["7001"]


def test_the_index_leaves_the_youngest_and_goes_on(town: Town) -> None:
    town.says("khai sinh", at=SOON - timedelta(seconds=5))
    indexed(town)
    assert shown(town, asked="khai") == []
    with town.db.write() as session:
        assert search.catch_up(session, now=SOON + timedelta(seconds=6)) == 1
        assert search.catch_up(session, now=SOON + timedelta(seconds=6)) == 0
    assert shown(town, asked="khai") == ["7001"]


def test_a_forgotten_conversation_is_not_found(town: Town) -> None:
    town.says("khai sinh")
    indexed(town)
    with town.db.write() as session:
        search.forget(session, town.talk().id)
    assert shown(town, asked="khai sinh") == []


# --- history ---------------------------------------------------------------------------------------


def test_a_history_tells_everything_in_order(town: Town) -> None:
    town.says("thủ tục đăng ký khai sinh cần giấy tờ gì")
    town.acts(rules.take, now=later(minutes=1))
    town.answers("Chào bác.", now=later(minutes=2))
    town.acts(rules.note, text="Nói chậm.", now=later(minutes=3))
    town.does(Kind.STAFF, text="Từ hộp thư của Zalo", at=later(minutes=4))
    town.does(Kind.SEEN, at=later(minutes=5))
    with town.db.read() as session:
        items = history.page(session, town.talk().id).items
    assert [item.side for item in items] == ["citizen", "bot", "act", "staff", "note", "staff"]
    assert items[0].about["procedure"] == "1.001193"
    assert [item.who for item in items[2:5]] == ["hoa"] * 3


def test_older_pages_follow_without_gap_or_double(town: Town) -> None:
    for number in range(50):
        town.says(f"câu {number}", at=later(minutes=number))
        if number % 7 == 0:
            town.acts(rules.note, text=f"ghi {number}", now=later(minutes=number, seconds=1))
    seen: list[str] = []
    before = history.NEWEST
    with town.db.read() as session:
        while True:
            page = history.page(session, town.talk().id, before=before)
            seen = [*(item.mark for item in page.items), *seen]
            if page.older is None:
                break
            before = history.bounds_from(str(page.older))
            assert before == page.older
        whole = 50 + len(town.sent()) + 8
    assert len(seen) == len(set(seen)) == whole


@pytest.mark.parametrize("text", ["", "1", "1.2", "1.2.3.4", "a.b.c", "-1.2.3", "1.2.99999999999999999999", "١.٢.٣"])
def test_nonsense_bounds_mean_the_newest(text: str) -> None:
    assert history.bounds_from(text) == history.NEWEST


def test_masked_without_a_name_shows_the_end_of_the_id(town: Town) -> None:
    town.says("xin chào", user="123456787001", at=NOON)
    assert lists.masked(town.talk("123456787001")) == "…7001"
