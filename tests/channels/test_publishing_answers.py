"""What platforms answer about posts and counts, as recorded: every shape becomes our values or is left out."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request

from bot.channels import PUBLISHERS
from bot.channels.base import Account
from bot.channels.http import Http
from bot.channels.publishing import Posted
from tests.channels.conftest import Serve

RECORDED = sorted((Path(__file__).parent / "payloads" / "publishing").glob("*.json"))
ACCOUNT = Account(
    key="100000000000001",
    secrets={"app_id": "200000000000002", "app_secret": "s", "page_token": "p", "access_token": "t"},
)


def plain(post: Posted) -> dict[str, Any]:
    """Return a post as the files write it."""
    facts = asdict(post) | {"at": post.at.isoformat() if post.at else None}
    return {name: value for name, value in facts.items() if name != "ours" or value is not None}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_a_recorded_answer_becomes_the_expected_values(serve: Serve, path: Path) -> None:
    recorded = json.loads(path.read_text(encoding="utf-8"))
    app = Flask("recorded")

    @app.get("/<path:_path>")
    def answer(_path: str) -> Response:
        metric = f"?metric={request.args['metric']}" if "metric" in request.args else ""
        body = recorded["answers"][f"GET {request.path}{metric}"]
        response = jsonify(body)
        response.status_code = 400 if body.get("error") and request.path.startswith("/v26.0") else 200
        return response

    url = serve(app)
    http, publisher = Http({"zalo": url, "graph": url}, (1.0, 2.0)), PUBLISHERS[path.stem.split("_")[0]]
    if recorded["call"] == "posted":
        posts = publisher.posted(http, ACCOUNT, datetime.fromisoformat(recorded["since"]))
        assert [plain(post) for post in posts] == recorded["expected"]
    else:
        assert publisher.results(http, ACCOUNT, recorded["platform_id"]) == recorded["expected"]
