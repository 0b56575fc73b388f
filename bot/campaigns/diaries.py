"""The diaries of accounts: their rules, and when they have posts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from bot.campaigns import checks, rules
from bot.campaigns.calendar import DAY, Diary
from bot.campaigns.content import Content
from bot.campaigns.states import State
from bot.tables import Account, Post, PostTarget

BUSY = (State.SCHEDULED, State.PUBLISHING, State.PUBLISHED, State.PARTLY, State.UNKNOWN)


def of_post(session: Session, post: Post, *, now: datetime) -> Sequence[Diary]:
    """Return the diary of every account that the post goes to from yesterday on, without the post itself."""
    query = select(Account).join(PostTarget, PostTarget.account_id == Account.id).where(PostTarget.post_id == post.id)
    return [of_account(session, account, but=post.id, since=now - DAY) for account in session.scalars(query)]


def of_content(
    session: Session, agency_id: int, content: Content, *, now: datetime, but: int = 0
) -> Sequence[Diary]:  # fmt: skip
    """Return the diary of every account that a content goes to, post `but` left out."""
    accounts = [account for one in content.targets if (account := checks.account_of(session, agency_id, one))]
    return [of_account(session, account, but=but, since=now - DAY) for account in accounts]


def of_account(session: Session, account: Account, *, since: datetime, but: int = 0) -> Diary:
    """Return one account's diary, post `but` left out."""
    moment = func.coalesce(Post.released_at, Post.due_at, type_=Post.due_at.type)
    place = (PostTarget.channel == account.channel, PostTarget.key == account.key)  # as the unique index has it
    here = select(PostTarget.id).where(PostTarget.post_id == Post.id, *place)
    # Two spans, each by its own index: this is asked at every release, and the years behind grow.
    coming = or_(Post.released_at >= since, and_(Post.released_at.is_(None), Post.due_at >= since))
    mine = (Post.agency_id == account.agency_id, coming, Post.id != but, Post.state.in_(BUSY))
    taken = select(moment).where(*mine, here.exists()).order_by(moment)
    return Diary(rules.of_account(session, account), list(session.scalars(taken)))
