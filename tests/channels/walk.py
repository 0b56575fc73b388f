"""Walks a publisher through its steps as the queue does: memory is stored between them, as text."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.channels.base import Account
from bot.channels.http import Http
from bot.channels.publishing import Posted, Publication, Publisher, Step

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Walk:
    """One publication on one account; `memory` is what has been stored of it."""

    publisher: Publisher
    http: Http
    account: Account
    publication: Publication
    memory: Mapping[str, str] = field(default_factory=dict)

    def commits(self) -> bool:
        """Whether the next step publishes."""
        return self.publisher.commits(self.publication, self.memory)

    def step(self) -> Step:
        """Take a step, and store what it learnt."""
        step = self.publisher.step(self.http, self.account, self.publication, self.memory)
        self.memory = json.loads(json.dumps(dict(step.memory)))
        assert all(isinstance(value, str) for value in self.memory.values())
        return step

    def steps(self, most: int = 40) -> Iterator[tuple[bool, Step]]:
        """Yield each step, and whether it was said to publish, until all is done."""
        for _ in range(most):
            said = self.commits()
            step = self.step()
            yield said, step
            if step.done:
                return
        raise AssertionError(f"not done after {most} steps: {self.memory}")

    def last(self) -> Step:
        """Go to the end."""
        return list(self.steps())[-1][1]

    def posted(self, since: datetime | None = None) -> list[Posted]:
        """Return what the platform's list has of this publication."""
        since = since or datetime.now(UTC) - timedelta(hours=1)
        posts = self.publisher.posted(self.http, self.account, since)
        return [post for post in posts if self.publisher.same(self.publication, post)]

    def reconcile(self) -> Step | None:
        """Look for the publication after an unknown outcome; go on from where it was found to be."""
        (post,) = self.posted()
        step = self.publisher.found(self.publication, self.memory, post)
        if step:
            self.memory = dict(step.memory)
        return step
