"""What workers do, what they could not do, and another try for it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.db import transaction
from app.errors import InvalidInput
from app.jobs import claims, queries
from app.jobs.titles import title_of
from app.permissions import Permission, requires
from app.text import clean_text

bp = Blueprint("jobs", __name__, url_prefix="/admin/jobs", template_folder="../templates")


@bp.get("")
@requires(Permission.JOBS_MANAGE)
def index() -> ResponseReturnValue:
    kinds = sorted(queries.count_jobs(), key=lambda line: str(title_of(line.kind)))
    return render_template(
        "jobs/index.html",
        kinds=kinds,
        n_dead=sum(line.of("dead") for line in kinds),
        dead=queries.list_dead(),
        running=queries.list_running(),
        has_worker=queries.has_worker(),
        title_of=title_of,
    )


@bp.post("/retry")
@requires(Permission.JOBS_MANAGE)
def retry() -> ResponseReturnValue:
    """Another try for one dead job, or for all of a kind."""
    form = request.form
    ids = [_number(form["id"])] if "id" in form else queries.list_dead_ids(clean_text(form["kind"]))
    with transaction():
        n = claims.revive(ids)
    flash(ngettext("%(num)d job will be tried again.", "%(num)d jobs will be tried again.", n), "success")
    return redirect(url_for(".index"))


def _number(value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 18:
        raise InvalidInput
    return int(value)
