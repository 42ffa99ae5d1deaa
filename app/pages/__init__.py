"""Home pages."""

from flask import Blueprint, Flask, render_template

from app.permissions import Permission, requires

bp = Blueprint("pages", __name__)


def register(flask_app: Flask) -> None:
    flask_app.register_blueprint(bp)


@bp.get("/")
@requires(Permission.HOME_VIEW)
def home() -> str:
    return render_template("pages/home.html")
