"""The blueprint of the seminar and what its views share."""

from datetime import date

from flask import Blueprint
from flask_login import current_user

from app.accounts.models import Person
from app.accounts.queries import catalogue_name
from app.clock import local_date, utcnow
from app.permissions import Actor
from seminars.calendar import place_of
from seminars.services.moves import By
from seminars.services.transitions import Mover

bp = Blueprint(
    "seminars", __name__, template_folder="../templates", static_folder=None, url_prefix="/seminar"
)
bp.add_app_template_filter(place_of, "session_place")
bp.add_app_template_filter(lambda code: catalogue_name("event_form", code), "event_form")


def current_person() -> Person:
    person: Person = current_user.person
    return person


def time_zone() -> str:
    return current_person().cluster.time_zone


def today() -> date:
    return local_date(utcnow(), time_zone())


def as_person(actor: Actor) -> By:
    return By(Mover.PERSON, actor.person_id)


def as_organiser(actor: Actor) -> By:
    return By(Mover.ORGANISER, actor.person_id)
