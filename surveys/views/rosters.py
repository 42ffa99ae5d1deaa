"""Whom a diagnostic invites: chosen by school, position and subject, or from a list."""

from collections import Counter
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.exports import people_table
from app.accounts.queries import catalogue, list_schools
from app.db import transaction
from app.errors import NotFound
from app.imports.reading import read_grids
from app.permissions import Permission, current_actor, requires
from app.spreadsheets import attachment
from app.text import clean_text, whole_number
from surveys import policies
from surveys.forms import RosterImportForm
from surveys.models import Diagnostic, Wave, WaveState
from surveys.queries import diagnostics as queries
from surveys.queries import rosters
from surveys.services import diagnostics, waves
from surveys.views.diagnostics import managed_diagnostic, today_of

bp = Blueprint(
    "rosters", __name__, url_prefix="/diagnostics/<uuid:public_id>/people", template_folder="../templates"
)


@bp.get("")
@requires(Permission.DIAGNOSTIC_MANAGE)
def show(public_id: UUID) -> ResponseReturnValue:
    """Who is in the list. Nothing here tells who has answered."""
    diagnostic = managed_diagnostic(public_id)
    search = clean_text(request.args.get("q", ""))[:100]
    page = rosters.page_of_roster(
        diagnostic.id, search=search, number=request.args.get("page", 1, type=whole_number)
    )
    ids = [person.id for person in page.items]
    present = _open_wave(diagnostic)
    return render_template(
        "surveys/diagnostics/roster.html",
        diagnostic=diagnostic,
        page=page,
        search=search,
        reach=rosters.reach_of(diagnostic.id, None, on=today_of(diagnostic)),
        invited=rosters.assignments_by_person(present.id, ids) if present else {},
        ever_invited=rosters.ids_ever_invited(diagnostic.id),
    )


@bp.get("/export.xlsx")
@requires(Permission.DIAGNOSTIC_MANAGE)
def export(public_id: UUID) -> ResponseReturnValue:
    """The list as a table."""
    diagnostic = managed_diagnostic(public_id)
    search = clean_text(request.args.get("q", ""))[:100]
    table = people_table(rosters.list_roster(diagnostic.id, search=search), {})
    return attachment(table, _("participants") + f"-{today_of(diagnostic).isoformat()}")


@bp.route("/choose", methods=["GET", "POST"])
@requires(Permission.DIAGNOSTIC_MANAGE)
def choose(public_id: UUID) -> ResponseReturnValue:
    """Teachers by school, position and subject, with their number before they are added."""
    diagnostic = managed_diagnostic(public_id)
    today = today_of(diagnostic)
    source = request.form if request.method == "POST" else request.args
    wanted = rosters.RosterFilter(
        schools=frozenset(_uuids(source.getlist("school"))),
        positions=frozenset(map(clean_text, source.getlist("position"))),
        subjects=frozenset(map(clean_text, source.getlist("subject"))),
    )
    found = rosters.find_candidates(diagnostic.cluster_id, wanted, diagnostic_id=diagnostic.id, on=today)
    if request.method == "POST":
        with transaction():
            added = diagnostics.add_to_roster(diagnostic.id, found.new_ids)
        _tell_added(added)
        return redirect(_after_adding(diagnostic), 303)
    by_school = Counter(p.organisation.short_name if p.organisation else "" for p in found.people)
    return render_template(
        "surveys/diagnostics/choose.html",
        diagnostic=diagnostic,
        wanted=wanted,
        found=found,
        by_school_rows=[(school or _("no school"), count) for school, count in sorted(by_school.items())],
        reach=rosters.reach_of_people(found.people),
        schools=list_schools([diagnostic.cluster_id], on=today),
        positions=catalogue("position", today),
        subjects=catalogue("subject", today),
        roster=queries.count_roster(diagnostic.id),
    )


@bp.route("/paste", methods=["GET", "POST"])
@requires(Permission.DIAGNOSTIC_MANAGE)
def paste(public_id: UUID) -> ResponseReturnValue:
    """People from a pasted list or a file: a verdict for each line first, then they are added."""
    diagnostic = managed_diagnostic(public_id)
    form = RosterImportForm()
    matched: list[diagnostics.Line] = []
    if form.validate_on_submit():
        today = today_of(diagnostic)
        people = rosters.list_everybody(diagnostic.cluster_id, on=today)
        listed = {person.id for person in rosters.list_roster(diagnostic.id)}
        matched = diagnostics.match_lines(
            _lines(form), people, schools=list_schools([diagnostic.cluster_id], on=today), listed=listed
        )
        new = _accepted(matched, set(request.form.getlist("also")))
        if request.form.get("act") == "add":
            with transaction():
                added = diagnostics.add_to_roster(diagnostic.id, new)
            _tell_added(added)
            return redirect(_after_adding(diagnostic), 303)
    page = render_template(
        "surveys/diagnostics/paste.html",
        diagnostic=diagnostic,
        form=form,
        lines=matched,
        verdicts=Counter(line.verdict.value for line in matched),
        text="\n".join(line.text for line in matched),
    )
    return page, 422 if form.is_submitted() and not matched else 200


@bp.post("/<uuid:person_id>/remove")
@requires(Permission.DIAGNOSTIC_MANAGE)
def remove(public_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Take out somebody who was not invited yet."""
    diagnostic = managed_diagnostic(public_id)
    found = rosters.find_person_id(person_id, diagnostic.cluster_id)
    if found is None:
        raise NotFound
    with transaction():
        removed = diagnostics.remove_from_roster(diagnostic.id, found)
    if removed:
        flash(_("The person is taken out of the list."), "success")
    else:
        flash(_("This person has been invited already and stays in the list."), "warning")
    return redirect(url_for(".show", public_id=public_id), 303)


@bp.post("/links/<uuid:assignment_id>")
@requires(Permission.DIAGNOSTIC_MANAGE)
def new_link(public_id: UUID, assignment_id: UUID) -> ResponseReturnValue:
    """A new personal link by a new letter; whether the person has answered is not told."""
    assignment = queries.get_assignment(assignment_id, current_actor())
    policies.ensure_manages(current_actor(), assignment.wave.diagnostic)
    with transaction():
        waves.reissue_link(assignment.id, actor=current_actor())
    flash(
        _("The former link no longer works. If answers are still awaited, a letter with a new one follows."),
        "success",
    )
    return redirect(url_for(".show", public_id=public_id), 303)


def _accepted(matched: list[diagnostics.Line], also: set[str]) -> list[int]:
    """People found without doubt, and those of another school than their line says whom the reader ticked."""
    return [
        line.person.id
        for line in matched
        if line.person is not None
        and (
            line.verdict is diagnostics.Verdict.FOUND
            or (line.verdict is diagnostics.Verdict.NAMED_ELSEWHERE and str(line.person.public_id) in also)
        )
    ]


def _lines(form: RosterImportForm) -> list[str]:
    """Lines of the text; rows of the file's first sheet after them."""
    lines = clean_text(form.text.data or "").split("\n")
    content = form.file.data.read() if form.file.data else b""
    if content:
        rows = read_grids(content)[0]
        lines += [clean_text("; ".join(cell for cell in row.cells if cell)) for row in rows]
    return lines[: diagnostics.MOST_LINES]


def _uuids(values: list[str]) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            raise NotFound from None
    return found


def _open_wave(diagnostic: Diagnostic) -> Wave | None:
    return next((wave for wave in diagnostic.waves if wave.state is WaveState.OPEN), None)


def _after_adding(diagnostic: Diagnostic) -> str:
    """On to the wave that is waiting for its people."""
    pending = [w for w in diagnostic.waves if w.state in (WaveState.PREPARATION, WaveState.OPEN)]
    if pending:
        return url_for("diagnostics.wave", public_id=pending[-1].public_id)
    return url_for(".show", public_id=diagnostic.public_id)


def _tell_added(added: int) -> None:
    if added:
        flash(ngettext("%(num)d person is added.", "%(num)d people are added.", added), "success")
    else:
        flash(_("Everybody found was in the list before."), "info")
