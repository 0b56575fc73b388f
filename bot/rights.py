"""Who may do what: roles are sets of rights, and every function and route of the console names the right it needs."""

from collections.abc import Iterable
from enum import StrEnum


class Right(StrEnum):
    """One thing that a member of staff may do in an agency."""

    READ = "read"  # see everything of the agency, change nothing
    WRITE = "write"  # write posts and submit them
    REVIEW = "review"  # approve, return and reject other people's posts and facts
    SCHEDULE = "schedule"  # cancel, reconcile, freeze
    TALK = "talk"  # answer citizens, take conversations over
    KNOW = "know"  # propose changes of facts, phrases and examples
    MANAGE = "manage"  # accounts, staff, settings, audit


ROLES: dict[str, frozenset[Right]] = {
    "author": frozenset({Right.READ, Right.WRITE, Right.KNOW}),
    "reviewer": frozenset({Right.READ, Right.WRITE, Right.REVIEW, Right.SCHEDULE, Right.KNOW}),
    "operator": frozenset({Right.READ, Right.TALK, Right.KNOW}),
    "admin": frozenset(Right),
    "leader": frozenset({Right.READ}),
}
"""An admin may review too, but nobody, admin or not, reviews what they wrote (`campaigns`)."""

ALIASES = {
    "writer": "author", "editor": "author", "soan-bai": "author",
    "approver": "reviewer", "tham-dinh": "reviewer",
    "agent": "operator", "truc-hoi-thoai": "operator",
    "administrator": "admin", "quan-tri": "admin",
    "viewer": "leader", "lanh-dao": "leader",
}  # fmt: skip
"""Other words for the roles, which the command line takes too."""


def rights_of(roles: Iterable[str]) -> frozenset[Right]:
    """Return what somebody with these `roles` may do; an unknown role gives nothing."""
    return frozenset(right for role in roles for right in ROLES.get(role, ()))
