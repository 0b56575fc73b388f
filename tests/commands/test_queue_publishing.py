"""`queue reconcile`, `resend`, `posted`, `freeze`, `unfreeze`, `rules`: what happens around publication."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.campaigns import review
from bot.web.sandbox.platforms import Platforms
from tests.campaigns.conftest import FACEBOOK, Desk
from tests.commands.conftest import LATER, Motcua, post
from tests.people import OA, PAGE

Write = Callable[..., Path]
ABSENT = "not on the platform's list"


def unknown(desk: Desk, platforms: Platforms, fault: str) -> int:
    """Return a post whose publishing call was cut off; `fault` says before or after the work."""
    platforms.faults.arm("facebook:feed", fault)
    number = desk.approved(targets=(FACEBOOK,), at=None)
    desk.do(review.schedule, number, by="minh")
    assert desk.published(number)["state"] == "unknown"
    return number


def test_what_is_on_the_list_is_found(motcua: Motcua, live: Desk, platforms: Platforms) -> None:
    number = unknown(live, platforms, "timeout")
    (looked,) = motcua("queue", "reconcile", "--json")["looked"]
    assert (looked["id"], looked["outcome"], looked["target"]) == (number, "found", f"facebook:{PAGE}")
    shown = motcua("queue", "show", number, "--json")
    assert (shown["state"], shown["links"]) == ("published", [looked["link"]])
    assert len(platforms.graph.posts.published(PAGE)) == 1
    assert motcua("queue", "reconcile", "--json") == {"looked": []}
    assert motcua("queue", "reconcile", "--id", number) == "nothing is unknown\n"


def test_only_a_person_sends_again(motcua: Motcua, live: Desk, platforms: Platforms) -> None:
    platforms.faults.arm("facebook:feed", "506")
    number = live.approved(targets=(FACEBOOK,), at=None)
    live.do(review.schedule, number, by="minh")
    assert live.published(number)["state"] == "failed"
    assert "'schedule' is missing" in motcua("queue", "resend", number, "--by", "lan", code=1)
    assert motcua("queue", "resend", number, "--by", "minh", "--json") == {"id": number, "state": "publishing"}
    assert live.published(number)["state"] == "published"
    assert "cannot be given 'resend'" in motcua("queue", "resend", number, "--by", "minh", code=1)
    assert "does not work" in motcua("queue", "resend", number, "--by", "tu", code=1)


def test_what_was_there_all_the_time_is_not_sent_again(motcua: Motcua, live: Desk, platforms: Platforms) -> None:
    number = unknown(live, platforms, "timeout")
    told = motcua("queue", "resend", number, "--by", "minh", code=1)  # it looked first, and found it
    assert "published" in told
    assert len(platforms.graph.posts.published(PAGE)) == 1


def test_a_post_by_hand_is_done_when_a_person_says_so(motcua: Motcua, live: Desk, file: Write) -> None:
    more = "  media: [https://suoi-mo.example/phim.mp4]\n"
    path = file(post(targets="[tiktok:suoimo, loudspeaker:thon-1]", more=more))
    (number,) = motcua("queue", "add", path, "--by", "lan", "--json")["ids"]
    motcua("queue", "submit", number, "--by", "lan")
    motcua("queue", "approve", number, "--by", "minh")
    motcua("queue", "schedule", number, "--by", "minh")
    live.now = datetime.now(UTC)
    live.release()
    posted = ("queue", "posted", number, "--by", "lan")
    assert "which channel" in motcua(*posted, code=1)
    assert "--link" in motcua(*posted, "--channel", "tiktok", code=1)
    assert "not a web address" in motcua(*posted, "--channel", "tiktok", "--link", "tiktok", code=1)
    link = "https://www.tiktok.com/@suoimo/video/1"
    assert motcua(*posted, "--channel", "tiktok", "--link", link, "--json")["state"] == "published"
    states = lambda: [one["state"] for one in motcua("queue", "show", number, "--json")["targets"]]  # noqa: E731
    assert states() == ["published", "by_hand"]  # what people still have to do does not hold the post back
    assert motcua(*posted) == f"post {number} is published\n"
    assert states() == ["published", "published"]
    assert motcua("queue", "show", number, "--json")["links"] == [link]
    assert "'write' is missing" in motcua("queue", "posted", number, "--by", "nga", code=1)


@pytest.mark.parametrize(
    ("scope", "name"),
    [((), "all"), (("--agency", "suoi-mo"), "agency:1"), (("--account", f"zalo:{OA}"), "account:1")],
)
def test_everything_can_be_held_and_let_go(motcua: Motcua, scope: tuple[str, ...], name: str) -> None:
    assert motcua("queue", "freeze", *scope, "--json") == {"scope": name, "changed": True, "frozen": [name]}
    assert motcua("queue", "freeze", *scope, "--json")["changed"] is False
    assert motcua("queue", "unfreeze", *scope, "--by", "hoa" if scope else "", "--json")["frozen"] == []
    assert motcua("queue", "unfreeze", *scope) == f"{name} is not frozen\n"


def test_a_frozen_queue_publishes_nothing_and_says_so_while_writing(motcua: Motcua, live: Desk, file: Write) -> None:
    number = live.approved(targets=(FACEBOOK,), at=None)
    live.do(review.schedule, number, by="minh")
    motcua("queue", "freeze")
    assert live.release() == 0
    assert "tạm dừng" in motcua("queue", "add", file(post(at=LATER)), "--by", "lan")
    motcua("queue", "unfreeze")
    assert live.release() == 1
    assert [(one.who.partition(":")[0], one.what) for one in live.audit("queue.freeze")] == [("shell", "all")]


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("--agency", "suoi-mo", "--by", "lan"), "'schedule' is missing"),
        (("--by", "minh"), "does not work for this agency"),
        (("--by", "ai"), "no staff"), (("--agency", "xa"), "no agency 'xa'"), (("--account", "zalo:1"), "no account"),
    ],
)  # fmt: skip
def test_who_may_not_freeze_what(motcua: Motcua, argv: tuple[str, ...], told: str) -> None:
    assert told in motcua("queue", "freeze", *argv, code=1)
    assert motcua("queue", "unfreeze", "--json")["changed"] is False


def test_rules_are_shown_and_set_for_a_scope(motcua: Motcua) -> None:
    before = motcua("queue", "rules", "--json")
    assert (before["scope"], before["rules"]) == ("all", {})
    given = '{"spacing": 30, "quiet": ["22:00-06:00"], "slots": ["07:30"], "per_day": 4}'
    told = motcua("queue", "rules", "--agency", "suoi-mo", "--set", given, "--by", "hoa", "--json")
    assert (told["scope"], told["rules"]["spacing"]) == ("agency:1", 30)
    assert motcua("queue", "rules", "--agency", "suoi-mo", "--json")["rules"] == told["rules"]
    assert motcua("queue", "rules", "--json") == before


def test_rules_move_a_post_and_say_so(motcua: Motcua, file: Write) -> None:
    motcua("queue", "rules", "--account", f"facebook:{PAGE}", "--set", '{"quiet": ["09:00-11:00"]}')
    path = file(post(at=LATER, targets=f"facebook:{PAGE}"))
    assert "bài sẽ đăng lúc 11:00" in motcua("queue", "add", path, "--by", "lan")
    motcua("queue", "submit", 1, "--by", "lan")
    motcua("queue", "approve", 1, "--by", "minh")
    assert motcua("queue", "show", 1, "--json")["due_at"] == LATER.replace(hour=4).isoformat()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("x", ["not JSON"]), ("[1]", ["one JSON object"]),
        ('{"foo": 1, "spacing": -1}', ["'foo' is no rule", "spacing"]),
        ('{"quiet": ["25:00-06:00"], "slots": "07:30", "holidays": ["02-30"]}', ["quiet", "slots", "holidays"]),
    ],
)  # fmt: skip
def test_bad_rules_are_refused_with_every_fault(motcua: Motcua, given: str, told: list[str]) -> None:
    said = motcua("queue", "rules", "--set", given, code=1)
    assert all(piece in said for piece in told)
    assert "'manage' is missing" in motcua(
        "queue", "rules", "--set", "{}", "--agency", "suoi-mo", "--by", "lan", code=1
    )
    assert motcua("queue", "rules", "--json")["rules"] == {}
