"""Publishing on both fakes over real HTTP: once, step by step, settled by what came back."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import agencies
from bot.campaigns import byhand, resending, review, rules
from bot.campaigns.content import Asset, Target
from bot.errors import BadInput, NotAllowed
from bot.reconciling import ABSENT
from bot.tables import Account, Delivery, PostTarget
from bot.web.sandbox.platforms import Platforms
from tests.campaigns.conftest import FACEBOOK, SOON, ZALO, Desk
from tests.people import FACEBOOK as FACEBOOK_SECRETS
from tests.people import OA, PAGE

ASK = replace(ZALO, options={"broadcast": {}})
PICTURES = tuple(
    Asset(kind="image/jpeg", alt=f"ảnh {number}", url=f"https://suoi-mo.example/{number}.jpg") for number in range(2)
)


def resend(desk: Desk, post_id: int, *, by: str = "minh") -> str:
    with desk.db.write() as session:
        return str(resending.resend(session, desk.db, desk.actors[by], post_id, now=desk.now).state)


def due(desk: Desk, **parts: Any) -> int:
    post_id = desk.approved(**parts)
    desk.now = SOON
    return post_id


def outcomes(desk: Desk, post_id: int, step: str = "commit") -> list[str]:
    return [one["outcome"] for one in desk.show(post_id)["attempts"] if one["step"] == step]


def test_a_post_goes_all_the_way(desk: Desk, platforms: Platforms) -> None:
    post_id = due(desk, targets=(ASK, FACEBOOK), media=PICTURES, link="https://suoi-mo.example/tin")
    shown = desk.published(post_id)
    assert shown["state"] == "published", shown
    (article,) = platforms.zalo.articles.published(OA)
    (post,) = platforms.graph.posts.published(PAGE)
    assert (article["title"], len(article["broadcasts"])) == (shown["title"], 1)
    assert shown["text"] in post["message"]
    assert len(post["photos"]) == len(PICTURES)
    assert shown["links"] == [article["link_view"], post["permalink_url"]]
    assert [one["state"] for one in shown["targets"]] == ["published", "published"]
    assert outcomes(desk, post_id) == ["wait", "done", "done"]  # article, broadcast; feed
    assert shown["finished_at"]


def test_variants_differ_by_channel(desk: Desk, platforms: Platforms) -> None:
    brief = replace(FACEBOOK, variant={"text": "Ngắn gọn cho Facebook."})
    named = replace(ZALO, variant={"title": "Tiêu đề Zalo", "description": "Mô tả", "author": "Văn phòng"})
    desk.published(due(desk, targets=(named, brief)))
    (article,) = platforms.zalo.articles.published(OA)
    assert [article[name] for name in ("title", "description", "author")] == ["Tiêu đề Zalo", "Mô tả", "Văn phòng"]
    assert "Ngắn gọn cho Facebook." in platforms.graph.posts.published(PAGE)[0]["message"]


@pytest.mark.parametrize("fault", ["timeout", "garbage", "5xx-after", "cut-after"])
@pytest.mark.parametrize(("target", "call"), [(FACEBOOK, "facebook:feed"), (ZALO, "zalo:create")])
def test_an_unclear_answer_is_unknown_and_found_on_the_list(
    desk: Desk, platforms: Platforms, target: Target, call: str, fault: str
) -> None:
    platforms.faults.arm(call, fault)
    post_id = due(desk, targets=(target,), media=PICTURES)
    assert desk.published(post_id)["state"] == "unknown"
    assert desk.work() == 0  # never again blindly
    (looked,) = desk.reconcile()
    assert looked.outcome == "found"
    shown = desk.published(post_id)
    assert shown["state"] == "published"
    assert shown["links"] == [looked.link]
    public = [*platforms.zalo.articles.published(OA), *platforms.graph.posts.published(PAGE)]
    assert len(public) == 1


@pytest.mark.parametrize(("target", "call"), [(FACEBOOK, "facebook:feed"), (ZALO, "zalo:create")])
def test_what_is_surely_absent_waits_for_a_person(
    desk: Desk, platforms: Platforms, target: Target, call: str
) -> None:  # fmt: skip
    platforms.faults.arm(call, "cut")
    post_id = due(desk, targets=(target,), media=PICTURES)
    assert desk.published(post_id)["state"] == "unknown"
    assert [one.outcome for one in desk.reconcile()] == ["not yet"]
    desk.now += timedelta(minutes=20)
    assert [one.outcome for one in desk.reconcile()] == ["absent"]
    assert [one.outcome for one in desk.reconcile()] == ["absent"]
    assert outcomes(desk, post_id, "look") == ["absent"]
    assert desk.show(post_id)["targets"][0]["error"] == ABSENT
    for login in ("lan", "nga"):
        with pytest.raises(NotAllowed):
            resend(desk, post_id, by=login)
    assert resend(desk, post_id) == "publishing"
    assert desk.published(post_id)["state"] == "published"
    assert [one.who for one in desk.audit("post.resend")] == ["minh"]
    assert len([*platforms.zalo.articles.published(OA), *platforms.graph.posts.published(PAGE)]) == 1


def test_a_broadcast_in_doubt_is_for_a_person_and_the_article_is_not_made_again(
    desk: Desk, platforms: Platforms
) -> None:  # fmt: skip
    platforms.faults.arm("zalo:message", "timeout")
    post_id = due(desk, targets=(ASK,))
    shown = desk.published(post_id)
    assert (shown["state"], len(shown["links"])) == ("unknown", 1)
    assert [one.outcome for one in desk.reconcile()] == ["unproven"]
    resend(desk, post_id)
    assert desk.published(post_id)["state"] == "published"
    assert len(platforms.zalo.articles.published(OA)) == 1


def test_the_same_words_of_another_post_are_not_taken_for_ours(desk: Desk, platforms: Platforms) -> None:
    first = due(desk, targets=(FACEBOOK,), media=PICTURES)
    assert desk.published(first)["state"] == "published"
    desk.now += timedelta(minutes=1)
    platforms.faults.arm("facebook:feed", "cut")
    second = desk.approved(targets=(FACEBOOK,), media=PICTURES, at=desk.now)
    assert desk.published(second)["state"] == "unknown"
    assert [one.outcome for one in desk.reconcile()] == ["not yet"]


@pytest.mark.parametrize("call", ["facebook:feed", "zalo:create"])
def test_a_crash_within_the_committing_call_is_unknown(desk: Desk, platforms: Platforms, call: str) -> None:
    target = FACEBOOK if call.startswith("facebook") else ZALO
    post_id = due(desk, targets=(target,), media=PICTURES[:1] if target is ZALO else ())
    desk.release()
    with desk.db.write() as session:  # as a worker leaves it that dies in the call
        mine = PostTarget.post_id == post_id
        session.execute(update(PostTarget).where(mine).values(committing_at=desk.now, state="publishing"))
        session.execute(update(Delivery).values(state="sending", worker="desk/1/a", lease_until=desk.now))
    assert desk.crash() == 1
    assert desk.state(post_id) == "unknown"
    assert desk.work() == 0


def test_a_crash_between_steps_goes_on_from_what_was_stored(desk: Desk, platforms: Platforms) -> None:
    post_id = due(desk, targets=(FACEBOOK,), media=PICTURES)
    desk.release()
    platforms.faults.arm("facebook:photos", "613", 5)  # a busy platform: one photo at a time
    desk.work()
    with desk.db.write() as session:
        session.execute(update(Delivery).values(state="sending", worker="desk/1/a", lease_until=desk.now))
    assert desk.crash() == 1
    platforms.faults.clear("facebook:photos")
    desk.now += timedelta(minutes=5)
    assert desk.published(post_id)["state"] == "published"
    assert len(platforms.graph.posts.published(PAGE)[0]["photos"]) == len(PICTURES)


@pytest.mark.parametrize("code", ["100", "506", "368"])
def test_a_refusal_fails_and_can_be_corrected(desk: Desk, platforms: Platforms, code: str) -> None:
    platforms.faults.arm("facebook:feed", code)
    post_id = due(desk, targets=(FACEBOOK,))
    shown = desk.published(post_id)
    if shown["state"] == "publishing":  # a decision that stops the account instead: the post waits
        assert desk.account("facebook").paused_at
        return
    assert (shown["state"], bool(shown["targets"][0]["error"])) == ("failed", True)
    with desk.db.write() as session:
        from bot.campaigns import drafts

        before = drafts.version(session, desk.actors["lan"], post_id, 1)
        again = replace(before, text="Viết lại cho đúng.", at=desk.now + timedelta(minutes=1))
        drafts.edit(session, desk.actors["lan"], post_id, again, now=desk.now)
    desk.do(review.submit, post_id, by="lan")
    desk.do(review.approve, post_id, by="minh")
    desk.now += timedelta(minutes=1)
    assert desk.published(post_id)["state"] == "published"
    assert len(desk.deliveries()) == 1  # the same row, for good


def test_one_channel_fails_and_the_other_appears(desk: Desk, platforms: Platforms) -> None:
    platforms.faults.arm("facebook:feed", "100")
    post_id = due(desk)
    assert desk.published(post_id)["state"] == "partly"
    resend(desk, post_id)
    assert desk.published(post_id)["state"] == "published"
    assert len(platforms.zalo.articles.published(OA)) == len(platforms.graph.posts.published(PAGE)) == 1


def test_a_busy_platform_is_tried_again_later(desk: Desk, platforms: Platforms) -> None:
    platforms.faults.arm("facebook:feed", "613", 2)
    post_id = due(desk, targets=(FACEBOOK,))
    desk.release()
    desk.work()
    assert desk.show(post_id)["state"] == "publishing"
    for _ in range(4):
        desk.now += timedelta(minutes=30)
        desk.work()
    assert desk.state(post_id) == "published"
    assert outcomes(desk, post_id) == ["TryLater", "TryLater", "done"]


def test_a_dead_token_stops_the_account_with_one_alert_and_the_posts_wait(desk: Desk, platforms: Platforms) -> None:
    ids = [due(desk, targets=(FACEBOOK,), title=f"Bài {number}") for number in range(3)]
    platforms.faults.arm("facebook", "190/463", 50)
    desk.release()
    desk.work()
    assert {desk.state(one) for one in ids} == {"publishing"}
    assert len(desk.audit("account.stop")) == 1
    assert len([one for post in ids for one in desk.show(post)["attempts"]]) == 1  # not a hundred failures
    platforms.faults.clear("facebook")
    with desk.db.write() as session:
        agency = session.get_one(Account, desk.account("facebook").id).agency
        agencies.add_account(
            session, agency, channel="facebook", key=PAGE, secrets=FACEBOOK_SECRETS, vault=desk.vault, now=desk.now
        )  # fmt: skip
    desk.now += timedelta(minutes=1)
    desk.work()
    assert {desk.state(one) for one in ids} == {"published"}


def test_a_spent_quota_holds_posts_and_not_answers(desk: Desk, platforms: Platforms) -> None:
    platforms.zalo.articles.quota = 0
    ids = [due(desk, targets=(ZALO,), title=f"Bài {number}") for number in range(2)]
    desk.release()
    desk.work()
    account = desk.account("zalo")
    assert account.paused_at is None
    assert account.alert.startswith("posts are held")
    assert {desk.state(one) for one in ids} == {"publishing"}
    assert len([one for post in ids for one in desk.show(post)["attempts"]]) == 1
    platforms.zalo.articles.quota = None
    with desk.db.write() as session:
        rules.unfreeze(session, rules.account_scope(account.id), who="minh", now=desk.now)
    desk.now += timedelta(minutes=1)
    assert [desk.published(one)["state"] for one in ids] == ["published", "published"]


def test_a_rejected_token_is_renewed_once_and_nothing_is_made_twice(desk: Desk, platforms: Platforms) -> None:
    platforms.faults.arm("zalo:create", "-216")
    post_id = due(desk, targets=(ZALO,))
    assert desk.published(post_id)["state"] == "published"
    assert len(platforms.zalo.articles.published(OA)) == 1
    assert len(desk.audit("token.renew")) == 1


def test_cancelling_stops_what_has_not_begun(desk: Desk, platforms: Platforms) -> None:
    post_id = due(desk)
    desk.release()
    assert desk.do(review.cancel, post_id, by="minh", comment="sai số liệu") == "cancelled"
    assert desk.work() == 0
    assert [*platforms.zalo.articles.published(OA), *platforms.graph.posts.published(PAGE)] == []


def test_cancelling_midway_sees_through_what_is_public_and_sends_no_broadcast(
    desk: Desk, platforms: Platforms
) -> None:  # fmt: skip
    post_id = due(desk, targets=(ASK, FACEBOOK))
    desk.release()
    with desk.db.write() as session:
        session.execute(
            update(Delivery)
            .where(Delivery.account_id == desk.account("facebook").id)
            .values(due_at=SOON.replace(year=2030))
        )
    desk.work()  # the article is made; it waits to be verified
    assert len(platforms.zalo.articles.published(OA)) == 1
    assert desk.do(review.cancel, post_id, by="minh") == "publishing"
    desk.now += timedelta(minutes=1)
    desk.work()
    desk.now += timedelta(minutes=1)
    desk.work()
    shown = desk.show(post_id)
    assert shown["state"] == "partly", shown
    assert [one["state"] for one in shown["targets"]] == ["published", "cancelled"]
    assert platforms.zalo.articles.published(OA)[0]["broadcasts"] == []
    assert platforms.graph.posts.published(PAGE) == []


def test_a_freeze_between_two_steps_holds_the_second(desk: Desk, platforms: Platforms) -> None:
    post_id = due(desk, targets=(ASK,))
    desk.release()
    desk.work()
    with desk.db.write() as session:
        rules.freeze(session, rules.ALL, who="minh", now=desk.now)
    desk.now += timedelta(minutes=1)
    assert desk.work() == 0
    with desk.db.write() as session:
        rules.unfreeze(session, rules.ALL, who="minh", now=desk.now)
    assert desk.published(post_id)["state"] == "published"
    assert len(platforms.zalo.articles.published(OA)[0]["broadcasts"]) == 1


TIKTOK = Target(channel="tiktok", key="xasuoimo", variant={"text": "Nộp hồ sơ qua mạng"})


def test_tiktok_is_posted_by_hand(desk: Desk, platforms: Platforms) -> None:
    post_id = due(desk, targets=(TIKTOK, FACEBOOK), media=PICTURES[:1])
    assert desk.published(post_id)["state"] == "published"
    with desk.db.read() as session:
        (left,) = byhand.waiting(session, desk.actors["lan"].agency_id)
        assert byhand.waiting(session, desk.actors["tu"].agency_id) == []
    assert left.channel == "tiktok"
    link = "https://www.tiktok.com/@xasuoimo/video/1"
    with pytest.raises(BadInput, match="where it can be seen"):
        desk.do(byhand.posted, post_id, by="lan", link="", channel="")
    assert desk.do(byhand.posted, post_id, by="lan", link=link, channel="tiktok") == "published"
    assert link in desk.show(post_id)["links"]
    with pytest.raises(BadInput, match="none"):
        desk.do(byhand.posted, post_id, by="lan", link=link, channel="")


def test_only_by_hand_is_published_when_a_person_says_so(desk: Desk) -> None:
    loud = Target(channel="loudspeaker", key="xa")
    post_id = due(desk, targets=(loud,))
    desk.release()
    assert desk.state(post_id) == "publishing"
    assert desk.do(byhand.posted, post_id, by="lan", link="", channel="") == "published"


def test_every_due_post_appears_within_five_seconds_of_its_minute(desk: Desk, platforms: Platforms) -> None:
    """The figure of the issue, on fewer posts than the bench has: due to published, the clock under test."""
    desk.settings = replace(desk.settings, http_timeout=5.0)
    ids = [
        desk.approved(targets=(FACEBOOK,), title=f"Bài {n}", at=SOON + timedelta(seconds=7 * n)) for n in range(20)
    ]  # fmt: skip
    desk.now = SOON
    while any(desk.state(one) in {"scheduled", "publishing"} for one in ids):
        desk.release()
        desk.work()
        desk.now += timedelta(seconds=1)  # the scheduler's tick
    late = []
    with desk.db.read() as session:
        for target in session.scalars(select(PostTarget)):
            assert target.published_at and target.post.due_at
            late.append((target.published_at - target.post.due_at).total_seconds())
    assert len(late) == len(ids)
    assert max(late) <= 5


def test_times_are_kept_for_the_report(desk: Desk, platforms: Platforms) -> None:
    shown = desk.published(due(desk, targets=(FACEBOOK,)))
    assert datetime.fromisoformat(shown["released_at"]) <= datetime.fromisoformat(shown["targets"][0]["published_at"])
