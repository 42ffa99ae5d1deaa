"""Sessions as calendars understand them: one UID for life, UTC, SEQUENCE growing with every change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parseaddr
from typing import Any

from icalendar import Calendar, Event, vCalAddress

from app.formats import organisation_name
from seminars.models import SeminarSession, SessionState

REFRESH = timedelta(hours=1)


@dataclass(frozen=True)
class Entry:
    """A session in somebody's calendar."""

    session: SeminarSession
    url: str
    is_cancelled: bool = False  # called off, or no longer this person's
    is_tentative: bool = False  # in the queue, or offered
    shows_link: bool = False  # the online link is for those who have a place


def calendar_file(entries: Sequence[Entry], *, name: str, sender: str) -> bytes:
    """An iCalendar file; the same rows give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Opora//RU")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry, sender))
    return bytes(calendar.to_ical())


def _event(entry: Entry, sender: str) -> Event:
    session = entry.session
    event = Event()
    event.add("uid", f"{session.public_id}@opora")
    event.add("sequence", session.calendar_sequence)
    event.add("dtstamp", session.updated_at)
    event.add("last-modified", session.updated_at)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("summary", session.title)
    event.add("status", _status(entry))
    event.add("transp", "OPAQUE" if _status(entry) == "CONFIRMED" else "TRANSPARENT")
    event.add("url", entry.url)
    organizer = vCalAddress(f"mailto:{parseaddr(sender)[1]}")
    organizer.params["CN"] = parseaddr(sender)[0] or "Opora"
    event.add("organizer", organizer, encode=False)
    for field, value in (("location", place_of(session)), ("description", _description(entry))):
        if value:
            event.add(field, value)
    return event


def _status(entry: Entry) -> str:
    if entry.is_cancelled or entry.session.state is SessionState.CANCELLED:
        return "CANCELLED"
    return "TENTATIVE" if entry.is_tentative else "CONFIRMED"


def place_of(session: Any) -> str:
    """Where one goes: «СОШ № 21, каб. 12»."""
    return ", ".join(part for part in (organisation_name(session.organisation), session.room) if part)


def _description(entry: Entry) -> str:
    session = entry.session
    link = session.online_url if entry.shows_link else None
    return "\n".join(part for part in (session.summary, session.what_to_bring, link, entry.url) if part)
