"""The coordinator's pages: plan, describe, move, publish and cancel a session; its programme."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts import services as accounts
from app.accounts.models import Organisation
from app.accounts.queries import catalogue, list_organisations
from app.clock import local_date, utcnow
from app.db import transaction
from app.permissions import Permission, current_actor, requires
from app.text import clean_text
from seminars import policies, queries
from seminars.forms import (
    CallOffForm,
    DetailsForm,
    PlannedSessionForm,
    SlotForm,
    WhenForm,
    details_shown,
    slot_shown,
    when_shown,
)
from seminars.models import SeminarSession
from seminars.services import sessions
from seminars.views.blueprint import as_organiser, bp, time_zone, today


def _own_session(public_id: UUID) -> SeminarSession:
    actor = current_actor()
    session = queries.get_session(public_id, actor)
    policies.ensure_can_plan(actor, session)
    return session


def _offer_people(form: DetailsForm, cluster_id: int) -> None:
    names = queries.competence_names()
    form.offer_people(queries.list_possible_hosts(cluster_id), names.items(), time_zone())


@bp.route("/sessions/new", methods=["GET", "POST"])
@requires(Permission.SEMINAR_MANAGE)
def new() -> ResponseReturnValue:
    """Plan a session; the address may say for whom and on what, as the results of diagnostics do."""
    actor = current_actor()
    cluster_id = min(actor.whole_clusters(Permission.SEMINAR_MANAGE))
    places = list_organisations([cluster_id])
    form = PlannedSessionForm(data=_asked_for(places))
    _offer_people(form, cluster_id)
    form.offer_places(places, time_zone(), today())
    if not form.validate_on_submit():
        return render_template("seminars/new.html", form=form), 422 if form.errors else 200
    with transaction():
        series = queries.list_series([cluster_id])
        parent = (
            series[-1]
            if series
            else sessions.create_series(cluster_id, _("Permanent practice-oriented seminar"))
        )
        session = sessions.plan_session(parent, form.as_details(), form.as_when())
    flash(_("The draft is saved. Look it through and publish it."), "success")
    return redirect(url_for(".session", public_id=session.public_id), 303)


def _asked_for(places: Sequence[Organisation]) -> dict[str, object]:
    arguments = {name: clean_text(value)[:200] for name, value in request.args.items()}
    return {
        "title": arguments.get("topic"),
        "competences": [arguments["competence"]] if arguments.get("competence") else [],
        "subjects": [arguments["subject"]] if arguments.get("subject") else [],
        "organisation": next(
            (str(place.public_id) for place in places if place.short_name == arguments.get("school")), None
        ),
        "summary": _audience(arguments),
        "form": arguments.get("form", "masterclass"),
        "level": "municipal",
        "capacity": 20,
    }


def _audience(arguments: Mapping[str, str]) -> str | None:
    """Whom the session is for, where only its description can say so."""
    names = {
        kind: entry.name
        for kind in ("position", "category", "service_band")
        for entry in catalogue(kind)
        if entry.code == arguments.get(kind)
    }
    if name := names.get("position"):
        return str(_("First of all for: position — %(name)s.", name=name))
    if name := names.get("category"):
        return str(_("First of all for: qualification category — %(name)s.", name=name))
    if name := names.get("service_band"):
        return str(_("First of all for: length of service — %(name)s.", name=name))
    return None


@bp.route("/sessions/<uuid:public_id>/edit", methods=["GET", "POST"])
@requires(Permission.SEMINAR_MANAGE)
def edit(public_id: UUID) -> ResponseReturnValue:
    """What the session is about; its time and place are changed by moving it."""
    session = _own_session(public_id)
    form = DetailsForm(data=details_shown(session, time_zone()))
    _offer_people(form, session.cluster_id)
    if not form.validate_on_submit():
        page = render_template("seminars/edit.html", form=form, session=session)
        return page, 422 if form.errors else 200
    with transaction():
        sessions.describe_session(session.id, form.as_details(), now=utcnow())
    flash(_("The session is saved."), "success")
    return redirect(url_for(".session", public_id=public_id), 303)


@bp.route("/sessions/<uuid:public_id>/move", methods=["GET", "POST"])
@requires(Permission.SEMINAR_MANAGE)
def move(public_id: UUID) -> ResponseReturnValue:
    """Another time or place; the page says beforehand whom it will write to."""
    session = _own_session(public_id)
    form = WhenForm(data=when_shown(session, time_zone()))
    form.offer_places(list_organisations([session.cluster_id]), time_zone(), today())
    if not form.validate_on_submit():
        page = render_template(
            "seminars/move.html", form=form, session=session, counts=queries.count_places(session.id)
        )
        return page, 422 if form.errors else 200
    with transaction():
        is_moved = sessions.reschedule(session.id, form.as_when(), now=utcnow())
    flash(_("The session is moved.") if is_moved else _("Nothing has changed."), "success")
    return redirect(url_for(".session", public_id=public_id), 303)


@bp.post("/sessions/<uuid:public_id>/publish")
@requires(Permission.SEMINAR_MANAGE)
def publish(public_id: UUID) -> ResponseReturnValue:
    """Open the session to its audience."""
    session = _own_session(public_id)
    with transaction():
        sessions.publish_session(session.id, now=utcnow())
    flash(_("The session is published."), "success")
    return redirect(url_for(".session", public_id=public_id), 303)


@bp.route("/sessions/<uuid:public_id>/call-off", methods=["GET", "POST"])
@requires(Permission.SEMINAR_MANAGE)
def call_off(public_id: UUID) -> ResponseReturnValue:
    """Cancel the session; the page says beforehand whom it will write to."""
    session = _own_session(public_id)
    form = CallOffForm()
    if not form.validate_on_submit():
        page = render_template(
            "seminars/call_off.html", form=form, session=session, counts=queries.count_places(session.id)
        )
        return page, 422 if form.errors else 200
    actor = current_actor()
    with transaction():
        told = sessions.cancel_session(session.id, form.reason.data, by=as_organiser(actor), now=utcnow())
        accounts.record(
            "session_cancelled",
            actor=actor,
            cluster_id=session.cluster_id,
            object_kind="seminar_session",
            object_id=session.id,
            registrations=told,
        )
    flash(
        ngettext(
            "The session is cancelled; %(num)d person will get a letter.",
            "The session is cancelled; %(num)d people will get a letter.",
            told,
        ),
        "success",
    )
    return redirect(url_for(".session", public_id=public_id), 303)


@bp.route("/sessions/<uuid:public_id>/programme", methods=["GET", "POST"])
@bp.route("/sessions/<uuid:public_id>/programme/<uuid:slot_id>", methods=["GET", "POST"])
@requires(Permission.SEMINAR_MANAGE)
def programme(public_id: UUID, slot_id: UUID | None = None) -> ResponseReturnValue:
    """The lines of the programme: one form adds a line, or changes the one chosen."""
    session = _own_session(public_id)
    zone = time_zone()
    chosen = queries.get_slot(session.id, slot_id) if slot_id is not None else None
    form = SlotForm(data=slot_shown(chosen, zone) if chosen else {"form": session.form})
    form.offer_people(
        queries.list_possible_hosts(session.cluster_id), local_date(session.starts_at, zone), zone
    )
    if not form.validate_on_submit():
        page = render_template("seminars/programme.html", form=form, session=session, chosen=chosen)
        return page, 422 if form.errors else 200
    with transaction():
        sessions.set_slot(session.id, form.as_slot(), slot_id=slot_id)
    return redirect(url_for(".programme", public_id=public_id), 303)


@bp.post("/sessions/<uuid:public_id>/programme/<uuid:slot_id>/remove")
@requires(Permission.SEMINAR_MANAGE)
def remove_slot(public_id: UUID, slot_id: UUID) -> ResponseReturnValue:
    """Take a line out of the programme."""
    session = _own_session(public_id)
    with transaction():
        sessions.remove_slot(session.id, slot_id)
    return redirect(url_for(".programme", public_id=public_id), 303)
