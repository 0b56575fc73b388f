"""One's own page: browsers that are signed in, and binding another phone."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from bot import signin as rules
from bot.web.console import access
from bot.web.console.desk import Desk


def add(console: Blueprint, desk: Desk) -> None:
    """Add the pages about oneself."""

    @console.get("/mine")
    @access.for_oneself
    def mine() -> ResponseReturnValue:
        """Show where one is signed in."""
        with desk.db.read() as reading:
            browsers = rules.open_sign_ins(reading, access.person().id, now=desk.now())
        return render_template("console/mine.html", browsers=browsers, here=access.sign_in().id)

    @console.post("/mine/browsers/<int:sign_in_id>/end")
    @access.for_oneself
    def end_browser(sign_in_id: int) -> ResponseReturnValue:
        """Sign one of one's browsers out."""
        with desk.db.write() as writing:
            if not rules.end(writing, access.person().id, sign_in_id, now=desk.now()):
                abort(404)
        return redirect(url_for("console.mine"))
