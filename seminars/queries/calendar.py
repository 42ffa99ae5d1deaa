"""What stands in a person's calendar."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.db import db
from seminars.links import calendar_token, hash_of
from seminars.models import (
    CalendarFeed,
    LeftReason,
    Place,
    Registration,
    SeminarSession,
    SessionHost,
    SessionState,
)


def find_feed(link_hash: bytes) -> CalendarFeed | None:
    return db.session.scalar(select(CalendarFeed).where(CalendarFeed.link_hash == link_hash))


def find_open_feed_of(person_id: int) -> CalendarFeed | None:
    """The person's feed, unless it was never asked for or is closed."""
    feed = db.session.get(CalendarFeed, person_id)
    if feed is None or feed.link_hash != hash_of(calendar_token(feed.person_id, feed.generation)):
        return None
    return feed


def list_calendar(
    person_id: int, since: datetime
) -> Sequence[tuple[SeminarSession, Registration | None, bool]]:
    """Sessions in the person's calendar with the registration and whether they host it, by date.

    A session that was called off under them stays: a calendar takes it out when it is told so, not when it is
    silent.
    """
    hosted = select(SessionHost.session_id).where(SessionHost.person_id == person_id)
    rows = db.session.execute(
        select(SeminarSession, Registration, SeminarSession.id.in_(hosted))
        .outerjoin(
            Registration,
            (Registration.session_id == SeminarSession.id)
            & (Registration.person_id == person_id)
            & or_(
                Registration.place != Place.LEFT,
                Registration.left_reason == LeftReason.SESSION_CANCELLED,
            ),
        )
        .options(joinedload(SeminarSession.organisation))
        .where(
            SeminarSession.ends_at >= since,
            SeminarSession.state != SessionState.DRAFT,
            or_(Registration.id.is_not(None), SeminarSession.id.in_(hosted)),
        )
        .order_by(SeminarSession.starts_at, SeminarSession.id)
    )
    return [(session, registration, is_host) for session, registration, is_host in rows]
