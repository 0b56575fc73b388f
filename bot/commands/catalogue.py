"""`catalogue check`: every fault of the content, by file and line."""

import sys

import click

from content import catalogue as records
from content import topics


@click.group()
def catalogue() -> None:
    """Procedures and topics."""


@catalogue.command("check")
def check() -> None:
    """Check every record and topic; exit 1 with all faults when something is wrong."""
    found, faults = records.read()
    told, more = topics.read()
    for fault in sorted([*faults, *more]):
        click.echo(f"content/{fault}", err=True)
    click.echo(f"{len(found)} procedures, {len(told)} topics, {len(faults) + len(more)} faults")
    if faults or more:
        sys.exit(1)
