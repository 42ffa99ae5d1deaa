"""The first five steps of a new cluster, one page to come back to."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.clock import utcnow
from app.permissions import Permission, current_actor, requires
from programme import policies
from programme.first_steps import are_done, count_done, first_steps

bp = Blueprint("start", __name__, template_folder="../templates")


@bp.get("/start")
@requires(Permission.PLAN_MANAGE)
def index() -> ResponseReturnValue:
    """What is done, what comes next; each step may be left and taken up again."""
    cluster = current_user.person.cluster
    policies.ensure_manages_plan(current_actor(), cluster.id)
    steps = first_steps(cluster.id, now=utcnow())
    return render_template(
        "programme/start.html", steps=steps, done=count_done(steps), is_finished=are_done(steps)
    )
