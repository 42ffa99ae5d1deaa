"""Words for the seminar's states and causes, in one place for pages, tables and letters."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from seminars.models import AttendanceMark, Place, SeminarSession, SessionState
from seminars.services.transitions import Cause

STATES: dict[SessionState, Any] = {
    SessionState.DRAFT: _("draft"),
    SessionState.PUBLISHED: _("is published"),
    SessionState.CLOSED: _("closed"),
    SessionState.CANCELLED: _("cancelled"),
}

HELD = _("held")


def state_words(session: SeminarSession, now: datetime) -> Any:
    """The state as people name it: a published session whose time is over has been held."""
    is_over = session.state is SessionState.PUBLISHED and session.ends_at <= now
    return HELD if is_over else STATES[session.state]


PLACES: dict[Place, Any] = {
    Place.CONFIRMED: _("has a place"),
    Place.OFFERED: _("a place is offered"),
    Place.QUEUED: _("in the queue"),
    Place.LEFT: _("has no place any more"),
}
MARKS: dict[AttendanceMark, Any] = {
    AttendanceMark.PRESENT: _("here"),
    AttendanceMark.ABSENT: _("absent"),
}

CAUSES: dict[str, Any] = {
    Cause.REGISTERED: _("got a place on registering"),
    Cause.QUEUED: _("joined the queue"),
    Cause.PROMOTED: _("got a place from the queue"),
    Cause.OFFERED: _("was offered a place"),
    Cause.ACCEPTED: _("accepted the place"),
    Cause.DECLINED: _("declined the place"),
    Cause.OFFER_EXPIRED: _("did not answer the offer in time"),
    Cause.CANCELLED: _("cancelled the registration"),
    Cause.REMOVED: _("was taken off the list"),
    Cause.PLACED: _("was given a place by hand"),
    Cause.WALKED_IN: _("came without a registration"),
    Cause.SESSION_CANCELLED: _("the session was cancelled"),
    Cause.PERSON_LEFT: _("works in the cluster no longer"),
}
