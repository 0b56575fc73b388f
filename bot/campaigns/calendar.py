"""When something may appear: quiet hours, holidays, slots, spacing, limits a day, and what repeats. Pure."""

import calendar as months
import re
from bisect import insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.campaigns.rules import DEFAULTS
from bot.errors import BadInput
from content.phrases import say

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
EVERY = ("day", "week", "month", "year")
DAY = timedelta(days=1)
LOOK_AHEAD = 400
"""Days after which no free time is looked for any more: the rules leave none."""
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Diary:
    """One account's rules and the times (UTC, sorted) at which it has posts already."""

    rules: Mapping[str, Any]
    taken: Sequence[datetime]


def earliest(wanted: datetime, diaries: Sequence[Diary]) -> datetime:
    """Return the first time from `wanted` on at which every diary allows a post; raise `BadInput` if there is none."""
    at, last = wanted, wanted + LOOK_AHEAD * DAY
    while at <= last:
        later = max((_allowed(at, diary) for diary in diaries), default=at)
        if later <= at:
            return at
        at = later
    raise BadInput(
        f"the rules leave no time within {LOOK_AHEAD} days; look at quiet hours, holidays and per_day",
        told=say("queue.refused.no_time"),
    )


def next_slot(now: datetime, diaries: Sequence[Diary]) -> datetime:
    """Return the next free slot that all diaries share; the first allowed time where none has slots."""
    shared = [set(diary.rules["slots"]) for diary in diaries if diary.rules["slots"]]
    slots = sorted(set.intersection(*shared)) if shared else []
    if not slots:
        return earliest(now, diaries)
    first = now.astimezone(HANOI).date()
    for ahead in range(LOOK_AHEAD):
        for slot in slots:
            at = datetime.combine(first + ahead * DAY, time.fromisoformat(slot), HANOI).astimezone(UTC)
            if at > now and all(_allowed(at, one) <= at and at not in one.taken for one in diaries):
                return at
    raise BadInput(f"no slot is free within {LOOK_AHEAD} days", told=say("queue.refused.no_time"))


def collisions(at: datetime, diaries: Sequence[Diary], *, within: timedelta = timedelta(minutes=30)) -> int:
    """Return how many posts of these accounts appear within half an hour of `at`: worth a warning, no more.

    What several accounts have at the very same moment is one post.
    """
    return len({one for diary in diaries for one in diary.taken if abs(one - at) < within})


def closed(at: datetime, rules: Mapping[str, Any]) -> str:
    """Return why the rules want no post at `at`: `holiday`, `quiet`, or empty."""
    local = at.astimezone(HANOI)
    if _is_holiday(local.date(), rules["holidays"]):
        return "holiday"
    return "quiet" if any(_quiet_until(local, hours) is not None for hours in rules["quiet"]) else ""


def _allowed(at: datetime, diary: Diary) -> datetime:
    """Return `at`, or a later time to look at next."""
    rules, local = diary.rules, at.astimezone(HANOI)
    if _is_holiday(local.date(), rules["holidays"]):
        return at + DAY
    for hours in rules["quiet"]:
        if (end := _quiet_until(local, hours)) is not None:
            return end.astimezone(UTC)
    if rules["per_day"]:
        same_day = sum(one.astimezone(HANOI).date() == local.date() for one in diary.taken)
        if same_day >= rules["per_day"]:
            return at + DAY
    spacing = timedelta(minutes=rules["spacing"])
    near = [one + spacing for one in diary.taken if abs(one - at) < spacing]
    return max(near, default=at)


def _is_holiday(day: date, holidays: Sequence[str]) -> bool:
    return day.isoformat() in holidays or day.strftime("%m-%d") in holidays


def _quiet_until(local: datetime, hours: str) -> datetime | None:
    begin, end = (time.fromisoformat(one) for one in hours.split("-"))
    now, today = local.time(), local.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    if begin <= end:
        return today if begin <= now < end else None
    if now >= begin:
        return today + DAY
    return today if now < end else None


def following(at: datetime, recurrence: Mapping[str, str]) -> datetime | None:
    """Return the occurrence after `at`, at the same time of day in Vietnam; None after the end."""
    local, every = at.astimezone(HANOI), recurrence["every"]
    if every in {"day", "week"}:
        later = local + DAY * (1 if every == "day" else 7)
    else:
        later = _months_later(local, 1 if every == "month" else 12, int(recurrence.get("day") or local.day))
    if later.date() > date.fromisoformat(recurrence["until"]):
        return None
    return later.astimezone(UTC)


def _months_later(local: datetime, count: int, day: int) -> datetime:
    # The 31st is the last day where a month is shorter, and the 31st again after it (`day` remembers).
    year, month = local.year + (local.month - 1 + count) // 12, (local.month - 1 + count) % 12 + 1
    return local.replace(year=year, month=month, day=min(day, months.monthrange(year, month)[1]))


def booked(diary: Diary, at: datetime) -> Diary:
    """Return the diary with one more post in it."""
    taken = list(diary.taken)
    insort(taken, at)
    return Diary(diary.rules, taken)


def checked(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Return rules that may be stored, or raise `BadInput` with every fault."""
    wrong = [f"'{name}' is no rule; known: {', '.join(DEFAULTS)}" for name in rules if name not in DEFAULTS]
    for name, value in rules.items():
        if name in DEFAULTS and not _fits(name, value):
            wrong.append(f"{name}: '{value}' does not fit, e.g. {_EXAMPLES[name]}")
    if wrong:
        raise BadInput("; ".join(wrong))
    return dict(rules)


_EXAMPLES = {
    "grace": "60", "catch_up": "60", "spacing": "30", "per_day": "4", "quiet": '["22:00-06:00"]',
    "holidays": '["01-01", "2027-02-06"]', "slots": '["07:30", "17:00"]', "news_window": "168",
    "quotas": '{"CCHC": 2}',
}  # fmt: skip


def _fits(name: str, value: Any) -> bool:
    if isinstance(DEFAULTS[name], int):
        return _is_count(value)
    if isinstance(DEFAULTS[name], dict):
        return isinstance(value, dict) and all(topic.strip() and _is_count(value[topic]) for topic in value)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return False
    if name == "holidays":
        return all(_is_day(one) for one in value)
    return all((_HOURS if name == "quiet" else _CLOCK).fullmatch(one) for one in value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100_000


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(f"2024-{text}" if len(text) == 5 else text)
    except ValueError:
        return False
    return True
