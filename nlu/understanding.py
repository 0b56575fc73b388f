"""What was understood of one text: the value that `nlu.client` returns and dialogue reads."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Something the text may be about, with a calibrated probability.

    `item` is a procedure's national code, or `topic/<id>`, or `portal/<id>`.
    """

    item: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """`intent` is an aspect (documents, fee, …, overview) or a skill (office, greet, …, none).

    `candidates` are the likeliest items, best first (at most five). `other` is the probability that
    the text is about none of the items we know, `bare` that it asks for an aspect and names nothing
    itself ("thế lệ phí bao nhiêu?"), so that the conversation must say what it is about. The candidates'
    confidences, `other` and `bare` add up to at most one. `elsewhere` is the part of `other` that is about an
    administrative procedure which the model knows by name only. `source` says who understood: `rasa` or `keywords`.
    """

    text: str
    intent: str
    confidence: float
    candidates: tuple[Candidate, ...] = ()
    other: float = 0.0
    bare: float = 0.0
    elsewhere: float = 0.0
    intents: tuple[tuple[str, float], ...] = field(default=())
    source: str = "rasa"
