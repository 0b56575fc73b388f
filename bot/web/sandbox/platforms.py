"""Both fake platforms with the accounts of this database, behind one small interface for phones and tests."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import select

from bot import agencies
from bot.channels import base as wire
from bot.db import Database
from bot.tables import Account
from bot.vault import Vault
from bot.web.sandbox import graph as fake_graph
from bot.web.sandbox import walls
from bot.web.sandbox import zalo as fake_zalo
from bot.web.sandbox.faults import Faults

PREFIXES = {"zalo": "/sandbox/zalo", "facebook": "/sandbox/graph"}


@dataclass(slots=True)
class Platforms:
    """The fakes. An act of a person becomes a signed webhook; what the bot sends is kept."""

    faults: Faults = field(default_factory=Faults)
    zalo: fake_zalo.FakeZalo = field(init=False)
    graph: fake_graph.FakeGraph = field(init=False)

    def __post_init__(self) -> None:
        self.zalo = fake_zalo.FakeZalo(faults=self.faults)
        self.graph = fake_graph.FakeGraph(faults=self.faults)
        self.zalo.articles.loopback = True

    def mount(self, app: Flask) -> None:
        """Serve both fakes under their prefixes."""
        app.register_blueprint(fake_zalo.blueprint(self.zalo), url_prefix=PREFIXES["zalo"])
        app.register_blueprint(fake_graph.blueprint(self.graph), url_prefix=PREFIXES["facebook"])

    def open(self, channel: str, account: wire.Account) -> None:
        """Open an account on its platform, with the secrets that the bot has."""
        known = account.secrets
        if channel == "zalo":
            self.zalo.add(
                fake_zalo.FakeOA(
                    oa_id=account.key,
                    app_id=known["app_id"],
                    app_secret=known["app_secret"],
                    oa_secret=known["oa_secret"],
                    access_token=known["access_token"],
                    refresh_token=known["refresh_token"],
                )
            )
        elif channel == "facebook":
            self.graph.add(
                fake_graph.FakePage(
                    page_id=account.key,
                    app_id=known["app_id"],
                    app_secret=known["app_secret"],
                    page_token=known["page_token"],
                )
            )

    def open_all(self, db: Database, vault: Vault) -> list[tuple[str, str]]:
        """Open every account of the database; return (channel, key) of each."""
        with db.read() as session:
            rows = list(session.scalars(select(Account).order_by(Account.id)))
        for row in rows:
            self.open(row.channel, agencies.opened(row, vault))
        return [(row.channel, row.key) for row in rows]

    def act(
        self, channel: str, key: str, *, kind: str, user: str, text: str = "", payload: str = ""
    ) -> tuple[bytes, dict[str, str]]:
        """Let a person do something; return the signed webhook for the bot. On Zalo a button's payload is the text."""
        if channel == "zalo":
            return self.zalo.act(key, kind, user=user, text=payload or text)
        return self.graph.act(key, fake_graph.Act(kind=kind, user=user, text=text, payload=payload))

    def sent(self, channel: str, user: str) -> list[dict[str, Any]]:
        """Return what the bot sent to `user`, oldest first: message_id, text, at, buttons {title kind value}."""
        if channel == "zalo":
            return [
                {**_shared(one), "buttons": [_zalo_button(b) for b in one["buttons"]]} for one in self.zalo.sent(user)
            ]
        return [
            {**_shared(one), "buttons": [_graph_button(b) for b in one["buttons"]]} for one in self.graph.sent(user)
        ]

    def posts(self, channel: str, key: str) -> list[dict[str, Any]]:
        """Return what the account has made public, newest first: id title text at (ms) parts {kind text url}."""
        if channel == "zalo":
            return [walls.zalo(one) for one in self.zalo.articles.published(key)]
        return [walls.facebook(one) for one in self.graph.posts.published(key)]


def _shared(one: dict[str, Any]) -> dict[str, Any]:
    return {name: one.get(name, "") for name in ("message_id", "text", "at")}


def _zalo_button(button: dict[str, Any]) -> dict[str, str]:
    kind, payload = str(button["type"]), button["payload"]
    if kind == "oa.open.url":
        return {"title": button["title"], "kind": "url", "value": payload["url"]}
    if kind == "oa.open.phone":
        return {"title": button["title"], "kind": "phone", "value": payload["phone_code"]}
    return {"title": button["title"], "kind": "button", "value": payload}


def _graph_button(button: dict[str, Any]) -> dict[str, str]:
    kinds = {"web_url": "url", "phone_number": "phone"}
    return {"title": button["title"], "kind": kinds.get(button["type"], button["type"]), "value": button["value"]}
