"""A person's calendar feed: an address that is the key to it."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert

from app.db import db
from seminars.links import calendar_token, hash_of
from seminars.models import CalendarFeed


def open_feed(person_id: int, *, now: datetime) -> str:
    """The token of the person's feed, opened at the first question."""
    db.session.execute(
        insert(CalendarFeed)
        .values(
            person_id=person_id, generation=1, link_hash=hash_of(calendar_token(person_id, 1)), created_at=now
        )
        .on_conflict_do_nothing(index_elements=["person_id"])
    )
    return token_of(_lock(person_id))


def token_of(feed: CalendarFeed) -> str:
    """The secret in the feed's address."""
    return calendar_token(feed.person_id, feed.generation)


def replace_feed(person_id: int, *, now: datetime) -> str:
    """Give the feed another address: the former one opens nothing from now on."""
    open_feed(person_id, now=now)
    feed = _lock(person_id)
    feed.generation += 1
    token = calendar_token(person_id, feed.generation)
    feed.link_hash, feed.created_at = hash_of(token), now
    return token


def _lock(person_id: int) -> CalendarFeed:
    return db.session.get_one(CalendarFeed, person_id, with_for_update=True, populate_existing=True)
