"""Greeting, thanks, farewell, help, and calm when somebody is angry."""

import re

from bot.channels.base import Button
from bot.dialogue import payloads
from bot.dialogue.turn import Reply, Turn
from bot.dialogue.words import expand
from content.agency import say_own
from content.phrases import say
from nlu import keywords

SAID = {"greet": "greet", "thanks": "thanks", "bye": "bye", "help": "help", "abuse": "abuse",
        "affirm": "help", "deny": "no_more"}  # fmt: skip
LIKELY = 0.4
HINT = 0.3
"""Probability that is enough for small talk of a few words ("hay quá")."""
FEW_WORDS = 3
STARTERS = ("1.001193", "1.014063", "1.004194", "1.001612")
"""Offered to a newcomer: what is asked most."""


def follow(turn: Turn) -> Reply | None:
    """Welcome somebody who follows or opens the chat for the first time."""
    if turn.kind != "follow" or turn.payload.startswith("#tthc"):
        return None
    return Reply(
        texts=(say_own(turn.facts, "follow", agency=turn.facts.name or say("agency")),),
        buttons=starters(turn),
        skill="smalltalk",
    )


_THANKS = re.compile(
    r"(?:(?:da|vang|ok|oke|okay|roi|a|u|o|uh|thoi|the|vay|em|toi|minh|bac|con|chau|xin|rat|duoc|hieu|biet)\b ?)*"
    r"(?:cam on|camon|thanks?|thank you|tks|da ta)\b ?"
    r"(?:(?:ban|admin|anh|chi|em|co|chu|bac|chau|con|toi|minh|shop|bot|can bo|moi nguoi|ca nha|nhieu|nhe|nha|nghe|nhen|"
    r"lam|a|da|vi|qua|rat|nhiet tinh|tan tinh|tu van|tra loi|ho tro|giai thich|giup|do|hay|tot|de hieu|huu ich|"
    r"chu dao|thiet|that|su|va|cung|ghe|ne|roi|may|may chi|cac|da giup|ok|he|hen)\b ?)*"
)
"""Over folded words: thanks and nothing else, whatever the model hears in the praise."""


def thanked(turn: Turn) -> Reply | None:
    """Answer thanks that ask nothing more."""
    if not _THANKS.fullmatch(expand(turn.text)):
        return None
    return Reply(texts=(say_own(turn.facts, "thanks", agency=turn.facts.name or say("agency")),), skill="smalltalk")


def small(turn: Turn) -> Reply | None:
    """Answer small talk."""
    intent = _said(turn)
    if intent is None:
        return None
    text = say_own(turn.facts, SAID[intent], agency=turn.facts.name or say("agency"))
    buttons = starters(turn) if intent in {"greet", "help"} else (payloads.person(),) if intent == "abuse" else ()
    return Reply(texts=(text,), buttons=buttons, skill="smalltalk", confidence=turn.understanding.confidence)


def _said(turn: Turn) -> str | None:
    understanding = turn.understanding
    if understanding.intent in SAID and understanding.confidence >= LIKELY:
        return understanding.intent
    plain = keywords.parse(turn.text).intent
    if plain in SAID and len(turn.text.split()) <= 2 * FEW_WORDS:
        return plain
    if len(turn.text.split()) > FEW_WORDS:
        return None
    likely = {name: p for name, p in understanding.intents if name in SAID}
    best = max(likely, key=lambda name: likely[name], default="")
    return best if likely.get(best, 0.0) >= HINT else None


def tell_help(turn: Turn) -> Reply:
    """Tell what the bot can do."""
    return Reply(texts=(say_own(turn.facts, "help"),), buttons=starters(turn), skill="smalltalk")


_ITSELF = re.compile(
    r"(?:\w+ ){0,3}?(?:bot|tro ly|chatbot|robot)\b(?: (?:oi|a|bot|nay|nam nay))*"
    r" (?:(?:bao nhieu|may) tuoi|ten (?:la )?gi|la (?:ai|gi|nguoi)"
    r"|co (?:gia dinh|nguoi yeu|vo|chong|biet buon|khoe|met)"
    r"|(?:la )?nguoi hay|that hay|do ai|ai lam ra)(?: \w+){0,4}"
)
_WHAT_IT_CAN = re.compile(
    r"(?:(?:a|da|the|vay|chao|alo|oi|nay|thi) )*(?:bot|ban|em|ad|admin|tro ly|minh|shop|chatbot)(?: oi)?"
    r"(?: (?:bot|ban|em|co the|biet|co))* (?:lam|giup|ho tro|huong dan|tra loi|tu van)"
    r"(?: (?:toi|em|minh|nguoi dan|cho))*"
    r" duoc (?:nhung )?(?:gi|chi|viec gi|cai gi|viec nao|nhung viec gi)(?: \w+){0,2}"
)
"""Over folded words, and nothing else in the text: about the bot itself, and what it can do."""


def itself(turn: Turn) -> Reply | None:
    """Answer what is asked of the bot itself, whatever is talked of."""
    said = expand(turn.text)
    if turn.ranking.sure or not (_ITSELF.fullmatch(said) or _WHAT_IT_CAN.fullmatch(said)):
        return None
    return tell_help(turn)


def starters(turn: Turn) -> tuple[Button, ...]:
    """Return the buttons for a beginning."""
    records = [turn.library.catalogue.get(code) for code in STARTERS]
    return (*(payloads.procedure(r.short.partition(" (")[0], r.code) for r in records if r), payloads.person())
