"""The host's pages: who is registered and who waits, places, attendance, the sheet to sign."""

import uuid
from datetime import datetime
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.clock import local_date, utcnow
from app.db import transaction
from app.errors import InvalidInput
from app.permissions import Permission, current_actor, requires
from app.spreadsheets import attachment
from app.text import clean_text, sort_key
from seminars import policies, queries
from seminars.exports import participants_table
from seminars.forms import CapacityForm
from seminars.models import AttendanceMark, SeminarSession
from seminars.places import explain
from seminars.services import attendance, registrations
from seminars.views.blueprint import as_organiser, bp, time_zone
from seminars.words import CAUSES


def _run_session(public_id: UUID) -> SeminarSession:
    actor = current_actor()
    session = queries.get_session(public_id, actor)
    policies.ensure_can_run(actor, session)
    return session


def _marked_session(public_id: UUID) -> SeminarSession:
    actor = current_actor()
    session = queries.get_session(public_id, actor)
    policies.ensure_can_mark(actor, session)
    return session


def _search() -> str:
    return clean_text(request.args.get("q", ""))[:100].strip()


@bp.get("/sessions/<uuid:public_id>/people")
@requires(Permission.SEMINAR_VIEW)
def people(public_id: UUID) -> ResponseReturnValue:
    """Who has a place, who waits, what happened; people may be added by name."""
    session, now, search = _run_session(public_id), utcnow(), _search()
    return _people_page(session, CapacityForm(data={"capacity": session.capacity}), now, search)


def _people_page(session: SeminarSession, form: CapacityForm, now: datetime, search: str = "") -> str:
    counts = queries.count_places(session.id)
    return render_template(
        "seminars/people.html",
        session=session,
        holding=queries.list_holding(session.id),
        queue=queries.list_queue(session.id),
        counts=counts,
        explained=explain(session, counts, session.capacity, now),
        form=form,
        search=search,
        candidates=queries.list_candidates(session, sort_key(search).split()) if search else [],
        log=queries.list_log(session.id),
        causes=CAUSES,
        is_upcoming=now < session.starts_at,
    )


@bp.post("/sessions/<uuid:public_id>/capacity")
@requires(Permission.SEMINAR_VIEW)
def change_capacity(public_id: UUID) -> ResponseReturnValue:
    """Another number of places; those who wait get the new ones."""
    session = _run_session(public_id)
    form = CapacityForm()
    if not form.validate():
        return _people_page(session, form, utcnow()), 422
    with transaction():
        registrations.change_capacity(session.id, form.capacity.data, now=utcnow())
    flash(_("The number of places is changed."), "success")
    return redirect(url_for(".people", public_id=public_id), 303)


@bp.post("/sessions/<uuid:public_id>/people/<uuid:person_id>/add")
@requires(Permission.SEMINAR_VIEW)
def add_person(public_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Register somebody who asked by telephone."""
    session, actor = _run_session(public_id), current_actor()
    person = queries.get_candidate(session, person_id)
    with transaction():
        registrations.register(session.id, person.id, by=as_organiser(actor), now=utcnow())
    return redirect(url_for(".people", public_id=public_id), 303)


@bp.post("/sessions/<uuid:public_id>/people/<uuid:person_id>/place")
@requires(Permission.SEMINAR_VIEW)
def give_place(public_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Give somebody of the queue a free place, out of turn."""
    session, actor = _run_session(public_id), current_actor()
    registration = queries.get_active_of(session.id, person_id)
    with transaction():
        registrations.place_by_hand(session.id, registration.person_id, by=as_organiser(actor), now=utcnow())
    return redirect(url_for(".people", public_id=public_id), 303)


@bp.post("/sessions/<uuid:public_id>/people/<uuid:person_id>/remove")
@requires(Permission.SEMINAR_VIEW)
def remove_person(public_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Take somebody off the list; the queue moves up. A second click takes nobody else."""
    session, actor = _run_session(public_id), current_actor()
    person = queries.get_registered(session.id, person_id)
    with transaction():
        registrations.cancel(session.id, person.id, by=as_organiser(actor), now=utcnow())
    return redirect(url_for(".people", public_id=public_id), 303)


@bp.get("/sessions/<uuid:public_id>/attendance")
@requires(Permission.SEMINAR_VIEW)
def attendance_list(public_id: UUID) -> ResponseReturnValue:
    """The list to mark, found by the first letters of a name; whoever came without a registration below."""
    session, now, search = _marked_session(public_id), utcnow(), _search()
    holding = queries.list_holding(session.id)
    marks = queries.attendance_marks(session.id)
    prefix = sort_key(search)
    return render_template(
        "seminars/attendance.html",
        session=session,
        rows=[row for row in holding if row.person.sort_key.startswith(prefix)],
        marks=marks,
        n_holding=len(holding),
        n_present=sum(marks.get(row.person_id) is AttendanceMark.PRESENT for row in holding),
        search=search,
        candidates=queries.list_candidates(session, prefix.split()) if search else [],
        is_open=attendance.is_open(session, now),
        can_close=policies.can_run(current_actor(), session) and now >= session.ends_at,
        new_nonce=uuid.uuid4,
    )


@bp.get("/sessions/<uuid:public_id>/participants.xlsx")
@requires(Permission.SEMINAR_VIEW)
def participants(public_id: UUID) -> ResponseReturnValue:
    """Who has a place and who came, as searched; whoever runs the session has the queue below."""
    session, prefix = _marked_session(public_id), sort_key(_search())
    rows = queries.list_holding(session.id)
    if policies.can_run(current_actor(), session):
        rows += queries.list_queue(session.id)
    rows = [row for row in rows if row.person.sort_key.startswith(prefix)]
    file = participants_table(rows, queries.attendance_marks(session.id), time_zone())
    return attachment(file, _("participants") + f"-{local_date(session.starts_at, time_zone()).isoformat()}")


@bp.post("/sessions/<uuid:public_id>/attendance/<uuid:person_id>")
@requires(Permission.SEMINAR_VIEW)
def mark(public_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Mark somebody present or absent; the latest mark counts."""
    session, actor = _marked_session(public_id), current_actor()
    registration = queries.get_active_of(session.id, person_id)
    value, nonce = _mark(), _nonce()
    with transaction():
        attendance.mark_attendance(
            session.id, registration.person_id, value, nonce=nonce, by=as_organiser(actor), now=utcnow()
        )
    search = clean_text(request.form.get("q", ""))[:100] or None
    return _back_to_attendance(public_id, person_id, search)


@bp.post("/sessions/<uuid:public_id>/attendance/<uuid:person_id>/walk-in")
@requires(Permission.SEMINAR_VIEW)
def admit(public_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Let somebody in who came without a registration."""
    session, actor, nonce = _marked_session(public_id), current_actor(), _nonce()
    person = queries.get_candidate(session, person_id)
    with transaction():
        is_added = attendance.admit_walk_in(
            session.id, person.id, nonce=nonce, by=as_organiser(actor), now=utcnow()
        )
    if is_added:
        flash(_("All places were taken, so one was added."), "success")
    return _back_to_attendance(public_id, person_id)


def _mark() -> AttendanceMark:
    try:
        return AttendanceMark(request.form.get("mark", ""))
    except ValueError:
        raise InvalidInput from None


def _nonce() -> UUID:
    try:
        return UUID(request.form.get("nonce", ""))
    except ValueError:
        raise InvalidInput from None


def _back_to_attendance(public_id: UUID, person_id: UUID, search: str | None = None) -> ResponseReturnValue:
    """To the line of the person: on a telephone the list is longer than the screen."""
    page = url_for(".attendance_list", public_id=public_id, q=search, _anchor=f"p-{person_id}")
    return redirect(page, 303)


@bp.post("/sessions/<uuid:public_id>/close")
@requires(Permission.SEMINAR_VIEW)
def close(public_id: UUID) -> ResponseReturnValue:
    """Fix who was there."""
    session = _run_session(public_id)
    with transaction():
        attendance.close_session(session.id, now=utcnow())
    flash(_("Attendance is closed. Everybody registered sees their outcome."), "success")
    return redirect(url_for(".attendance_list", public_id=public_id), 303)


@bp.post("/sessions/<uuid:public_id>/reopen")
@requires(Permission.SEMINAR_VIEW)
def reopen(public_id: UUID) -> ResponseReturnValue:
    """Take the closing back to correct a mark."""
    session = _run_session(public_id)
    with transaction():
        attendance.reopen_session(session.id)
    flash(_("Attendance is open again."), "success")
    return redirect(url_for(".attendance_list", public_id=public_id), 303)


@bp.get("/sessions/<uuid:public_id>/sign-sheet")
@requires(Permission.SEMINAR_VIEW)
def sign_sheet(public_id: UUID) -> ResponseReturnValue:
    """A sheet to print and sign."""
    session = _marked_session(public_id)
    return render_template("seminars/sign_sheet.html", session=session, rows=queries.list_holding(session.id))
