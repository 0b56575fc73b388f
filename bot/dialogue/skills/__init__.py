"""The skills, in the order in which they are asked; each returns a Reply or None."""

from collections.abc import Callable

from bot.dialogue.skills import (
    choices,
    fallback,
    fields,
    onward,
    people,
    places,
    procedures,
    replies,
    safety,
    smalltalk,
    topics,
)
from bot.dialogue.turn import Reply, Turn

Skill = Callable[[Turn], Reply | None]

SKILLS: tuple[Skill, ...] = (
    safety.danger,
    safety.unreadable,
    smalltalk.follow,
    choices.pressed,
    people.erasure,
    people.awaited_feedback,
    smalltalk.thanked,
    replies.yes,
    choices.picked,
    replies.no,
    people.handoff,
    people.feedback,
    places.status,
    people.subscription,
    people.contests,
    fields.listed,
    smalltalk.itself,
    procedures.returned,
    onward.barely,
    onward.instead,
    procedures.correction,
    procedures.too_little,
    procedures.named,
    topics.known,
    places.office,
    topics.portal,
    replies.again,
    replies.lost,
    procedures.beside,
    procedures.follow_up,
    procedures.unsure,
    smalltalk.small,
    topics.unknown,
    fallback.not_understood,
)
