"""Every code is a decision; rights, tokens and odd answers too."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask, Response, jsonify, request

from bot.channels.base import Account
from bot.channels.facebook_graph import ERRORS
from bot.channels.facebook_publishing import COMMITTING
from bot.channels.http import Http
from bot.channels.publishing import Publication
from bot.errors import (
    AccountStopped,
    ChannelError,
    OutcomeUnknown,
    PublishingStopped,
    Refused,
    TokenRejected,
    TryLater,
)
from tests.channels.conftest import Serve
from tests.channels.facebook_posts.conftest import (
    ACCOUNT,
    ALBUM,
    FACEBOOK,
    FORMS,
    HOSTED,
    PAGE,
    PHOTO,
    SECRETS,
    TEXT,
    VERSION,
    WORDS,
    Scene,
)
from tests.channels.walk import LONG_AGO

# Written down by hand from shared/platforms/facebook.md, section 2.10: what a code means for a post.
TABLE: dict[str, type[ChannelError]] = {
    **dict.fromkeys(("1", "1/1357046", "2"), OutcomeUnknown),
    **dict.fromkeys(("4", "17", "32", "341", "613", "80001", "80006"), TryLater),
    **dict.fromkeys(("3", "10", "10/1893063", "200", "200/2018028"), PublishingStopped),
    **dict.fromkeys(("368", "613/2018338"), AccountStopped),
    **dict.fromkeys(("102", "190", "190/458", "190/460", "190/463"), TokenRejected),
    **dict.fromkeys(("100", "100/33", "100/1366046", "506", "1609005", "324", "6000/1363037", "999999"), Refused),
}


@pytest.mark.parametrize(("code", "decision"), TABLE.items())
def test_every_code_of_the_publishing_call_is_a_decision(scene: Scene, code: str, decision: type[ChannelError]) -> None:
    scene.graph.regain_minutes = 3
    scene.graph.faults.arm("facebook:feed", code)
    with pytest.raises(decision) as caught:
        scene.walk("text").step()
    assert type(caught.value) is decision
    assert caught.value.code == code
    assert caught.value.permanent is (decision is Refused)
    assert caught.value.alert is (decision in {AccountStopped, PublishingStopped})
    assert caught.value.retry_after == (180 if decision is TryLater else None)
    assert PAGE.page_token not in str(caught.value)
    assert scene.posts.published() == []


def test_no_code_of_messages_that_concerns_a_post_is_forgotten() -> None:
    messages_only = {230, 551, 10900, 2018218, 2018247}  # about a person
    listed = {key[0] if isinstance(key, tuple) else key for key in [*ERRORS, *COMMITTING]}
    assert listed - messages_only <= {int(code.split("/")[0]) for code in TABLE}


def test_the_same_words_twice_in_a_row_are_refused_with_what_to_do(scene: Scene) -> None:
    scene.walk("text").last()
    with pytest.raises(Refused, match=r"change its words.*506"):
        scene.walk("text").last()
    scene.posts.add(PAGE, "bài khác")
    scene.walk("text").last()
    assert len(scene.posts.published()) == 3


def test_the_right_to_post_is_checked_and_told(scene: Scene) -> None:
    scene.graph.add(replace(PAGE, scopes=("pages_messaging",)))
    for form in ("text", "photo", "album", "hosted"):
        with pytest.raises(PublishingStopped, match="pages_manage_posts"):
            scene.walk(form).step()


@pytest.mark.parametrize(
    ("secrets", "decision"), [({"page_token": "old"}, TokenRejected), ({"app_secret": "wrong"}, Refused)]
)
@pytest.mark.parametrize("form", FORMS)
def test_token_and_proof_go_with_every_call(
    scene: Scene, form: str, secrets: dict[str, str], decision: type[ChannelError]
) -> None:
    account = Account(key=PAGE.page_id, secrets={**SECRETS, **secrets})
    with pytest.raises(decision):
        FACEBOOK.step(scene.http, account, scene.forms[form], {})
    with pytest.raises(decision):
        FACEBOOK.posted(scene.http, account, LONG_AGO)


def test_nobody_listening_means_surely_not_published() -> None:
    with pytest.raises(TryLater):
        FACEBOOK.step(Http({"graph": "http://127.0.0.1:9"}, timeout=(0.2, 0.2)), ACCOUNT, TEXT, {})


def test_a_busy_gateway_is_unknown_where_it_matters(serve: Serve) -> None:
    app = Flask("busy")
    app.add_url_rule("/<path:_path>", "busy", lambda _path: ("busy", 503), methods=["GET", "POST"])
    http = Http({"graph": serve(app)}, timeout=(1.0, 1.0))
    for publication, decision in ((TEXT, OutcomeUnknown), (PHOTO, OutcomeUnknown), (ALBUM, TryLater)):
        with pytest.raises(decision):
            FACEBOOK.step(http, ACCOUNT, publication, {})


def test_what_goes_over_the_wire(serve: Serve) -> None:
    seen: dict[str, Any] = {}
    app = Flask("wire")

    @app.post(f"{VERSION}/<page>/feed")
    def feed(page: str) -> Response:
        seen.update(page=page, query=dict(request.args), body=request.get_json(), auth=request.headers["Authorization"])
        return jsonify({"id": "1_2", "permalink_url": "https://www.facebook.com/1/posts/2"})

    step = FACEBOOK.step(Http({"graph": serve(app)}), ACCOUNT, ALBUM, {"staged": "7 8 9"})
    assert (step.done, step.platform_id, step.link) == (True, "1_2", "https://www.facebook.com/1/posts/2")
    assert (seen["page"], seen["auth"]) == (PAGE.page_id, "Bearer EAAB-token")
    # $ printf EAAB-token | openssl dgst -sha256 -hmac sssh
    proof = "c906213d23b14094e3c5ccc57fa32bce7ff4b9aadc8efb4cef00c6d54eb0cb9f"
    assert seen["query"] == {"appsecret_proof": proof, "fields": "id,permalink_url"}
    media = [{"media_fbid": "7"}, {"media_fbid": "8"}, {"media_fbid": "9"}]
    assert seen["body"] == {"message": WORDS, "attached_media": media}


@pytest.mark.parametrize("body", [{}, {"id": ""}, {"id": None}, {"id": ["1"]}, {"success": True}])
@pytest.mark.parametrize("publication", [TEXT, PHOTO, HOSTED], ids=["text", "photo", "hosted"])
def test_no_receipt_leaves_the_outcome_unknown(
    serve: Callable[[Flask], str], publication: Publication, body: dict[str, Any]
) -> None:
    app = Flask("vague")
    app.add_url_rule("/<path:_path>", "vague", lambda _path: body, methods=["POST"])
    with pytest.raises(OutcomeUnknown):
        FACEBOOK.step(Http({"graph": serve(app)}), ACCOUNT, publication, {})
