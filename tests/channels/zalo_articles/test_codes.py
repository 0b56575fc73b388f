"""Every code is a decision; quotas, tokens and odd answers too."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from bot.channels.base import Account
from bot.channels.http import Http
from bot.channels.publishing import Film
from bot.channels.zalo_answers import ERRORS
from bot.channels.zalo_articles import PUBLISHING, VERIFYING
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
from tests.channels.walk import Walk
from tests.channels.zalo_articles.conftest import CREATE, EVERYBODY, MESSAGE, POST, VERIFY, ZALO, Scene


def test_nobody_listening_means_surely_not_published(scene: Scene) -> None:
    http = Http({"zalo": "http://127.0.0.1:9"}, timeout=(0.5, 0.5))
    with pytest.raises(TryLater):
        ZALO.step(http, scene.account, POST, {})


def test_a_busy_gateway_is_unknown_where_it_matters(serve: Serve, scene: Scene) -> None:
    app = Flask("busy")
    app.add_url_rule("/<path:_path>", "busy", lambda _path: ("busy", 503), methods=["GET", "POST"])
    http = Http({"zalo": serve(app)}, timeout=(1.0, 1.0))
    for memory, decision in (({}, OutcomeUnknown), ({"token": "t"}, TryLater), ({"article": "a"}, OutcomeUnknown)):
        with pytest.raises(decision):
            ZALO.step(http, scene.account, EVERYBODY, memory)


# Written down by hand from shared/platforms/zalo-oa.md, sections 4.7 and 5: what a code means for an article.
CREATING: dict[type[ChannelError], tuple[int, ...]] = {
    TryLater: (-32,),
    OutcomeUnknown: (-200,),
    TokenRejected: (-216, -220),
    Refused: (-201, -210, -211, -235, -240, -248),
    PublishingStopped: (-223, -224),
    AccountStopped: (-204, -209, -212, -219, -221, -242),
}


@pytest.mark.parametrize(
    ("code", "decision"), [(code, decision) for decision, codes in CREATING.items() for code in codes]
)
@pytest.mark.parametrize("call", ["create", "message"])
def test_every_code_of_a_publishing_call_is_a_decision(
    scene: Scene, call: str, code: int, decision: type[ChannelError]
) -> None:
    walk = scene.walk(EVERYBODY)
    while call == "message" and "article" not in walk.memory:
        walk.step()
    scene.zalo.faults.arm(f"zalo:{call}", str(code))
    before = walk.memory
    with pytest.raises(decision) as caught:
        walk.step()
    assert type(caught.value) is decision
    assert caught.value.code == str(code)
    assert caught.value.alert is (decision in {AccountStopped, PublishingStopped})
    assert (caught.value.retry_after == 10.0) is (code == -32)
    assert walk.memory == before


@pytest.mark.parametrize("code", sorted({*ERRORS, *PUBLISHING} - {"-214"}))
def test_every_code_of_verify_is_a_decision_and_the_article_stays(scene: Scene, code: str) -> None:
    walk = scene.walk()
    walk.step()
    scene.zalo.faults.arm("zalo:verify", code)
    with pytest.raises(ChannelError) as caught:
        walk.step()
    assert type(caught.value) is (VERIFYING.get(code) or ERRORS[code])[0]
    if code == "-200":
        assert "1000 × 640" in str(caught.value)
    assert walk.last().done  # the token is still good
    assert len(scene.public()) == 1


def test_an_article_quota_stops_publishing_and_not_the_account(scene: Scene) -> None:
    scene.zalo.articles.quota = 1
    scene.walk().last()
    with pytest.raises(PublishingStopped, match="-223") as caught:
        scene.walk().step()
    assert caught.value.alert and not caught.value.permanent and not caught.value.maybe_sent


def test_broadcasts_used_up_are_told_and_the_article_stays(scene: Scene) -> None:
    scene.zalo.articles.broadcasts_left = 0
    walk = scene.walk(EVERYBODY)
    with pytest.raises(Refused, match="quota"):
        walk.last()
    assert "article" in walk.memory
    assert len(scene.public()) == 1


def test_a_dead_token_is_rejected_and_never_in_the_message(scene: Scene) -> None:
    account = replace(scene.account, secrets={**scene.account.secrets, "access_token": "stolen-token"})
    with pytest.raises(TokenRejected) as caught:
        ZALO.step(scene.http, account, POST, {})
    assert "stolen-token" not in str(caught.value)


def test_the_proof_goes_with_every_call_where_the_app_wants_it(scene: Scene, film: Film) -> None:
    scene.oa.needs_proof = True
    with pytest.raises(AccountStopped):
        scene.walk().step()
    proving = replace(scene.account, memory={"appsecret_proof": "on"})
    walk = Walk(ZALO, scene.http, proving, replace(POST, film=film, broadcast={}))
    assert walk.last().done
    assert ZALO.results(scene.http, proving, walk.memory["article"]) == {"views": 0, "shares": 0}


@pytest.mark.parametrize(
    ("path", "body", "memory", "decision"),
    [
        (CREATE, {"error": 0, "data": {}}, {}, OutcomeUnknown),
        (CREATE, {"error": 0}, {}, OutcomeUnknown),
        (CREATE, {"error": "-223"}, {}, PublishingStopped),
        (VERIFY, {"error": 0, "data": {}}, {"token": "t"}, OutcomeUnknown),
        (VERIFY, {"error": "-214"}, {"token": "t"}, None),
        (VERIFY, {"error": 0, "data": {"id": 9007199254740993001}}, {"token": "t"}, None),
        (MESSAGE, {"error": 0, "data": {"message_id": 9007199254740993001}}, {"article": "a"}, None),
        (MESSAGE, {"error": 0, "data": {}}, {"article": "a"}, None),
        (MESSAGE, [], {"article": "a"}, OutcomeUnknown),
    ],
)
def test_answers_of_odd_shapes(
    serve: Callable[[Flask], str], path: str, body: object, memory: dict[str, str], decision: type[ChannelError] | None
) -> None:
    app = Flask("odd")
    app.add_url_rule(path, "odd", lambda: app.json.dumps(body), methods=["POST"])
    http, account = Http({"zalo": serve(app)}), Account(key="1", secrets={"access_token": "t"})
    if decision:
        with pytest.raises(decision):
            ZALO.step(http, account, EVERYBODY, memory)
    else:
        assert ZALO.step(http, account, EVERYBODY, memory).memory
