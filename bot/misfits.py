"""What a channel cannot do with a publication, in words for staff."""

from bot.channels import PUBLISHERS
from bot.channels.publishing import Misfit, Publication
from content.phrases import say


def told(misfit: Misfit) -> str:
    """Return the sentence that says what is wrong, by how much, and what to do."""
    return say(f"misfit.{misfit.why}", **misfit.values)


def misfits(channel: str, publication: Publication) -> list[str]:
    """Return all that `channel` cannot do with `publication`, in words."""
    return [told(misfit) for misfit in PUBLISHERS[channel].misfits(publication)]
