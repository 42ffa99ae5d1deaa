"""The finished programme's 41 sessions with who was there: 694 attendances of 105 people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from app.accounts.models import Organisation, Person
from app.db import db
from app.demo.calendar import DemoCalendar, spread
from app.demo.source import read
from seminars.models import (
    AttendanceMark,
    AttendanceScan,
    Outcome,
    Place,
    Registration,
    SeminarSession,
    Series,
    SessionSlot,
    SessionState,
    SlotSpeaker,
)
from seminars.services.sessions import create_series

SEED = 41
N_PEOPLE = 105
FEWEST, MOST = 1, 15  # sessions one person came to
LASTS = timedelta(hours=2)


@dataclass(frozen=True)
class Held:
    """A session of the archive as its data file tells it."""

    form: str
    title: str
    competences: list[str]
    n_attended: int
    starts_at: datetime


def make_archive_sessions(
    cluster_id: int,
    schools: Sequence[Organisation],
    people: Sequence[Person],
    gains: Mapping[int, float],
    calendar: DemoCalendar,
) -> None:
    """Closed sessions with registrations, marks and speakers; who grew more came more often."""
    rng = Random(SEED)  # noqa: S311 - a reproducible invention, no secret
    series = create_series(
        cluster_id, "Постоянно действующий семинар программы", "Занятия завершённой двухлетней программы."
    )
    held = _held_sessions(calendar)
    attendance = _attendance(rng, [session.n_attended for session in held], people, gains)
    for session, attended in zip(held, attendance, strict=True):
        school = rng.choice(schools)
        _store(series, session, school, attended, rng)


def _held_sessions(calendar: DemoCalendar) -> list[Held]:
    held = []
    for quarter in read("archive_sessions"):
        year, first, last = quarter["between"]
        days = spread(
            calendar.archive_day(year, first), calendar.archive_day(year, last), len(quarter["sessions"])
        )
        held += [
            Held(form, title, competences, n, calendar.at(day))
            for (form, title, competences, n), day in zip(quarter["sessions"], days, strict=True)
        ]
    return held


def _attendance(
    rng: Random, sizes: Sequence[int], people: Sequence[Person], gains: Mapping[int, float]
) -> list[list[Person]]:
    """Who came to which session: everybody's number of sessions adds up to the sessions' sizes."""
    drive = {person.id: gains.get(person.id, 0.0) + rng.gauss(0, 10) for person in people}
    came = sorted(people, key=lambda person: drive[person.id])[len(people) - N_PEOPLE :]
    left = _numbers_of_sessions(len(came), sum(sizes))
    quota = {person.id: number for person, number in zip(came, left, strict=True)}
    attendance: list[list[Person]] = [[] for _ in sizes]
    # The largest first, to those with most sessions left: then the quotas always come out.
    for index in sorted(range(len(sizes)), key=lambda i: -sizes[i]):
        order = sorted(came, key=lambda person: -(quota[person.id] + 0.9 * rng.random()))
        attendance[index] = order[: sizes[index]]
        for person in attendance[index]:
            quota[person.id] -= 1
    return attendance


def _numbers_of_sessions(n_people: int, total: int) -> list[int]:
    """Sessions of each person from the fewest to the most, adding up to `total`."""
    numbers = [round(FEWEST + (MOST - FEWEST) * (rank / (n_people - 1)) ** 1.4) for rank in range(n_people)]
    rank = n_people // 3
    while (gap := total - sum(numbers)) != 0:
        by = 1 if gap > 0 else -1
        if FEWEST <= numbers[rank] + by <= MOST:
            numbers[rank] += by
        rank = n_people // 3 + (rank - n_people // 3 + 1) % (n_people - n_people // 3)
    return numbers


def _store(series: Series, held: Held, school: Organisation, attended: list[Person], rng: Random) -> None:
    ends_at = held.starts_at + LASTS
    session = SeminarSession(
        cluster_id=series.cluster_id,
        series_id=series.id,
        form=held.form,
        title=held.title,
        competences=held.competences,
        state=SessionState.CLOSED,
        starts_at=held.starts_at,
        ends_at=ends_at,
        organisation_id=school.id,
        capacity=len(attended) + 4,
        seats_taken=len(attended),
        published_at=held.starts_at - timedelta(days=21),
        closed_at=ends_at + timedelta(days=1),
    )
    slot = SessionSlot(starts_at=held.starts_at, ends_at=ends_at, form=held.form, title=held.title)
    ready = [person for person in attended if person.category in ("first", "highest")]
    slot.speakers = [SlotSpeaker(person_id=person.id) for person in rng.sample(ready, 2)]
    session.slots = [slot]
    db.session.add(session)
    db.session.flush()
    db.session.execute(insert(Registration), [_registration(session, person) for person in attended])
    db.session.execute(insert(AttendanceScan), [_mark(session, person, rng) for person in attended])


def _registration(session: SeminarSession, person: Person) -> dict[str, Any]:
    taken_at = session.starts_at - timedelta(days=10)
    return {
        "session_id": session.id,
        "person_id": person.id,
        "place": Place.CONFIRMED,
        "outcome": Outcome.ATTENDED,
        "queued_at": taken_at,
        "confirmed_at": taken_at,
        "created_at": taken_at,
    }


def _mark(session: SeminarSession, person: Person, rng: Random) -> dict[str, Any]:
    return {
        "session_id": session.id,
        "person_id": person.id,
        "mark": AttendanceMark.PRESENT,
        "at": session.starts_at,
        "nonce": UUID(int=rng.getrandbits(128), version=4),
    }
