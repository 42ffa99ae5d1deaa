"""A person's calendar feed: an address that is the key to it."""

from datetime import datetime
from secrets import token_bytes

from app.db import db
from seminars.links import calendar_token, hash_of
from seminars.models import CalendarFeed


def token_of(feed: CalendarFeed) -> str:
    """The secret in the feed's address."""
    return calendar_token(feed.person_id, feed.generation)


def renew_feed(person_id: int, *, now: datetime) -> str:
    """Give the feed an address, or another one: the former opens nothing from now on. Returns its secret."""
    feed = _find_under_lock(person_id)
    if feed is None:
        feed = CalendarFeed(person_id=person_id, generation=0)
        db.session.add(feed)
    feed.generation += 1
    token = token_of(feed)
    feed.link_hash, feed.created_at = hash_of(token), now
    return token


def close_feed(person_id: int) -> None:
    """Let the address open nothing, with no other in its place: no secret has this hash."""
    feed = _find_under_lock(person_id)
    if feed is not None:
        feed.link_hash = token_bytes(32)


def _find_under_lock(person_id: int) -> CalendarFeed | None:
    return db.session.get(CalendarFeed, person_id, with_for_update=True, populate_existing=True)
