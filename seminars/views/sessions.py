"""The quarter's sessions and one session's page."""

from dataclasses import replace
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.queries import catalogue
from app.clock import utcnow
from app.permissions import Permission, current_actor, requires
from app.spreadsheets import attachment
from app.text import clean_text
from seminars import policies, queries
from seminars.exports import sessions_table
from seminars.places import explain
from seminars.quarters import Quarter
from seminars.queries import SessionFilter
from seminars.session_sections import sections_of
from seminars.views.blueprint import bp, current_person, time_zone, today
from seminars.words import state_words


@bp.get("")
@requires(Permission.SEMINAR_VIEW)
def index() -> ResponseReturnValue:
    """The sessions of a quarter, with what I may do about each."""
    actor, now = current_actor(), utcnow()
    quarter, wanted = _asked()
    sessions = queries.list_sessions(actor, wanted)
    planned = sorted(actor.whole_clusters(Permission.SEMINAR_MANAGE))
    return render_template(
        "seminars/index.html",
        sessions=sessions,
        standings=queries.standings(actor.person_id, sessions, now),
        quarter=quarter,
        is_this_quarter=quarter == Quarter.of(today()),
        wanted=wanted,
        state_words=state_words,
        is_narrowed=wanted != replace(_of(quarter)),
        forms=[(entry.code, entry.name) for entry in catalogue("event_form")],
        subjects=[(entry.code, entry.name) for entry in catalogue("subject")],
        competences=queries.competence_names(),
        wishes=[wish for cluster_id in planned for wish in queries.count_wishes(cluster_id)],
        can_plan=bool(planned),
        may_register=actor.may(Permission.SEMINAR_REGISTER),
        now=now,
    )


@bp.get("/sessions.xlsx")
@requires(Permission.SEMINAR_VIEW)
def export() -> ResponseReturnValue:
    """The same list as a spreadsheet."""
    quarter, wanted = _asked()
    sessions = queries.list_sessions(current_actor(), wanted)
    return attachment(sessions_table(sessions, time_zone()), _("sessions") + f"-{quarter}")


def _asked() -> tuple[Quarter, SessionFilter]:
    """The quarter and the filter in the address; what cannot be read is as if it were not there."""
    arguments = request.args
    quarter = Quarter.parse(arguments.get("quarter", "")) or Quarter.of(today())
    show, person_id = arguments.get("show"), current_person().id
    return quarter, replace(
        _of(quarter),
        search=clean_text(arguments.get("q", ""))[:100].strip(),
        subject=clean_text(arguments.get("subject", "")),
        form=clean_text(arguments.get("form", "")),
        competence=clean_text(arguments.get("competence", "")),
        only_free=show == "free",
        only_of_person=person_id if show == "mine" else None,
        only_hosted_by=person_id if show == "hosted" else None,
    )


def _of(quarter: Quarter) -> SessionFilter:
    starts_from, starts_before = quarter.bounds(time_zone())
    return SessionFilter(starts_from=starts_from, starts_before=starts_before)


@bp.get("/sessions/<uuid:public_id>")
@requires(Permission.SEMINAR_VIEW)
def session(public_id: UUID) -> ResponseReturnValue:
    """Everything about a session, and one button."""
    actor, now = current_actor(), utcnow()
    found = queries.get_session(public_id, actor)
    counts = queries.count_places(found.id)
    competences = queries.competence_names()
    can_run = policies.can_run(actor, found)
    return render_template(
        "seminars/session.html",
        session=found,
        standing=queries.standings(actor.person_id, [found], now)[found.id],
        counts=counts,
        state_words=state_words(found, now),
        explained=explain(found, counts, found.capacity, now),
        competences=[competences.get(code, code) for code in found.competences],
        subjects=[entry.name for entry in catalogue("subject") if entry.code in found.subjects],
        sections=sections_of(found, actor, now),
        can_plan=policies.can_plan(actor, found.cluster_id),
        can_run=can_run,
        can_mark=policies.can_mark(actor, found),
        may_register=actor.may(Permission.SEMINAR_REGISTER, cluster_id=found.cluster_id),
        now=now,
    )
