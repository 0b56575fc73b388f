"""Offices and hours, on which days; where a dossier stands."""

import re
from datetime import date

from bot.dialogue import days, payloads
from bot.dialogue.asking import spoken_in
from bot.dialogue.turn import Reply, Turn
from content import holidays
from content.agency import Office, closed
from content.compose import day as written
from content.compose import upper_first
from content.holidays import Closed
from content.phrases import say
from nlu.text import expand

LIKELY = 0.5
MOST = 3

_PLACE_WORDS = re.compile(
    r"so dien thoai|duong day nong|hotline|dia chi|gio lam viec|may gio|ban do|chi duong|lam viec|nghi"
)
_OUR_PLACES = re.compile(r"uy ban|tru so|trung tam|mot cua|cong an|co quan|quay|sap nhap|\b(xa|phuong) (nao|moi|cu)\b")
_POLICE = re.compile(r"\bcong an\b")
_COMMUNE = re.compile(r"\b(?:xã|phường|thị trấn|đặc khu)\s+((?:[A-ZĐÀ-Ỹ][\wÀ-ỹ]*\s?){1,4})")


def office(turn: Turn) -> Reply | None:
    """Tell address and hours when they are asked for, or asked on about."""
    meant = turn.understanding.intent == "office" and turn.understanding.confidence >= LIKELY
    if meant and _goes_on_about_the_procedure(turn):
        return None
    return tell_office(turn) if meant or _asks_on(turn) else None


def _goes_on_about_the_procedure(turn: Turn) -> bool:
    # "ở đâu vậy" after a procedure asks where that is handed in.
    said = expand(turn.text)
    about_us = _PLACE_WORDS.search(said) or _OUR_PLACES.search(said) or days.day_asked(turn.text, turn.now.date())
    return turn.memory.get("skill") == "procedure" and bool(spoken_in(turn.text)) and not about_us


def _asks_on(turn: Turn) -> bool:
    """Say whether a few words go on about the office told last: "còn chủ nhật?", "số điện thoại?"."""
    if turn.memory.get("skill") != "office" or turn.ranking.sure or len(turn.text.split()) > 8:
        return False
    asks_day = days.day_asked(turn.text, turn.now.date()) is not None or days.asks_tet(turn.text)
    return asks_day or bool(_PLACE_WORDS.search(expand(turn.text)))


def tell_office(turn: Turn) -> Reply:
    """Tell the agency's offices; the one whose place or kind is named first and alone."""
    offices = (_named(turn) or turn.facts.offices)[:MOST]
    if not offices:
        lines = _about_days(turn, ())
        text = "\n\n".join([*lines, say("office.unknown")])
        return Reply(texts=(text,), buttons=(payloads.person(),), skill="office")
    parts = [*_about_places(turn), *_about_days(turn, offices), *(_worded(one) for one in offices)]
    return Reply(texts=("\n\n".join(parts),), buttons=(payloads.person(),), skill="office",
                 confidence=turn.understanding.confidence)  # fmt: skip


def _named(turn: Turn) -> tuple[Office, ...]:
    said = f" {expand(turn.text)} "
    offices = turn.facts.offices
    if _POLICE.search(said) and (police := tuple(o for o in offices if _POLICE.search(expand(o.name)))):
        return police
    return tuple(o for o in offices if any(f" {expand(place)} " in said for place in (*o.serves, o.name)))


def _about_places(turn: Turn) -> list[str]:
    """Say who serves the commune that is named: ours since the mergers, or another that we know nothing of."""
    said = f" {expand(turn.text)} "
    agency = turn.facts.name or say("agency")
    own = expand(agency)
    served = [place for office in turn.facts.offices for place in office.serves if f" {expand(place)} " in said]
    former = [place for place in dict.fromkeys(served) if expand(place) not in own]
    if former:
        return [say("office.served", place=former[0], agency=agency)]
    named = _COMMUNE.search(turn.text)
    strange = named is not None and not served and expand(named[1]) not in own
    return [say("office.other_place", agency=agency)] if strange and turn.facts.offices else []


def _about_days(turn: Turn, offices: tuple[Office, ...]) -> list[str]:
    today = turn.now.date()
    asked = days.day_asked(turn.text, today)
    if asked is None:
        return [_tet(today)] if days.asks_tet(turn.text) and holidays.tet_day(1, today) else []
    states = [closed(turn.facts, one, asked) for one in offices] or [holidays.closed_on(asked)]
    first = states[0]
    if all(state == first for state in states):
        return [_day_line(asked, first, today)]
    return [
        "\n".join(f"{one.name}. {_day_line(asked, state, today)}" for one, state in zip(offices, states, strict=True))
    ]


def _day_line(day: date, state: Closed | bool | None, today: date) -> str:
    named = say(f"weekday.{day.isoweekday()}") + f" {written(day)}"
    named = say("day.today", day=named) if day == today else upper_first(named)
    if isinstance(state, Closed):
        return say("day.holiday" if state.sure else "day.perhaps", day=named, name=state.name)
    if state is None or (day.year not in holidays.years()):
        return say("day.unknown", day=named)
    return say("day.closed" if state else "day.open", day=named)


def _tet(today: date) -> str:
    first = holidays.tet_day(1, today)
    if first is None:
        return ""
    spans = holidays.tet_of(first.year)
    values = {"year": first.year, "first": written(first)}
    if not all(span.sure for span in spans):
        return say("day.tet_perhaps", **values)
    begin, end = min(span.first for span in spans), max(span.last for span in spans)
    return say("day.tet", **values, begin=written(begin), end=written(end))


def _worded(office: Office) -> str:
    lines = [say("office.one", name=office.name, address=office.address, hours=office.hours)]
    if office.phone:
        lines.append(say("office.phone", phone=office.phone))
    if office.serves:
        lines.append(say("office.serves", places=", ".join(office.serves)))
    if office.map_url:
        lines.append(say("office.map", url=office.map_url))
    if office.note:
        lines.append(office.note)
    return "\n".join(lines)


def status(turn: Turn) -> Reply | None:
    """Tell how to see where a dossier stands."""
    if turn.understanding.intent != "status" or turn.understanding.confidence < LIKELY:
        return None
    return tell_status(turn)


def tell_status(turn: Turn) -> Reply:
    """Tell the way to the portal's tracking, and the hotline."""
    hotline = say("handoff_hotline", phone=turn.facts.hotline) if turn.facts.hotline else ""
    return Reply(
        texts=(say("status.ask", hotline=hotline),),
        buttons=(payloads.person(),),
        skill="status",
        confidence=turn.understanding.confidence,
    )
