"""`opora demo advance`: time moves on, so that one visitor walks the whole loop in ten minutes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from sqlalchemy import insert, select, text

from app.accounts.models import Person
from app.clock import local_date
from app.db import db
from app.demo.invention import Invented, invent_teachers
from app.demo.loading import NotLoaded, find_demo
from app.demo.mailbox import invite_by_letter
from app.demo.people import find_teachers
from app.demo.respondents import invent_final_answers, invent_starting_answers
from app.demo.responses import consent_ids, response_row
from app.demo.silence import silence
from app.demo.source import read
from surveys import charts
from surveys.definition.model import Definition
from surveys.items.base import Answer
from surveys.models import Assignment, Diagnostic, Response, Wave, WaveKind, WaveState
from surveys.services import person_changes, snapshots, waves
from surveys.versions import compiled_version

SEED = 12
FINAL_LASTS = timedelta(days=14)

Inventor = Callable[
    [Random, Definition, Sequence[Invented], Mapping[str, float]], Sequence[Mapping[str, Answer]]
]


class Step(StrEnum):
    """What one call has done."""

    FINAL_OPENED = "final_opened"
    FINAL_CLOSED = "final_closed"
    NOTHING_LEFT = "nothing_left"


def advance(now: datetime) -> Step:
    """Close the starting wave and open the final one; called again, close the final one; then nothing.

    Colleagues answer meanwhile; the people of the account table are left to the visitor.
    """
    cluster = find_demo()
    if cluster is None:
        raise NotLoaded
    # Two calls at once are two steps, one after the other.
    db.session.execute(text("SELECT pg_advisory_xact_lock(hashtext('opora demo'))"))
    # The archive was loaded first and this year's diagnostic second; those that visitors make come after.
    loaded = select(Diagnostic.id).where(Diagnostic.cluster_id == cluster.id).order_by(Diagnostic.id)
    this_year = loaded.offset(1).limit(1).scalar_subquery()
    found = db.session.scalars(select(Wave).where(Wave.diagnostic_id == this_year))
    by_kind = {wave.kind: wave for wave in found}
    starting, final = by_kind[WaveKind.STARTING], by_kind.get(WaveKind.FINAL)
    if starting.state is WaveState.OPEN:
        _answer(starting, _who_has_not_begun(starting), invent_starting_answers, now)
        _close(starting, now)
        _open_final(starting, now)
        return Step.FINAL_OPENED
    if final is not None and final.state is WaveState.OPEN:
        _answer(final, _who_took(starting) & _who_has_not_begun(final), invent_final_answers, now)
        _close(final, now)
        return Step.FINAL_CLOSED
    return Step.NOTHING_LEFT


def _answer(wave: Wave, person_ids: set[int], inventor: Inventor, now: datetime) -> None:
    """Let these people submit the wave, but for the visitor's own accounts and those without a consent."""
    cluster_id, version_id = wave.diagnostic.cluster_id, wave.version_id
    teachers = find_teachers(cluster_id)
    consents = consent_ids(sorted(person_ids))
    pairs: list[tuple[Invented, Person]] = [
        (invented, teachers[invented.email])
        for invented in invent_teachers()
        if invented.login is None and invented.email in teachers and teachers[invented.email].id in consents
    ]
    if not pairs:
        return
    rng = Random(SEED)  # noqa: S311 - a reproducible invention, no secret
    means = read("programme")["diagnostics"][wave.kind]
    answers = inventor(rng, compiled_version(version_id), [invented for invented, _person in pairs], means)
    assignments = _assignments(wave)
    rows = [
        response_row(
            assignments[person.id],
            person,
            given,
            submitted_at=now,
            consent_id=consents[person.id],
            rng=rng,
            is_final=wave.kind is WaveKind.FINAL,
        )
        for (_invented, person), given in zip(pairs, answers, strict=True)
    ]
    db.session.execute(insert(Response), rows)


def _close(wave: Wave, now: datetime) -> None:
    """Close the wave and build its figures at once, whether workers run or not."""
    with silence():
        waves.close_wave(wave.id, now=now)
        snapshots.build_figures(wave.id, now, charts.draw)
    if wave.kind is WaveKind.FINAL:
        taken = db.session.scalars(
            select(Response.id)
            .join(Assignment)
            .where(Assignment.wave_id == wave.id, Response.submitted_at.is_not(None))
        )
        person_changes.compare_people(taken.all())


def _open_final(starting: Wave, now: datetime) -> None:
    last_day = local_date(now + FINAL_LASTS, starting.diagnostic.cluster.time_zone)
    final = waves.prepare_wave(
        starting.diagnostic_id,
        WaveKind.FINAL,
        version_id=starting.version_id,
        last_day=last_day,
        sends_reminders=True,
        now=now,
    )
    # A hundred letters would bury the few a visitor looks for.
    waves.open_wave(final.id, now=now, invites=False)
    logins = [person.email for person in invent_teachers() if person.login is not None]
    teachers = find_teachers(starting.diagnostic.cluster_id)
    invite_by_letter(final, [teachers[email].id for email in logins if email in teachers])


def _assignments(wave: Wave) -> dict[int, int]:
    rows = db.session.execute(
        select(Assignment.person_id, Assignment.id).where(Assignment.wave_id == wave.id)
    )
    return {person_id: assignment_id for person_id, assignment_id in rows}  # noqa: C416


def _who_has_not_begun(wave: Wave) -> set[int]:
    return set(
        db.session.scalars(
            select(Assignment.person_id)
            .outerjoin(Response, Response.assignment_id == Assignment.id)
            .where(Assignment.wave_id == wave.id, Assignment.refused_at.is_(None), Response.id.is_(None))
        )
    )


def _who_took(wave: Wave) -> set[int]:
    return set(
        db.session.scalars(
            select(Assignment.person_id)
            .join(Response, Response.assignment_id == Assignment.id)
            .where(Assignment.wave_id == wave.id, Response.submitted_at.is_not(None))
        )
    )
