"""A fake Graph API over HTTP: checks token, proof, shapes and limits as Meta does, keeps what it was sent."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from bot.web.sandbox import faults, graph_post_routes
from bot.web.sandbox.graph_shapes import Refusal, mapping
from bot.web.sandbox.graph_state import PLATFORM, FakeGraph
from bot.web.sandbox.graph_webhook import ACTS, Act, FakePage, comment_id, escaped, sign, webhook

__all__ = ["ACTS", "PLATFORM", "Act", "FakeGraph", "FakePage", "blueprint", "comment_id", "escaped", "sign", "webhook"]

VERSION = "v26.0"
RATE_LIMITS = {4, 17, 32, 341, 613, 80001, 80006}

Json = dict[str, Any]


def blueprint(graph: FakeGraph, name: str = "fake_graph") -> Blueprint:
    """Return the fake's addresses; mount it so that GRAPH_API_URL is its prefix."""
    routes = Blueprint(name, __name__)

    def answer(work: Callable[[], Json]) -> ResponseReturnValue:
        return _answer(graph, work)

    @routes.post(f"/{VERSION}/<page_id>/messages")
    def messages(page_id: str) -> ResponseReturnValue:
        return answer(lambda: graph.deliver(graph.page(request, page_id), _json()))

    @routes.route(f"/{VERSION}/me/messenger_profile", methods=["GET", "POST"])
    def messenger_profile() -> ResponseReturnValue:
        if request.method == "POST":
            return answer(lambda: graph.set_profile(graph.page(request), _json()))
        return answer(lambda: {"data": [graph.profile(graph.page(request).page_id)]})

    @routes.route(f"/{VERSION}/<page_id>/subscribed_apps", methods=["GET", "POST"])
    def subscribed_apps(page_id: str) -> ResponseReturnValue:
        if request.method == "POST":
            fields = request.args.get("subscribed_fields", "")
            return answer(lambda: graph.subscribe(graph.page(request, page_id), fields))
        return answer(lambda: graph.subscribed(graph.page(request, page_id)))

    @routes.get(f"/{VERSION}/me")
    def me() -> ResponseReturnValue:
        return answer(lambda: _about(graph.page(request)))

    @routes.get(f"/{VERSION}/debug_token")
    def debug_token() -> ResponseReturnValue:
        return answer(lambda: graph.debug(request))

    graph_post_routes.add(routes, VERSION, answer, graph)

    @routes.route("/<path:_path>", methods=["GET", "POST", "DELETE"])
    def unknown(_path: str) -> ResponseReturnValue:
        return _refused(Refusal(2500), graph.regain_minutes)

    return routes


def _answer(graph: FakeGraph, work: Callable[[], Json]) -> ResponseReturnValue:
    """Do the work, or show the fault that was armed for this call."""
    try:
        fault = graph.called(request)
        if failure := faults.before(fault, request):
            return failure
        body = work()
    except Refusal as refusal:
        return _refused(refusal, graph.regain_minutes)
    return faults.after(fault, request, slow=graph.slow) or jsonify(body)


def _about(page: FakePage) -> Json:
    return {"id": page.page_id, "name": page.name}


def _json() -> Json:
    return mapping(request.get_json(silent=True))


def _refused(refusal: Refusal, minutes: int) -> ResponseReturnValue:
    response = jsonify(refusal.wire())
    response.status_code = refusal.status
    if refusal.code in RATE_LIMITS:
        usage = f'{{"0":[{{"type":"messenger","call_count":100,"estimated_time_to_regain_access":{minutes}}}]}}'
        response.headers["X-Business-Use-Case-Usage"] = usage
    return response
