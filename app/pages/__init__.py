"""The start page: what waits for a person in each of their roles; a greeting for guests."""

from flask import Blueprint, Flask, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.clock import utcnow
from app.pages.blocks import build_parts
from app.pages.navigation import tell_sections
from app.pages.observation import show_sheet
from app.pages.reading import Reading
from app.permissions import Permission, find_actor, lacks_second_factor, public, requires

bp = Blueprint("pages", __name__)


def register(flask_app: Flask) -> None:
    flask_app.register_blueprint(bp)
    flask_app.context_processor(tell_sections)


@bp.get("/")
@public("guests are told what this is, people see their own blocks only")
def home() -> ResponseReturnValue:
    if current_user.is_authenticated and lacks_second_factor():
        return redirect(url_for("security.two_factor_setup"))
    actor = find_actor()
    if actor is None:
        return render_template("pages/welcome.html")
    reading = Reading(actor, current_user.person.cluster, utcnow())
    return render_template("pages/home.html", parts=build_parts(reading), now=reading.now)


@bp.get("/observation-sheet")
@requires(Permission.SESSION_OBSERVE)
def observation_sheet() -> ResponseReturnValue:
    return show_sheet()
