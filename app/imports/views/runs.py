"""Loading a table: template, upload, check, questions, application, report."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts.models import Cluster
from app.clock import local_date, utcnow
from app.db import transaction
from app.errors import NotAllowed
from app.imports import policies, queries, services, workbook
from app.imports.forms import UploadForm, chosen_columns, columns_form
from app.imports.models import RunState
from app.imports.registry import get_spec
from app.imports.spec import Act, Checked, Level, Spec
from app.permissions import Permission, current_actor, requires
from app.spreadsheets import attachment

bp = Blueprint("imports", __name__)

_MANAGERS = (
    Permission.PEOPLE_MANAGE,
    Permission.ORGANISATION_MANAGE,
    Permission.PLAN_MANAGE,
    Permission.SEMINAR_MANAGE,
)
_SHOWN = 200  # rows of each group on the page; the report has them all


def _spec(kind: str) -> Spec:
    """The kind of table, if the reader may load it."""
    spec = get_spec(kind)
    policies.ensure_loads(current_actor(), spec, _cluster().id)
    return spec


def _cluster() -> Cluster:
    """The cluster the reader works in."""
    if not current_actor().scopes:
        raise NotAllowed
    cluster: Cluster = current_user.person.cluster
    return cluster


@bp.get("/templates/<kind>.xlsx")
@requires(*_MANAGERS)
def template(kind: str) -> ResponseReturnValue:
    """The table to fill in, with this cluster's schools in its lists."""
    spec, cluster = _spec(kind), _cluster()
    file = workbook.template(spec, cluster, local_date(utcnow(), cluster.time_zone))
    return attachment(file, str(spec.file_name))


@bp.get("/imports/<kind>")
@requires(*_MANAGERS)
def new(kind: str) -> ResponseReturnValue:
    """What the table holds, where to choose the file, tables begun before."""
    spec = _spec(kind)
    return _upload_page(spec, UploadForm(spec))


@bp.post("/imports/<kind>")
@requires(*_MANAGERS)
def upload(kind: str) -> ResponseReturnValue:
    """Keep the file's table; the check is on the next page."""
    spec = _spec(kind)
    form = UploadForm(spec)
    if not form.validate() or form.sheet is None:
        return _upload_page(spec, form), 422
    with transaction():
        run = services.start_run(
            spec,
            _cluster().id,
            form.sheet,
            file_name=form.file_name,
            author_id=current_actor().person_id,
        )
    return redirect(url_for(".show", run_id=run.public_id))


def _upload_page(spec: Spec, form: UploadForm) -> str:
    return render_template(
        "imports/upload.html",
        spec=spec,
        form=form,
        runs=queries.list_runs(_cluster().id, spec.kind),
        list_url=_list_url(spec),
    )


def _list_url(spec: Spec) -> str | None:
    """Where what the table fills is listed and typed in by hand."""
    known = spec.list_endpoint in current_app.view_functions
    return url_for(spec.list_endpoint) if known else None


@bp.get("/imports/runs/<uuid:run_id>")
@requires(*_MANAGERS)
def show(run_id: UUID) -> ResponseReturnValue:
    """The verdict on every row, errors first; before loading as a forecast, afterwards as the result."""
    run = queries.get_run(run_id, current_actor())
    spec = get_spec(run.kind)
    if run.state is RunState.LOADING:
        done, total = queries.loading_progress(run.id)
        return render_template("imports/loading.html", run=run, spec=spec, done=done, total=total)
    checked = services.check_run(run, utcnow())
    groups = [
        (level, [row for row in checked if row.level is level])
        for level in (Level.ERROR, Level.WARNING, Level.OK)
    ]
    return render_template(
        "imports/run.html",
        run=run,
        spec=spec,
        is_applied=run.state is RunState.APPLIED,
        missing=spec.missing(frozenset(run.mapping)),
        groups=[(level.value, rows[:_SHOWN], len(rows)) for level, rows in groups if rows],
        counts=run.outcome or services.count_acts(checked),
        waiting=sum(row.waits for row in checked),
        ready=sum(row.act in (Act.ADD, Act.UPDATE) for row in checked),
        columns=columns_form(spec, run),
        level_words=_level_words(),
        list_url=_list_url(spec),
    )


@bp.post("/imports/runs/<uuid:run_id>/columns")
@requires(*_MANAGERS)
def choose_columns(run_id: UUID) -> ResponseReturnValue:
    """Correct which column is which."""
    run = queries.get_run(run_id, current_actor())
    form = columns_form(get_spec(run.kind), run)
    if form.validate():
        with transaction():
            services.choose_columns(run.id, chosen_columns(form))
    return redirect(url_for(".show", run_id=run.public_id))


@bp.post("/imports/runs/<uuid:run_id>/apply")
@requires(*_MANAGERS)
def apply(run_id: UUID) -> ResponseReturnValue:
    """Load every row that may be loaded, all or none of them."""
    run = queries.get_run(run_id, current_actor())
    with transaction():
        run = services.load_run(
            run.id,
            _answers(),
            actor=current_actor(),
            account_id=current_actor().account_id,
            now=utcnow(),
        )
    if run.state is RunState.APPLIED:
        flash(_("The table is loaded."), "success")
    return redirect(url_for(".show", run_id=run.public_id))


def _answers() -> dict[int, str]:
    """Answers to questions by line: fields «answer-17»."""
    return {
        int(name.removeprefix("answer-")): value[:40]
        for name, value in request.form.items()
        if name.startswith("answer-") and name.removeprefix("answer-").isdecimal()
    }


@bp.post("/imports/runs/<uuid:run_id>/discard")
@requires(*_MANAGERS)
def discard(run_id: UUID) -> ResponseReturnValue:
    """Forget the uploaded table; what was loaded from it stays."""
    run = queries.get_run(run_id, current_actor())
    with transaction():
        services.discard_run(run.id)
    flash(_("The uploaded table is deleted. What was loaded before stays."), "success")
    return redirect(url_for(".new", kind=run.kind))


@bp.get("/imports/runs/<uuid:run_id>/report.xlsx")
@requires(*_MANAGERS)
def report(run_id: UUID) -> ResponseReturnValue:
    """The rows with what was found, to be corrected and uploaded again."""
    run = queries.get_run(run_id, current_actor())
    checked: Sequence[Checked] = services.check_run(run, utcnow())
    file = workbook.verdicts(run, checked, _level_words())
    name = _("check") + f"-{local_date(utcnow(), run.cluster.time_zone).isoformat()}"
    return attachment(file, name)


def _level_words() -> dict[Level, str]:
    return {Level.OK: _("in order"), Level.WARNING: _("remark"), Level.ERROR: _("error")}
