"""Pages for everybody, without signing in: home, privacy notice, deletion of data, the platforms' proofs."""

import structlog
from flask import Blueprint, Response, abort, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import agencies, forgetting, verification
from bot.channels import CHANNELS
from bot.tables import Account, Agency, Deletion
from bot.web.console.desk import Desk, local

CODE_MAX = 40
NO_SCRIPT = "default-src 'none'; sandbox"
"""For a file that an admin brought: whatever stands in it, it may do nothing on our host."""

log = structlog.get_logger()


def create(desk: Desk) -> Blueprint:
    """Return the blueprint of the public pages."""
    public = Blueprint("public", __name__, template_folder="templates")
    _notices(public, desk)
    _deletion(public, desk)

    @public.get("/zalo_verifier<code>.html")
    def proof(code: str) -> Response:
        """Show the file by which Zalo knows that the address is ours."""
        with desk.db.read() as reading:
            text = verification.file(reading, f"zalo_verifier{code}.html")
        if text is None:
            abort(404)
        return Response(text, mimetype="text/html", headers={"Content-Security-Policy": NO_SCRIPT})

    return public


def _notices(public: Blueprint, desk: Desk) -> None:
    @public.get("/")
    def home() -> str:
        """Say what this is; carry the platforms' tags."""
        with desk.db.read() as reading:
            return render_template("public/home.html", tags=verification.tags(reading), agencies=_all(reading))

    @public.get("/privacy")
    def privacy() -> str:
        """Say what is kept of citizens, for all agencies here."""
        with desk.db.read() as reading:
            return render_template("public/privacy.html", agency=None, facts=None, agencies=_all(reading))

    @public.get("/privacy/<slug>")
    def privacy_of(slug: str) -> str:
        """Say what one agency keeps of citizens, and how long."""
        with desk.db.read() as reading:
            found = agencies.find_agency(reading, slug)
        if found is None:
            abort(404)
        return render_template("public/privacy.html", agency=found, facts=agencies.facts_for(found), agencies=[])


def _all(session: Session) -> list[Agency]:
    return list(session.scalars(select(Agency).order_by(Agency.name)))


def _deletion(public: Blueprint, desk: Desk) -> None:
    @public.get("/data-deletion")
    def deletion() -> str:
        """Say how to have one's data deleted; with a code, what became of the request."""
        code = request.args.get("code", "").strip()[:CODE_MAX]
        found: Deletion | None = None
        if code:
            with desk.db.read() as reading:
                found = forgetting.find(reading, code)
        return render_template("public/deletion.html", code=code, found=found, local=local)

    @public.post("/data-deletion")
    def delete() -> ResponseReturnValue:
        """Carry out a deletion that a platform asks for in a person's name, signed with our app's secret."""
        with desk.db.read() as reading:
            rows = list(reading.scalars(select(Account).order_by(Account.id)))
        asked = [(row, _asked_by(desk, row)) for row in rows]
        accounts, person = [row for row, one in asked if one], next((one for _, one in asked if one), None)
        if person is None:
            log.warning("deletion.not_signed")
            return jsonify(error="signed_request is missing or not signed by one of our apps"), 400
        code = forgetting.code_of(desk.settings.secret_key, request.form.get("signed_request", ""))
        with desk.db.write() as writing:
            known = forgetting.forget_person(
                writing, accounts, person, origin="callback", code=code, now=desk.now()
            )  # fmt: skip
        log.info("deletion.done", known=known)
        return jsonify(
            url=desk.settings.public_url + url_for("public.deletion", code=code), confirmation_code=code
        )  # fmt: skip


def _asked_by(desk: Desk, row: Account) -> str | None:
    return CHANNELS[row.channel].asked_to_forget(agencies.opened(row, desk.vault), request.form)
