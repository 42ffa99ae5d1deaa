"""«Мои диагностики»: what the signed-in person is asked to answer, without looking for the letter."""

from flask import Blueprint, render_template

from app.clock import utcnow
from app.permissions import Permission, current_actor, requires
from surveys import links
from surveys.queries import assignments as queries

bp = Blueprint("own_diagnostics", __name__, template_folder="../templates")


@bp.get("/diagnostics/mine")
@requires(Permission.HOME_VIEW)
def index() -> str:
    """Own assignments with their states; each leads to where its link leads."""
    now = utcnow()
    rows = [
        (row, row.state(now), links.path_for(row.assignment))
        for row in queries.list_own_assignments(current_actor().person_id)
    ]
    return render_template("surveys/answer/mine.html", rows=rows)
