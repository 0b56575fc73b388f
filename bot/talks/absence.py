"""Say when people are back, to whoever asks for a person while nobody is there."""

from dataclasses import replace
from datetime import datetime

from bot import agencies
from bot.dialogue.turn import Reply
from bot.tables import Agency
from bot.talks import desk
from content.agency import say_own
from content.phrases import say


def told(reply: Reply, agency: Agency, now: datetime) -> Reply:
    """Return the reply; one that calls a person also tells when people are back, if the agency told its hours."""
    calls = any(effect.verb == "ticket" and effect.kind == "handoff" for effect in reply.effects)
    back = desk.back_at(agency, now) if calls and reply.texts else None
    if back is None:
        return reply
    hour = f"{back.hour} giờ {back.minute:02d}" if back.minute else f"{back.hour} giờ"
    day = say(f"dayname.{back.isoweekday()}")
    line = say_own(agencies.facts_for(agency), "absence", hour=hour, day=day, date=f"{back:%d/%m}")
    return replace(reply, texts=(*reply.texts[:-1], f"{reply.texts[-1]}\n{line}"))
