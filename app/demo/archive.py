"""The finished programme: diagnostics in two waves with a published comparison, sessions, plan."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random

from sqlalchemy import insert, select

from app.accounts.models import ConsentKind, Person
from app.clock import end_of_day
from app.db import db
from app.demo.archive_sessions import make_archive_sessions
from app.demo.calendar import DemoCalendar
from app.demo.invention import invent_teachers
from app.demo.people import District, add_consents
from app.demo.plan import make_archive_plan
from app.demo.respondents import Respondent, invent_respondents
from app.demo.responses import add_closed_wave, consent_ids, response_row
from app.demo.silence import silence
from app.demo.source import read
from surveys import charts
from surveys.items.base import Answer
from surveys.models import Assignment, Diagnostic, Response, RosterEntry, Wave, WaveKind
from surveys.services import person_changes, snapshots
from surveys.versions import compiled_version

SEED = 98
STARTING = ("9-12", "10-10"), 0
FINAL = ("4-8", "5-6"), 2


def make_archive(district: District, version_id: int, calendar: DemoCalendar) -> None:
    """The whole archive, in the open transaction."""
    participants = district.participants()
    respondents = invent_respondents(
        compiled_version(version_id), [person for person in invent_teachers() if person.in_cluster]
    )
    gains = {
        district.teachers[each.person.email].id: each.gain for each in respondents if each.gain is not None
    }
    centres = [
        district.schools[school["short"]] for school in read("district")["schools"] if "centre" in school
    ]
    make_archive_sessions(district.cluster.id, centres, participants, gains, calendar)
    # After the sessions: the comparison cuts people by how many of them they came to.
    _make_diagnostics(district, version_id, participants, respondents, calendar)
    make_archive_plan(district.cluster.id, calendar)


def _make_diagnostics(
    district: District,
    version_id: int,
    participants: Sequence[Person],
    respondents: Sequence[Respondent],
    calendar: DemoCalendar,
) -> None:
    source = read("programme")["diagnostics"]
    diagnostic = Diagnostic(cluster_id=district.cluster.id, title=source["title"])
    db.session.add(diagnostic)
    db.session.flush()
    db.session.execute(
        insert(RosterEntry),
        [{"diagnostic_id": diagnostic.id, "person_id": person.id} for person in participants],
    )
    answered = {district.teachers[each.person.email].id: each for each in respondents}
    consented = sorted(participants, key=lambda person: person.id not in answered)[: source["consented"]]
    first_day = calendar.at(calendar.archive_day(0, "9-12"), "09:00")
    add_consents(consented, ConsentKind.DIAGNOSTICS, first_day)
    rng = Random(SEED)  # noqa: S311 - a reproducible invention, no secret
    waves = []
    for kind, ((opens, closes), year) in ((WaveKind.STARTING, STARTING), (WaveKind.FINAL, FINAL)):
        wave = add_closed_wave(
            diagnostic.id,
            version_id,
            kind,
            opened_at=calendar.at(calendar.archive_day(year, opens), "09:00"),
            closed_at=end_of_day(calendar.archive_day(year, closes), calendar.time_zone),
        )
        taken = {
            person_id: answers
            for person_id, each in answered.items()
            if (answers := each.starting if kind is WaveKind.STARTING else each.final) is not None
        }
        _store_wave(wave, participants, taken, rng)
        waves.append(wave)
    _publish(waves)


def _publish(waves: Sequence[Wave]) -> None:
    """Score, compare, build and publish as workers and the coordinator do; nobody is written to about it now."""
    with silence():
        for wave in waves:
            built_at = wave.closes_at + timedelta(days=1)
            snapshots.build_figures(wave.id, built_at, charts.draw)
            working = snapshots.get_working(wave.diagnostic_id, snapshots.KIND_OF_WAVE[wave.kind])
            snapshots.publish_snapshot(working.id, built_at + timedelta(days=2))
        final = db.session.scalars(
            select(Response.id).join(Assignment).where(Assignment.wave_id == waves[-1].id)
        )
        person_changes.compare_people(final.all())


def _store_wave(
    wave: Wave, participants: Sequence[Person], taken: Mapping[int, dict[str, Answer]], rng: Random
) -> None:
    assignments = {
        person_id: assignment_id
        for assignment_id, person_id in db.session.execute(
            insert(Assignment).returning(Assignment.id, Assignment.person_id),
            [
                {"wave_id": wave.id, "person_id": person.id, "invited_at": wave.opened_at}
                for person in participants
            ],
        )
    }
    consents = consent_ids(list(taken))
    people = {person.id: person for person in participants}
    db.session.execute(
        insert(Response),
        [
            response_row(
                assignments[person_id],
                people[person_id],
                answers,
                submitted_at=wave.opens_at + rng.random() * (wave.closes_at - wave.opens_at),
                consent_id=consents[person_id],
                rng=rng,
                is_final=wave.kind is WaveKind.FINAL,
            )
            for person_id, answers in taken.items()
        ],
    )
