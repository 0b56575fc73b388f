"""New models: asking for a training, its progress, old and new side by side, serving the new one, going back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot.errors import BadInput
from bot.learning import examples, starting
from bot.learning import trainings as rules
from bot.learning.trainings import State, Verb
from bot.rights import Right
from bot.settings import ROOT
from bot.tables import Training
from bot.web.console import access
from bot.web.console.desk import Desk
from content.phrases import say
from nlu import train


def add(console: Blueprint, desk: Desk) -> None:
    """Add the page, its renewing part and what its buttons do."""
    _doing(console, desk)

    @console.get("/<slug>/learning/models")
    @access.needs(Right.READ)
    def models(slug: str) -> ResponseReturnValue:
        """Show the trainings."""
        return render_template("console/learning/models.html", **_told(desk))

    @console.get("/<slug>/learning/models/news")
    @access.needs(Right.READ)
    def models_news(slug: str) -> ResponseReturnValue:
        """Return the part of the page that renews itself."""
        return render_template("console/learning/_models.html", **_told(desk))


def _doing(console: Blueprint, desk: Desk) -> None:
    def done(slug: str, rule: Callable[..., Any], *given: Any) -> ResponseReturnValue:
        try:
            with desk.db.write() as writing:
                rule(writing, access.actor(), *given, now=desk.now())
        except BadInput as error:
            flash(say(str(error)), "danger")
        return redirect(url_for("console.models", slug=slug))

    @console.post("/<slug>/learning/models/train")
    @access.needs(Right.MANAGE)
    def train_model(slug: str) -> ResponseReturnValue:
        """Ask for a new model."""
        return done(slug, rules.ask, Verb.TRAIN)

    @console.post("/<slug>/learning/models/back")
    @access.needs(Right.MANAGE)
    def model_before(slug: str) -> ResponseReturnValue:
        """Ask for the model before."""
        if not train.previous(ROOT).exists():
            flash(say("training.no_previous"), "danger")
            return redirect(url_for("console.models", slug=slug))
        return done(slug, rules.ask, Verb.BACK)

    @console.post("/<slug>/learning/models/<int:training_id>/activate")
    @access.needs(Right.MANAGE)
    def activate_model(slug: str, training_id: int) -> ResponseReturnValue:
        """Ask that a measured model is served."""
        return done(slug, rules.activate, training_id)

    @console.post("/<slug>/learning/models/<int:training_id>/drop")
    @access.needs(Right.MANAGE)
    def drop_model(slug: str, training_id: int) -> ResponseReturnValue:
        """Let a model go."""
        return done(slug, rules.drop, training_id)


def _told(desk: Desk) -> dict[str, Any]:
    now = desk.now()
    with desk.db.read() as reading:
        rows, taught = rules.latest(reading), examples.count(reading)
    busy = next((one for one in rows if one.busy), None)
    return {
        "rows": [(one, state(one), figures(one)) for one in rows], "busy": busy, "taught": taught,
        "spent": _spent(busy, now) if busy else "", "here": starting.can_train(), "State": State,
        "previous": train.previous(ROOT).exists(),
    }  # fmt: skip


def state(one: Training) -> str:
    """Return where a training is, in words."""
    return (
        say("training.gone_back")
        if one.verb == Verb.BACK and one.state == State.ACTIVE
        else say(f"training.state.{one.state}")
    )


def figures(one: Training) -> list[tuple[str, str, str, bool]]:
    """Return (what, before, now, is it less) of each measured figure."""
    if not one.figures:
        return []
    told = [(_headline(name), before, now, of, False) for name, before, now, of in one.figures["rows"]]
    was, wrong, of_all = one.figures["wrong"]
    told.append((say("headline.wrong"), was, wrong, of_all, True))
    return [
        (name, _share(before, of), _share(now, of), before is not None and (now > before if bad else now < before))
        for name, before, now, of, bad in told
    ]


def _headline(name: str) -> str:
    return say(f"headline.{name.replace(', ', '_').replace(' ', '_')}")


def _share(right: int | None, of: int) -> str:
    return "–" if right is None or not of else f"{100 * right / of:.1f}% ({right}/{of})".replace(".", ",")


def _spent(one: Training, now: datetime) -> str:
    seconds = int((now - (one.began_at or one.asked_at)).total_seconds())
    return say("training.spent", minutes=seconds // 60, seconds=f"{seconds % 60:02}")
