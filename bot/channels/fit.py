"""Make a message fit a channel: cut at natural places, number the choices, fold buttons down."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.channels.base import Button, Limits, Message, Press
from nlu.text import canonical

PARTS_MAX = 5
"""Most messages for one answer; what is longer ends with a word on where to read on."""
ELLIPSIS = "…"

# Where a text may be cut, best first: between paragraphs, lines, sentences, clauses, words.
_CUTS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…])\s"), re.compile(r"(?<=[,;:])\s"),
         re.compile(r"\s"))  # fmt: skip


def fit(message: Message, limits: Limits) -> list[Message]:
    """Return one or more messages that `limits` allows, the buttons under the last one.

    Nothing is lost but what exceeds `PARTS_MAX` messages. Counts are code points after NFC.
    """
    buttons = tuple(_fit_button(button, limits) for button in message.buttons if canonical(button.title))
    narrow = len(_tidy(message.text)) > limits.text_with_buttons < limits.text
    kept, spoken = _choose(buttons, limits, narrow=narrow)
    # A title that had to be cut ("Đổi thẻ căn cước…") is said in full above the buttons.
    cut = any(len(canonical(button.title)) > limits.title for button in message.buttons)
    says = [b for b in message.buttons if b.press is Press.SAY] if cut or limits.number_choices else []
    text = _with_choices(_tidy(message.text), says, kept, spoken=spoken, limits=limits)
    room = limits.text_with_buttons if any(b.press is not Press.SAY for b in kept) else limits.text
    parts = list(_split(text, limits.text))
    if kept:
        parts[-1:] = _split(parts[-1], room)
    if len(parts) > PARTS_MAX:
        parts = [*parts[: PARTS_MAX - 1], _cut_to(parts[PARTS_MAX - 1], room)]
    messages = [replace(message, text=part, buttons=()) for part in parts]
    messages[-1] = replace(messages[-1], buttons=kept)
    return messages


def _tidy(text: str) -> str:
    lines = [canonical(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    tidy = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return tidy or ELLIPSIS


def _fit_button(button: Button, limits: Limits) -> Button:
    title = canonical(button.title)
    return replace(button, title=_cut_to(title, limits.title), value=button.value[: limits.payload])


def _choose(
    buttons: tuple[Button, ...], limits: Limits, *, narrow: bool
) -> tuple[tuple[Button, ...], tuple[Button, ...]]:
    """Return the buttons that the platform can show, and those that have to be said in words.

    `narrow`: the text would have to be cut for the sake of a link's button; then the link becomes words.
    """
    says = tuple(b for b in buttons if b.press is Press.SAY)
    # Links are the first to become words: a reader can tap an address in the text.
    others = tuple(b for b in buttons if b.press is not Press.SAY)
    if not others or (narrow and says):
        return says[: limits.choices], (*others, *says[limits.choices :])
    if len(buttons) <= limits.buttons:
        return buttons, ()
    if len(says) > limits.buttons - 1:
        return says[: limits.choices], (*others, *says[limits.choices :])
    kept_others = others[: limits.buttons - len(says)]
    return (*says, *kept_others), others[len(kept_others) :]


def _with_choices(
    text: str, says: Sequence[Button], kept: Sequence[Button], *, spoken: Sequence[Button], limits: Limits
) -> str:
    lines = [f"{b.title}: {b.value}" for b in spoken if b.press is not Press.SAY]
    lines += [f"{number}. {canonical(button.title)}" for number, button in enumerate(says, 1)]
    if limits.number_choices:
        lines += [f"{b.title}: {b.value}" for b in kept if b.press is not Press.SAY]
    return f"{text}\n\n" + "\n".join(lines) if lines else text


def _split(text: str, most: int) -> Iterator[str]:
    while len(text) > most:
        place = _place(text, most)
        yield text[:place].rstrip()
        text = text[place:].lstrip()
    yield text


def _place(text: str, most: int) -> int:
    """Return where to cut so that the first part has at most `most` characters."""
    for cut in _CUTS:
        places = [match.start() for match in cut.finditer(text, 0, most + 1) if match.start() > 0]
        # A natural place in the first third leaves too short a part; look for the next kind.
        if places and places[-1] >= most // 3:
            return places[-1]
    return most


def _cut_to(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    place = _place(text, most - len(ELLIPSIS))
    return text[:place].rstrip() + ELLIPSIS
