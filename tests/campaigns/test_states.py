"""The table of states: every state with every verb, all of it reachable, every state and verb named."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from bot.campaigns import byhand, deciding, drafts, resending, review, settling
from bot.campaigns.content import Asset, Target
from bot.campaigns.states import COMMENTED, NEEDS, TABLE, State, Verb, buttons, name_of
from bot.errors import BadInput, NotAllowed
from bot.rights import ROLES
from bot.staff import Actor
from bot.tables import Post, PostTarget
from tests.campaigns.conftest import FACEBOOK, WORDS, Desk

Act = Callable[[Desk, int, str], Any]
PICTURE = Asset(kind="image/png", alt="cán bộ một cửa", url="https://suoi-mo.example/a.png")
TIKTOK = Target(channel="tiktok", key="xasuoimo", variant={"text": "Nộp hồ sơ qua mạng"})


def edited(desk: Desk, post_id: int, by: str) -> str:
    with desk.db.write() as session:
        before = drafts.version(session, desk.actors[by], post_id, 1)
        return str(drafts.edit(session, desk.actors[by], post_id, before, now=desk.now).state)


def resent(desk: Desk, post_id: int, by: str) -> str:
    with desk.db.write() as session:
        return str(resending.resend(session, desk.db, desk.actors[by], post_id, now=desk.now).state)


def decided(desk: Desk, post_id: int, by: str) -> str:
    target = desk.target(post_id, "facebook")
    with desk.db.write() as session:
        return str(deciding.is_not_there(session, desk.actors[by], post_id, target.id, now=desk.now).state)


ACTS: dict[Verb, Act] = {
    Verb.EDIT: edited,
    Verb.SUBMIT: lambda desk, one, by: desk.do(review.submit, one, by=by),
    Verb.APPROVE: lambda desk, one, by: desk.do(review.approve, one, by=by),
    Verb.RETURN: lambda desk, one, by: desk.do(review.send_back, one, by=by, comment="sửa câu đầu"),
    Verb.REJECT: lambda desk, one, by: desk.do(review.reject, one, by=by, comment="đã có bài này"),
    Verb.SCHEDULE: lambda desk, one, by: desk.do(review.schedule, one, by=by),
    Verb.CANCEL: lambda desk, one, by: desk.do(review.cancel, one, by=by),
    Verb.STOP: lambda desk, one, by: desk.do(review.stop, one, by=by),
    Verb.RESEND: resent,
    Verb.DECIDE: decided,
    Verb.POSTED: lambda desk, one, by: desk.do(
        byhand.posted, one, by=by, link="https://www.tiktok.com/@xa/video/1", channel=""
    ),
}
INSIDE = {
    State.FAILED: settling.FAILED, State.UNKNOWN: settling.UNKNOWN, State.PARTLY: settling.FAILED,
    State.PUBLISHED: settling.PUBLISHED, State.PUBLISHING: settling.PUBLISHING,
}  # fmt: skip
"""What the Page's target is in a post of this state."""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("verb", list(ACTS))
def test_every_verb_in_every_state(desk: Desk, verb: Verb) -> None:
    by = "lan" if NEEDS[verb] in ROLES["author"] else "minh"
    for state in State:
        post_id = in_state(desk, state)
        if verb not in TABLE[state]:
            with pytest.raises(BadInput, match="cannot be given"):
                ACTS[verb](desk, post_id, by)
            assert desk.state(post_id) == state
            continue
        reached = ACTS[verb](desk, post_id, by)
        # Cancelling what is being published, or posting by hand, lets the targets settle the post as well.
        settled = set(State) if verb in {Verb.CANCEL, Verb.POSTED, Verb.DECIDE} else set()
        assert reached in {*TABLE[state][verb], *settled}
        assert desk.audit(f"post.{verb}")[-1].what == f"post:{post_id}"


def in_state(desk: Desk, state: State) -> int:
    post_id = desk.approved(targets=(FACEBOOK, TIKTOK), media=(PICTURE,))
    with desk.db.write() as session:
        session.execute(update(Post).where(Post.id == post_id).values(state=state))
        mine = PostTarget.post_id == post_id
        inside = update(PostTarget).where(mine, PostTarget.channel == "facebook")
        session.execute(inside.values(state=INSIDE.get(state, settling.WAITING)))
        session.execute(update(PostTarget).where(mine, PostTarget.channel == "tiktok").values(state=settling.BY_HAND))
    return post_id


def test_everything_is_reachable_and_every_state_has_a_name() -> None:
    reached = {to for verbs in TABLE.values() for following in verbs.values() for to in following}
    assert set(State) - reached == set()
    assert set(TABLE) == set(State)
    assert len({name_of(state) for state in State}) == len(State)


def test_every_verb_of_a_person_has_a_right_and_leads_somewhere() -> None:
    used = {verb for verbs in TABLE.values() for verb in verbs}
    assert used == set(Verb)
    assert set(NEEDS) == set(ACTS)


@pytest.mark.parametrize("state", list(State))
def test_buttons_are_what_the_table_and_the_rights_allow(state: State) -> None:
    admin = Actor(1, "hoa", 1, ROLES["admin"])
    reader = Actor(2, "nga", 1, ROLES["leader"])
    shown = buttons(state, admin)
    assert [one.verb for one in shown] == [verb for verb in TABLE[state] if verb in NEEDS]
    assert {one.verb for one in shown if one.comment} == COMMENTED & {one.verb for one in shown}
    assert all(one.title for one in shown)
    assert buttons(state, reader) == []


@pytest.mark.parametrize(
    ("verb", "login"),
    [(Verb.SUBMIT, "nga"), (Verb.APPROVE, "lan"), (Verb.APPROVE, "nga"), (Verb.RETURN, "lan"), (Verb.SCHEDULE, "lan"),
     (Verb.CANCEL, "nga"), (Verb.EDIT, "nga"), (Verb.REJECT, "nga")],
)  # fmt: skip
def test_a_right_is_needed(desk: Desk, verb: Verb, login: str) -> None:
    post_id = desk.add()
    state = {Verb.APPROVE: "submitted", Verb.RETURN: "submitted", Verb.REJECT: "submitted", Verb.SCHEDULE: "approved"}
    with desk.db.write() as session:
        session.execute(update(Post).values(state=state.get(verb, "draft")))
    with pytest.raises(NotAllowed, match="is missing"):
        ACTS[verb](desk, post_id, login)


@pytest.mark.parametrize("verb", list(ACTS))
def test_another_agencys_post_is_not_found(desk: Desk, verb: Verb) -> None:
    post_id = desk.add(WORDS)
    with pytest.raises(BadInput, match=f"no post {post_id}"):
        ACTS[verb](desk, post_id, "tu")


@pytest.mark.parametrize(
    ("targets", "state"),
    [
        (["published"], "published"),
        (["published", "published"], "published"),
        (["published", "failed"], "partly"),
        (["published", "cancelled"], "partly"),
        (["failed", "failed"], "failed"),
        (["failed", "cancelled"], "failed"),
        (["cancelled"], "cancelled"),
        (["unknown", "published"], "unknown"),
        (["unknown", "publishing"], "publishing"),
        (["waiting", "published"], "publishing"),
        (["by_hand"], "publishing"),
        (["by_hand", "published"], "published"),
        (["by_hand", "failed"], "failed"),
    ],
)
def test_targets_make_the_post(targets: list[str], state: str) -> None:
    assert settling.outcome(targets) == state
