"""What a person does about their own place: register, leave, answer an offer, wish for a session."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.appearance import local_path
from app.clock import utcnow
from app.db import transaction
from app.errors import InvalidInput
from app.permissions import Permission, current_actor, requires
from seminars import queries
from seminars.models import Place
from seminars.services import registrations, wishes
from seminars.views.blueprint import as_person, bp, current_person


@bp.post("/sessions/<uuid:public_id>/register")
@requires(Permission.SEMINAR_REGISTER)
def register(public_id: UUID) -> ResponseReturnValue:
    """Take a place, or the next turn in the queue."""
    actor = current_actor()
    session_id = queries.find_session_id(public_id, actor)
    with transaction():
        registration = registrations.register(session_id, actor.person_id, by=as_person(actor), now=utcnow())
    if registration.place is Place.QUEUED:
        flash(_("You are in the queue. When a place falls free, you will get a letter."), "success")
    else:
        flash(_("You are registered. A day before the session a reminder will come."), "success")
    return _back(public_id)


@bp.post("/sessions/<uuid:public_id>/leave")
@requires(Permission.SEMINAR_REGISTER)
def leave(public_id: UUID) -> ResponseReturnValue:
    """Give up the place or the turn."""
    actor = current_actor()
    session_id = queries.find_session_id(public_id, actor)
    with transaction():
        registrations.cancel(session_id, actor.person_id, by=as_person(actor), now=utcnow())
    flash(_("Your registration is cancelled. You can register again while there are places."), "success")
    return _back(public_id)


@bp.post("/sessions/<uuid:public_id>/accept")
@requires(Permission.SEMINAR_REGISTER)
def accept(public_id: UUID) -> ResponseReturnValue:
    """Take the offered place."""
    actor = current_actor()
    session_id = queries.find_session_id(public_id, actor)
    with transaction():
        registrations.accept_offer(session_id, actor.person_id, by=as_person(actor), now=utcnow())
    flash(_("The place is yours."), "success")
    return _back(public_id)


@bp.post("/sessions/<uuid:public_id>/decline")
@requires(Permission.SEMINAR_REGISTER)
def decline(public_id: UUID) -> ResponseReturnValue:
    """Leave the offered place to the next."""
    actor = current_actor()
    session_id = queries.find_session_id(public_id, actor)
    with transaction():
        registrations.decline_offer(session_id, actor.person_id, by=as_person(actor), now=utcnow())
    flash(_("Thank you for the answer. The place goes to the next person in the queue."), "success")
    return _back(public_id)


def _back(public_id: UUID) -> ResponseReturnValue:
    if "next" in request.form:
        return redirect(local_path(request.form["next"]), 303)
    return redirect(url_for(".session", public_id=public_id), 303)


@bp.post("/wishes")
@requires(Permission.SEMINAR_REGISTER)
def wish() -> ResponseReturnValue:
    """«Нужно такое занятие», or taking that back."""
    competence = request.form.get("competence", "")
    if competence not in queries.competence_names():
        raise InvalidInput
    person = current_person()
    with transaction():
        if request.form.get("withdraw"):
            wishes.withdraw_wish(person, competence)
        else:
            wishes.wish_for_session(person, competence, now=utcnow())
    if request.form.get("withdraw"):
        flash(_("Your wish is taken back."), "success")
    else:
        flash(_("The wish is counted: the coordinator sees how many people wait for this topic."), "success")
    return redirect(local_path(request.form.get("next", url_for(".index"))), 303)
