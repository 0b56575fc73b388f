"""Topics of the campaigns and guides to the portal."""

from bot.dialogue import payloads
from bot.dialogue.turn import Reply, Turn
from content.phrases import say
from content.topics import Topic

LIKELY = 0.5


def known(turn: Turn) -> Reply | None:
    """Answer a topic or guide that we have a reviewed text for."""
    ranking = turn.ranking
    best = ranking.best
    if best is None or best.item not in turn.library.topics or not ranking.sure:
        return None
    return told(turn, turn.library.topics[best.item], confidence=best.confidence)


def told(turn: Turn, topic: Topic, *, confidence: float) -> Reply:
    """Say a topic with its source, date and links."""
    clips = turn.facts.clips.get(topic.item, ())
    links = "\n".join(f"{link.title}: {link.url}" for link in (*clips, *topic.links))
    own = turn.facts.texts.get(topic.item, topic)
    source = say("topic_source", source=own.source, date=f"{own.as_of:%d/%m/%Y}")
    text = "\n\n".join(part for part in (own.answer.strip(), links, source) if part)
    related = [turn.library.topics[item] for item in topic.related if item in turn.library.topics]
    buttons = tuple(payloads.item(one.title, one.item) for one in related[:3])
    skill = topic.item.partition("/")[0]
    return Reply(texts=(text,), buttons=buttons, skill=skill, candidates=(topic.item,), confidence=confidence)


def portal(turn: Turn) -> Reply | None:
    """Tell the general way to file online when the portal is asked about."""
    if turn.understanding.intent != "portal" or turn.understanding.confidence < LIKELY:
        return None
    return tell_portal(turn)


def tell_portal(turn: Turn) -> Reply:
    """Tell the way to file online."""
    return Reply(
        texts=(say("portal", agency=turn.facts.name or say("agency")),),
        buttons=(payloads.person(),),
        skill="portal",
        confidence=turn.understanding.confidence,
    )


def unknown(turn: Turn) -> Reply | None:
    """Admit that no reviewed text answers this topic."""
    if turn.understanding.intent != "topic" or turn.understanding.confidence < LIKELY:
        return None
    return Reply(
        texts=(say("topic"),),
        buttons=(payloads.person(),),
        skill="topic",
        confidence=turn.understanding.confidence,
    )
