"""Ask the Rasa server what a text means; when it is down, slow or talks nonsense, keywords answer at once.

This module is all that knows Rasa. Another engine takes its place by answering the same `POST /model/parse`. Texts
of one moment go together to our channel inside Rasa (`nlu/rasa/together.py`); an engine without it is asked singly.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from nlu import keywords
from nlu.convoy import Convoy
from nlu.text import canonical
from nlu.understanding import Candidate, Understanding
from nlu.wire import Wire, WireError

DEADLINE = 1.5  # seconds for one answer, connection and body included
PROBE_EVERY = 1.0  # seconds between looks at a server that failed
MAX_CHARACTERS = 1500  # a question is in the first lines; the rest would only cost time
MAX_BODY = 256 * 1024
ALONE, TOGETHER = "/model/parse", "/webhooks/together/parse"
_ROUNDING = 1e-6
_PROBE_TEXT = "xin chào"

log = logging.getLogger(__name__)


class NoAnswerError(Exception):
    """The server did not give a usable answer in time."""


class Client:
    """Understands texts by the server at `url`; several threads may use one client.

    After a failure every text goes to the keywords without a delay, while a thread of our own looks
    whether the server is back.
    """

    def __init__(
        self,
        url: str,
        *,
        deadline: float = DEADLINE,
        probe_every: float = PROBE_EVERY,
        threads: int = 8,
    ) -> None:
        self._wire = Wire(url.rstrip("/"), threads=threads, longest=MAX_BODY)
        self._convoy: Convoy[str, Any] = Convoy(self._ask_together)
        self._together = True
        """Whether the server reads many texts in one call, as far as we know."""
        self._deadline = deadline
        self._probe_every = probe_every
        self._lock = threading.Lock()
        self._up = True
        self._closed = threading.Event()

    @property
    def is_up(self) -> bool:
        """Return whether texts go to the server at the moment."""
        return self._up

    def parse(self, text: str) -> Understanding:
        """Return what `text` means; never raises because of the server."""
        asked = canonical(text)[:MAX_CHARACTERS].lstrip("/ ")  # a leading slash is a command to Rasa
        if not asked or not self._up or self._closed.is_set():
            return keywords.parse(text)
        try:
            return understood(text, self._ask(asked))
        except NoAnswerError as error:
            self._fall_back(str(error))
            return keywords.parse(text)

    def probe(self) -> bool:
        """Ask the server something simple now; return whether it answers well."""
        try:
            understood(_PROBE_TEXT, self._ask(_PROBE_TEXT))
        except NoAnswerError:
            return False
        return True

    def close(self) -> None:
        """Stop looking for the server and end the threads."""
        self._closed.set()
        self._wire.close()

    def _ask(self, text: str) -> Any:
        until = time.monotonic() + self._deadline
        if self._together and (answer := self._convoy.ask(text, until=until)) is not None:
            return answer
        return self._ask_alone(text, until)

    def _ask_alone(self, text: str, until: float) -> Any:
        status, answer = self._post(ALONE, {"text": text}, until)
        if status != 200:
            raise NoAnswerError(f"status {status}")
        return answer

    def _ask_together(self, texts: Sequence[str], until: float) -> Sequence[Any]:
        """Return an answer for each text; None where the server must be asked singly."""
        if len(texts) == 1:
            return [self._ask_alone(texts[0], until)]
        status, answers = self._post(TOGETHER, {"texts": texts}, until) if self._together else (404, None)
        if status == 404:
            self._together = False
            return [None] * len(texts)
        if status != 200 or not isinstance(answers, list) or len(answers) != len(texts):
            raise NoAnswerError(f"status {status} for {len(texts)} texts")
        return answers

    def _post(self, path: str, said: Any, until: float) -> tuple[int, Any]:
        """Return status and JSON of the answer, None unless the status is 200."""
        try:
            status, answer = self._wire.post(path, json.dumps(said).encode(), until=until)
            return status, json.loads(answer) if status == 200 else None
        except (WireError, ValueError, RecursionError) as error:
            raise NoAnswerError(str(error) if isinstance(error, WireError) else type(error).__name__) from error

    def _fall_back(self, reason: str) -> None:
        with self._lock:
            if not self._up or self._closed.is_set():
                return
            self._up = False
        log.warning("nlu is not answering (%s): keywords take over", reason)
        threading.Thread(target=self._watch, name="nlu-watch", daemon=True).start()

    def _watch(self) -> None:
        while not self._closed.is_set():
            if self.probe():
                self._up = self._together = True  # it may be another server now
                log.warning("nlu is answering again")
                return
            self._closed.wait(self._probe_every)


def understood(text: str, answer: Any) -> Understanding:
    """Return the server's `answer` about `text` as a value; raise `NoAnswerError` if it has another shape."""
    try:
        return Understanding(
            text=text,
            intent=_skill(_name(answer["intent"]["name"])),
            confidence=_probability(answer["intent"]["confidence"]),
            candidates=tuple(
                Candidate(item=_name(one["item"]), confidence=_probability(one["confidence"]))
                for one in answer["items"]
            )[:5],
            other=_probability(answer["other"]),
            bare=_probability(answer["bare"]),
            elsewhere=_probability(answer.get("elsewhere", 0.0)),
            intents=tuple(
                (_skill(_name(one["name"])), _probability(one["confidence"])) for one in answer["intent_ranking"]
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise NoAnswerError("not an answer of our model") from error


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(value)
    return value


def _probability(value: Any) -> float:
    # Python's JSON lets NaN and Infinity in; what is compared with thresholds must not be one of them.
    number = float(value)
    if not -_ROUNDING <= number <= 1 + _ROUNDING:
        raise ValueError(value)
    return number


def _skill(intent: str) -> str:
    return "none" if intent == "out_of_scope" else intent


Parse = Callable[[str], Understanding]
