"""Learning: what was not understood, sentences that staff taught, new models."""

from flask import Blueprint

from bot.web.console.desk import Desk
from bot.web.console.learning import models, questions, taught


def add(console: Blueprint, desk: Desk) -> None:
    """Add every page of the learning."""
    for page in (questions, taught, models):
        page.add(console, desk)
