"""Timed work of the seminar: announcements, reminders, offers whose time is over."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from app.clock import utcnow
from app.jobs import queue
from app.jobs.handlers import ClaimedJob, handles
from app.jobs.timed import Period
from seminars import queries
from seminars.services import notices, registrations

ANNOUNCED_AHEAD = timedelta(days=7)
REMINDED_AHEAD = timedelta(hours=24)
FILL, ANNOUNCE, REMIND = "fill_session", "announce_session", "remind_session"
RELEASE = "release_places"


@handles(FILL, queue="mail", time_limit=60)
def fill_sessions(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Take back offers whose time is over and give their places on."""
    for job in claimed:
        registrations.fill_session(job.payload["session_id"], now)


@handles(ANNOUNCE, queue="mail", time_limit=300)
def announce_sessions(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Queue the announcement of a session to its audience."""
    for job in claimed:
        notices.announce(job.payload["session_id"], now=now)


@handles(REMIND, queue="mail", time_limit=120)
def remind_sessions(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Queue the reminder of a session to those with a place."""
    for job in claimed:
        notices.remind(job.payload["session_id"], now=now)


@handles(RELEASE, queue="mail", time_limit=60)
def release_places(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Free the places of people who have left the cluster."""
    for job in claimed:
        registrations.release_places(job.payload["person_id"], now=now)


def plan_filling(period: Period) -> None:
    _add(FILL, queries.list_sessions_with_expired_offers(utcnow()))


def plan_announcements(period: Period) -> None:
    _add(ANNOUNCE, queries.list_to_announce(period.end + ANNOUNCED_AHEAD, utcnow()))


def plan_reminders(period: Period) -> None:
    _add(REMIND, queries.list_to_remind(period.end + REMINDED_AHEAD, utcnow()))


def _add(kind: str, session_ids: Iterable[int]) -> None:
    queue.add_many(kind, [(str(session_id), {"session_id": session_id}) for session_id in session_ids])
