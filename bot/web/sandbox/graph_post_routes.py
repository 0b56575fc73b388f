"""The addresses of a Page's posts on the fake Graph API."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from bot.web.sandbox.graph_shapes import mapping
from bot.web.sandbox.graph_state import FakeGraph

Json = dict[str, Any]
Answer = Callable[[Callable[[], Json]], ResponseReturnValue]


def add(routes: Blueprint, version: str, answer: Answer, graph: FakeGraph) -> None:
    """Add them; what is read or removed by its own id comes last, so that nothing else is taken for an id."""
    posts = graph.posts

    @routes.post(f"/{version}/<page_id>/feed")
    def feed(page_id: str) -> ResponseReturnValue:
        fields = request.args.get("fields", "")
        return answer(lambda: posts.feed(graph.page(request, page_id), _form(), fields))

    @routes.post(f"/{version}/<page_id>/photos")
    def photos(page_id: str) -> ResponseReturnValue:
        return answer(lambda: posts.photo(graph.page(request, page_id), _form(), _file("source")))

    @routes.post(f"/{version}/<page_id>/videos")
    def videos(page_id: str) -> ResponseReturnValue:
        return answer(lambda: posts.film(graph.page(request, page_id), _form(), _file("video_file_chunk")))

    @routes.get(f"/{version}/<page_id>/published_posts")
    def published_posts(page_id: str) -> ResponseReturnValue:
        return answer(lambda: posts.listed(graph.page(request, page_id), request.args))

    @routes.get(f"/{version}/<post_id>/insights")
    def insights(post_id: str) -> ResponseReturnValue:
        return answer(lambda: posts.insights(graph.page(request), post_id, request.args.get("metric", "")))

    @routes.route(f"/{version}/<object_id>", methods=["GET", "DELETE"])
    def one(object_id: str) -> ResponseReturnValue:
        if request.method == "DELETE":
            return answer(lambda: posts.remove(graph.page(request), object_id))
        return answer(lambda: posts.read(graph.page(request), object_id, request.args.get("fields", "")))


def _form() -> Json:
    """Return the parameters, which Graph takes as JSON, as a form or in the query."""
    return {**request.args, **request.form, **mapping(request.get_json(silent=True))}


def _file(name: str) -> bytes | None:
    file = request.files.get(name)
    return file.read() if file else None
