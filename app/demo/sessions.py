"""This school year's seminar: sessions held, sessions to come, their places, materials and wishes."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from itertools import cycle, islice
from random import Random
from typing import Any
from uuid import UUID

from app.accounts.models import Person
from app.demo.calendar import LESSONS_OVER, DemoCalendar
from app.demo.files import MAKERS
from app.demo.people import District
from app.demo.source import read
from app.storage import storage
from seminars.models import Access, AttendanceMark, SeminarSession, Series
from seminars.services import attendance, materials, registrations, sessions, wishes
from seminars.services.moves import By
from seminars.services.transitions import Mover

SEED = 2026
LASTS = timedelta(hours=2)
MOST_BYTES = 1 << 20


def make_sessions(district: District, calendar: DemoCalendar, now: datetime) -> None:
    """Everything of the seminar this year, through the services people's clicks go through."""
    source = read("sessions")
    rng = Random(SEED)  # noqa: S311 - a reproducible invention, no secret
    series = sessions.create_series(district.cluster.id, **source["series"])
    people = _guests(district, rng)
    past = [_hold(series, entry, district, people, calendar, rng) for entry in source["past"]]
    future = {
        entry.get("code", entry["title"]): _announce(series, entry, district, people, calendar, now)
        for entry in source["future"]
    }
    for entry in source["draft"]:
        _plan(series, entry, district, calendar)
    for entry in source["materials"]:
        held = past[entry["past"]] if "past" in entry else future[entry["session"]]
        _add_material(held, entry)
    _make_wishes(source["wishes"], people, now)


def _guests(district: District, rng: Random) -> list[Person]:
    """Teachers in the order they register; the visitor's own account keeps its choices to itself."""
    people = [person for person in district.teachers.values() if person.id != district.shown["teacher"].id]
    rng.shuffle(people)
    return people


def _plan(
    series: Series, entry: Mapping[str, Any], district: District, calendar: DemoCalendar
) -> SeminarSession:
    starts_at = calendar.at(calendar.day(entry["weeks"], entry["weekday"]), entry.get("time", LESSONS_OVER))
    when = sessions.When(
        starts_at=starts_at,
        ends_at=starts_at + LASTS,
        organisation_id=district.schools[entry["school"]].id if "school" in entry else None,
        room=entry.get("room"),
        online_url=entry.get("online"),
    )
    host = _host(district, entry.get("school"))
    details = sessions.Details(
        title=entry["title"],
        form=entry["form"],
        capacity=entry["places"],
        summary=entry.get("summary"),
        what_to_bring=entry.get("bring"),
        competences=tuple(entry["competences"]),
        subjects=tuple(entry.get("subjects", ())),
        host_ids=(host.id,),
    )
    session = sessions.plan_session(series, details, when)
    sessions.set_slot(
        session.id,
        sessions.SlotDetails(
            starts_at=starts_at,
            ends_at=starts_at + LASTS,
            form=entry["form"],
            title=entry["title"],
            speaker_ids=(host.id,),
        ),
    )
    return session


def _host(district: District, school: str | None) -> Person:
    """The shown host at the core school and online, the head of the centre elsewhere."""
    if school is None or school == district.shown["host"].organisation.short_name:  # type: ignore[union-attr]
        return district.shown["host"]
    return district.heads[school]


def _announce(
    series: Series,
    entry: Mapping[str, Any],
    district: District,
    people: Sequence[Person],
    calendar: DemoCalendar,
    now: datetime,
) -> SeminarSession:
    session = _plan(series, entry, district, calendar)
    sessions.publish_session(session.id, now=now - timedelta(days=10))
    wanted = entry["people"] + entry.get("queue", 0)
    _register(session, _some(people, session, wanted), now - timedelta(days=9))
    return session


def _hold(
    series: Series,
    entry: Mapping[str, Any],
    district: District,
    people: Sequence[Person],
    calendar: DemoCalendar,
    rng: Random,
) -> SeminarSession:
    session = _plan(series, entry, district, calendar)
    sessions.publish_session(session.id, now=session.starts_at - timedelta(days=14))
    guests = _some(people, session, entry["people"] + entry["absent"])
    _register(session, guests, session.starts_at - timedelta(days=13))
    by = By(Mover.ORGANISER, district.shown["coordinator"].id)
    for person in guests[: entry["people"]]:
        attendance.mark_attendance(
            session.id,
            person.id,
            AttendanceMark.PRESENT,
            nonce=UUID(int=rng.getrandbits(128), version=4),
            by=by,
            now=session.starts_at,
        )
    attendance.close_session(session.id, now=session.ends_at)
    return session


def _register(session: SeminarSession, people: Sequence[Person], since: datetime) -> None:
    for number, person in enumerate(people):
        registrations.register(
            session.id,
            person.id,
            by=By(Mover.PERSON, person.id),
            now=since + timedelta(minutes=47 * number),
        )


def _some(people: Sequence[Person], session: SeminarSession, count: int) -> list[Person]:
    """People of the session's subjects first, other ones for each session."""
    start = session.id % len(people)
    around = list(islice(cycle(people), start, start + len(people)))
    fits = set(session.subjects)
    return sorted(around, key=lambda person: not fits & set(person.subjects))[:count]


def _add_material(session: SeminarSession, entry: Mapping[str, Any]) -> None:
    if entry["kind"] == "link":
        content: materials.Content = materials.link_content(entry["url"])
    else:
        made = MAKERS[entry["kind"]](entry["text"])
        content = materials.file_content(storage().put(BytesIO(made), limit=MOST_BYTES), entry["file"])
    materials.add_material(
        cluster_id=session.cluster_id,
        series_id=session.series_id,
        session_id=session.id,
        title=entry["title"],
        summary=None,
        access=Access(entry["access"]),
        content=content,
        actor_person_id=session.hosts[0].person_id,
        competences=session.competences,
    )


def _make_wishes(counts: Mapping[str, int], people: Sequence[Person], now: datetime) -> None:
    rest = iter(people)
    for competence, count in counts.items():
        for person in islice(rest, count):
            wishes.wish_for_session(person, competence, now=now - timedelta(days=5))
