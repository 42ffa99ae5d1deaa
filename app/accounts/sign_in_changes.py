"""What others did to a person's way in, as the person is told of it."""

from datetime import datetime, timedelta

from flask import Flask, flash
from flask_babel import gettext as _
from flask_login import user_logged_in

from app.accounts import queries
from app.accounts.models import Account, AuditEntry, Person
from app.accounts.roles import ROLE_NAMES
from app.clock import utcnow
from app.formats import datetime_long, full_name
from app.permissions import Role

TOLD_FOR = timedelta(days=30)
"""At every sign-in of these days: whoever else got in cannot read the notice away."""


def register(flask_app: Flask) -> None:
    user_logged_in.connect(_tell, flask_app)


def who(role: str | None, person: Person | None) -> str:
    """Role and name of whoever did it."""
    if person is None:
        return str(_("the administrator of the server"))
    name = full_name(person)
    return f"{ROLE_NAMES[Role(role)]} {name}" if role else name


def recent_changes(person_id: int, now: datetime) -> list[str]:
    """The changes of the last days in words, the latest first."""
    return [
        _in_words(entry, actor)
        for entry, actor in queries.list_sign_in_changes(person_id, since=now - TOLD_FOR)
    ]


def _in_words(entry: AuditEntry, actor: Person | None) -> str:
    told = {"moment": datetime_long(entry.at), "who": who(entry.details.get("by_role"), actor)}
    if entry.action == "sign_in_address_changed":
        words = _("The address for signing in was changed on %(moment)s. Who did it: %(who)s.", **told)
    else:
        words = _("A slip for a new password was printed on %(moment)s. Who did it: %(who)s.", **told)
    return str(words)


def _tell(_flask_app: Flask, user: Account, **_more: object) -> None:
    for words in recent_changes(user.person_id, utcnow()):
        flash(words, "warning")
