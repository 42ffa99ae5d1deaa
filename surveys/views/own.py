"""«Мои диагностики»: what the signed-in person is asked to answer, without looking for the letter."""

from flask import Blueprint, render_template, url_for

from app.clock import utcnow
from app.permissions import Permission, current_actor, requires
from surveys import links
from surveys.queries import assignments as queries

bp = Blueprint("own_diagnostics", __name__, template_folder="../templates")


@bp.get("/diagnostics/mine")
@requires(Permission.HOME_VIEW)
def index() -> str:
    """Own assignments with their states; each leads to where its link leads, completed ones to the profile."""
    now = utcnow()
    rows = [
        (row, row.state(now), _path_of(row))
        for row in queries.list_own_assignments(current_actor().person_id)
    ]
    return render_template("surveys/answer/mine.html", rows=rows)


def _path_of(own: queries.OwnAssignment) -> str:
    if own.response is not None and own.response.submitted_at is not None:
        return url_for("results.profile", response_id=own.response.public_id)
    return links.path_for(own.assignment)
