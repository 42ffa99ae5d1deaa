"""Stopping a kind of letters by the link they carry; mail programs press it by themselves (RFC 8058)."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.db import transaction
from app.mail import opt_outs
from app.permissions import by_link

bp = Blueprint("letters", __name__, url_prefix="/letters", template_folder="../templates")

BY_LINK = "the signed link in the letter is the proof, and stopping letters must not need a password"


@bp.get("/stop/<token>")
@by_link(BY_LINK)
def stop(token: str) -> ResponseReturnValue:
    person, kind = opt_outs.read_stop_token(token)
    is_stopped = opt_outs.has_declined(person.id, kind.name)
    return render_template("mail/stop.html", kind=kind, token=token, is_stopped=is_stopped)


@bp.post("/stop/<token>")
@by_link(BY_LINK)
def confirm(token: str) -> ResponseReturnValue:
    """Stop, or take it back. A mail program posts no more than `List-Unsubscribe=One-Click`."""
    person, kind = opt_outs.read_stop_token(token)
    is_stopped = request.form.get("wish") != "resume"
    with transaction():
        if is_stopped:
            opt_outs.decline(person.id, kind.name)
        else:
            opt_outs.accept(person.id, kind.name)
    return render_template("mail/stop.html", kind=kind, token=token, is_stopped=is_stopped, is_changed=True)
