"""Help: the guides per role, and the way there from every page that one of them explains."""

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from bot.rights import Right
from bot.web.console import access
from bot.web.console.desk import Desk
from content import guide
from content.phrases import say


def add(console: Blueprint, desk: Desk) -> None:
    """Add the page, and the link of every other."""

    @console.get("/<slug>/help")
    @access.needs(Right.READ)
    def help_pages(slug: str) -> ResponseReturnValue:
        """Show all guides: everybody may know what the others do."""
        guides = [(one, say(f"role.{one.role}")) for one in guide.guides().values()]
        return render_template("console/help.html", guides=guides)

    @console.context_processor
    def help_link() -> dict[str, str]:
        if "agency" not in g:
            return {}
        section = guide.section_of(request.endpoint or "")
        anchor = f"{section[0]}-{section[1]}" if section else None
        return {"help_address": url_for("console.help_pages", slug=g.agency.slug, _anchor=anchor)}
