"""A channel of Rasa's for our worker: many texts in one call, read in one walk through the model.

`POST /webhooks/together/parse` with `{"texts": […]}` answers with a list: of each what `/model/parse` says of it.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

MOST = 32
"""Texts in one call: the server does nothing else meanwhile."""


class Together(InputChannel):
    """Reads texts; it has no conversations and sends nothing."""

    @classmethod
    def name(cls) -> str:
        """Return the part of the address that is this channel's."""
        return "together"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the route."""
        routes = Blueprint("together", "together")

        @routes.route("/parse", methods=["POST"])
        async def parse(request: Request) -> HTTPResponse:
            texts = request.json.get("texts") if isinstance(request.json, dict) else None
            if not _readable(texts):
                return json({"reason": f"texts: 1 to {MOST} texts"}, status=400)
            processor = getattr(request.app.ctx.agent, "processor", None)
            return json(_read(processor, texts)) if processor else json({"reason": "no model"}, status=503)

        return routes


def _readable(texts: Any) -> bool:
    return isinstance(texts, list) and 0 < len(texts) <= MOST and all(isinstance(text, str) for text in texts)


def _read(processor: MessageProcessor, texts: list[str]) -> list[dict[str, Any]]:
    target = processor.model_metadata.nlu_target
    wanted = {
        PLACEHOLDER_MESSAGE: [UserMessage(text) for text in texts],
        PLACEHOLDER_TRACKER: DialogueStateTracker.from_events("together", []),
    }
    read = processor.graph_runner.run(inputs=wanted, targets=[target])[target]
    return [message.as_dict(only_output_properties=True) for message in read]
