"""What Meta counts for a post; one metric a call, for one that is not available fails the whole call.

https://developers.facebook.com/docs/graph-api/reference/page/insights/, checked 2026-11-22.
"""

from collections.abc import Mapping
from typing import Any

from bot.channels.base import Account
from bot.channels.facebook_graph import call
from bot.channels.facebook_publishing import mapping, sequence
from bot.channels.http import Http
from bot.errors import Refused

METRICS = {"views": "post_media_view", "reactions": "post_reactions_by_type_total", "clicks": "post_clicks"}
"""`*_impressions*` are gone since 2025-11-15 and 2026-06-15."""
SUMMARIES = ("comments", "reactions")
COUNTS = ",".join([*(f"{name}.limit(0).summary(true)" for name in SUMMARIES), "shares"])
UNAVAILABLE = ("100", "3001")
"""Codes for a metric that is not there: removed, under 100 followers, or not for this kind of post."""


def results(http: Http, account: Account, post: str) -> dict[str, int]:
    """Return what is known of `views reactions comments shares clicks`."""
    found = _counts(_asked(http, account, f"/{post}", fields=COUNTS))
    for name, metric in METRICS.items():
        if name not in found:
            body = _asked(http, account, f"/{post}/insights", metric=metric)
            value = _value(body)
            found |= {} if value is None else {name: value}
    return found


def _asked(http: Http, account: Account, path: str, **params: str) -> Mapping[str, Any]:
    try:
        return call(http, account, "GET", path, params=params).body
    except Refused as error:
        if error.code.split("/")[0] not in UNAVAILABLE:
            raise
        return {}


def _counts(wire: Mapping[str, Any]) -> dict[str, int]:
    totals = {name: mapping(mapping(wire.get(name)).get("summary")).get("total_count") for name in SUMMARIES}
    counts = {name: value for name, value in totals.items() if isinstance(value, int)}
    shares = mapping(wire.get("shares")).get("count")
    if isinstance(shares, int):
        counts["shares"] = shares
    elif counts and "shares" not in wire:  # left out of the answer until there is one
        counts["shares"] = 0
    return counts


def _value(body: Mapping[str, Any]) -> int | None:
    """Return the newest value of the one metric in an answer; a value by kinds (love, like …) is their sum."""
    values = [one for metric in sequence(body.get("data")) for one in sequence(mapping(metric).get("values"))]
    value = mapping(values[-1]).get("value") if values else None
    if isinstance(value, dict):
        return sum(one for one in value.values() if isinstance(one, int))
    return value if isinstance(value, int) else None
