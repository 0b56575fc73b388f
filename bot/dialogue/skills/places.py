"""Offices and hours; where a dossier stands."""

from bot.dialogue import payloads
from bot.dialogue.turn import Reply, Turn
from content.agency import Office
from content.phrases import say
from nlu.text import expand

LIKELY = 0.5


def office(turn: Turn) -> Reply | None:
    """Tell address and hours when they are asked for."""
    if turn.understanding.intent != "office" or turn.understanding.confidence < LIKELY:
        return None
    return tell_office(turn)


def tell_office(turn: Turn) -> Reply:
    """Tell the agency's offices; the one whose place is named first and alone."""
    offices = _named(turn) or turn.facts.offices
    if not offices:
        return Reply(texts=(say("office.unknown"),), buttons=(payloads.person(),), skill="office")
    text = "\n\n".join(_worded(one) for one in offices[:3])
    return Reply(texts=(text,), skill="office", confidence=turn.understanding.confidence)


def _named(turn: Turn) -> tuple[Office, ...]:
    said = f" {expand(turn.text)} "
    return tuple(o for o in turn.facts.offices if any(f" {expand(place)} " in said for place in (*o.serves, o.name)))


def _worded(office: Office) -> str:
    lines = [say("office.one", name=office.name, address=office.address, hours=office.hours)]
    if office.phone:
        lines.append(say("office.phone", phone=office.phone))
    if office.serves:
        lines.append(say("office.serves", places=", ".join(office.serves)))
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
