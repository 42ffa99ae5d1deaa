"""The life of a wave: who is invited, when it closes, and that twice is once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import AddressState
from app.clock import utcnow
from app.db import db, transaction
from app.jobs.models import Job
from app.mail.models import Letter
from surveys import links
from surveys.models import Assignment, Diagnostic, RosterEntry, Wave, WaveKind, WaveState
from surveys.services import waves
from tests.factories.jobs import run_jobs
from tests.factories.people import add, make_cluster, make_person
from tests.factories.surveys import (
    make_diagnostic,
    make_response,
    make_version,
    make_wave,
    one_page_document,
    small_document,
)

NOW = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # noon in Novokuznetsk
LAST_DAY = date(2026, 12, 5)


def diagnostic_with_people(n: int = 3) -> Diagnostic:
    diagnostic = make_diagnostic()
    people = [make_person(diagnostic.cluster) for _ in range(n)]
    add(*[RosterEntry(diagnostic_id=diagnostic.id, person_id=person.id) for person in people])
    return diagnostic


def prepared(diagnostic: Diagnostic, kind: WaveKind = WaveKind.STARTING, **overrides: Any) -> Wave:
    values: dict[str, Any] = {
        "version_id": make_version().id,
        "last_day": LAST_DAY,
        "sends_reminders": True,
        "now": NOW,
        **overrides,
    }
    with transaction():
        return waves.prepare_wave(diagnostic.id, kind, **values)


def opened(diagnostic: Diagnostic, **overrides: Any) -> Wave:
    wave = prepared(diagnostic, **overrides)
    with transaction():
        waves.open_wave(wave.id, now=NOW)
    return wave


def close(wave: Wave, now: datetime = NOW + timedelta(days=1)) -> None:
    with transaction():
        waves.close_wave(wave.id, now=now)


def together(app: Flask, work: Callable[[], object], n: int = 2) -> list[object]:
    """What `n` threads come to that do `work` at the same moment."""
    barrier = Barrier(n)

    def run(_number: int) -> object:
        with app.app_context():
            barrier.wait()
            try:
                with transaction():
                    return work()
            except Exception as error:
                return error

    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(run, range(n)))


def test_the_last_day_counts_until_24_00_of_the_cluster(app: Flask) -> None:
    wave = prepared(diagnostic_with_people())
    assert wave.closes_at == datetime(2026, 12, 5, 17, 0, tzinfo=UTC)  # UTC+7
    assert wave.state is WaveState.PREPARATION


def test_a_day_that_has_passed_is_no_deadline(app: Flask) -> None:
    diagnostic = diagnostic_with_people()
    with pytest.raises(waves.DeadlineTooEarly):
        prepared(diagnostic, last_day=date(2026, 11, 22))


def test_opening_gives_each_person_one_working_link_and_a_letter(app: Flask) -> None:
    wave = opened(diagnostic_with_people(3))
    assignments = db.session.scalars(select(Assignment).where(Assignment.wave_id == wave.id)).all()
    assert len(assignments) == 3
    for assignment in assignments:
        assert assignment.link_hash == links.link_hash(links.token_for(assignment.id, 1))
        assert assignment.invited_at == NOW
    letters = db.session.scalars(select(Letter)).all()
    assert {letter.subject_key for letter in letters} == {f"assignment:{a.id}" for a in assignments}
    assert {letter.kind for letter in letters} == {"diagnostic_invitation"}
    assert (wave.state, wave.opened_at, wave.opens_at) == (WaveState.OPEN, NOW, NOW)


def test_who_has_no_address_of_their_own_gets_a_place_but_no_letter(app: Flask) -> None:
    diagnostic = make_diagnostic()
    people = [
        make_person(diagnostic.cluster),
        make_person(diagnostic.cluster, email=None),
        make_person(diagnostic.cluster, email_state=AddressState.SHARED),
        make_person(diagnostic.cluster, email_state=AddressState.FAILING),
    ]
    add(*[RosterEntry(diagnostic_id=diagnostic.id, person_id=person.id) for person in people])
    wave = prepared(diagnostic)
    with transaction():
        invited = waves.open_wave(wave.id, now=NOW)
    assert invited == waves.Invited(people=4, letters=1)


def test_who_has_left_is_not_invited(app: Flask) -> None:
    diagnostic = diagnostic_with_people(1)
    gone = make_person(diagnostic.cluster, left_on=date(2026, 11, 1))
    add(RosterEntry(diagnostic_id=diagnostic.id, person_id=gone.id))
    wave = opened(diagnostic)
    assert db.session.scalars(select(Assignment.person_id).where(Assignment.wave_id == wave.id)).all() != [
        gone.id
    ]
    assert db.session.scalar(select(func.count()).select_from(Assignment)) == 1


def test_an_empty_list_opens_nothing(app: Flask) -> None:
    wave = prepared(make_diagnostic())
    with pytest.raises(waves.EmptyRoster), transaction():
        waves.open_wave(wave.id, now=NOW)
    assert db.session.scalar(select(Wave.state).where(Wave.id == wave.id)) == "preparation"


def test_two_openings_at_the_same_moment_invite_once(app: Flask) -> None:
    wave = prepared(diagnostic_with_people(5))
    db.session.rollback()
    came_to = together(app, lambda: waves.open_wave(wave.id, now=NOW))
    assert sorted(invited.people for invited in came_to) == [0, 5]  # type: ignore[attr-defined]
    assert db.session.scalar(select(func.count()).select_from(Assignment)) == 5
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 5


def test_two_waves_of_one_diagnostic_are_never_open_together(app: Flask) -> None:
    diagnostic = diagnostic_with_people(2)
    starting = opened(diagnostic)
    close(starting)
    interim = prepared(diagnostic, WaveKind.INTERIM)
    final = prepared(diagnostic, WaveKind.FINAL)
    ids = iter([interim.id, final.id])
    db.session.rollback()
    came_to = together(app, lambda: waves.open_wave(next(ids), now=NOW + timedelta(days=2)))
    assert sorted(type(one).__name__ for one in came_to) == ["AnotherWaveOpen", "Invited"]


def test_a_final_wave_needs_a_closed_starting_one(app: Flask) -> None:
    diagnostic = diagnostic_with_people()
    opened(diagnostic)
    with pytest.raises(waves.NothingToCompareWith):
        prepared(diagnostic, WaveKind.FINAL)


def test_the_final_wave_invites_the_same_people(app: Flask) -> None:
    diagnostic = diagnostic_with_people(3)
    starting = opened(diagnostic)
    close(starting)
    final = prepared(diagnostic, WaveKind.FINAL)
    with transaction():
        waves.open_wave(final.id, now=NOW + timedelta(days=2))

    def people(wave: Wave) -> set[int]:
        return set(db.session.scalars(select(Assignment.person_id).where(Assignment.wave_id == wave.id)))

    assert people(starting) == people(final)


def test_the_final_wave_may_use_another_minor_version(app: Flask) -> None:
    diagnostic = diagnostic_with_people()
    close(opened(diagnostic))
    new_texts = small_document(version="1.1", title={"ru": "Новое название", "en": "A new title"})
    version = make_version(new_texts)
    assert prepared(diagnostic, WaveKind.FINAL, version_id=version.id).version_id == version.id


def test_the_final_wave_may_not_use_another_major_version_or_instrument(app: Flask) -> None:
    diagnostic = diagnostic_with_people()
    first = one_page_document(3)
    close(opened(diagnostic, version_id=make_version(first).id))
    longer = {**one_page_document(4), "code": first["code"], "version": "2.0"}
    for document in (longer, small_document()):
        with pytest.raises(waves.NotComparable):
            prepared(diagnostic, WaveKind.FINAL, version_id=make_version(document).id)


def test_people_added_later_are_invited_alone(app: Flask) -> None:
    diagnostic = diagnostic_with_people(2)
    wave = opened(diagnostic)
    late = make_person(diagnostic.cluster)
    add(RosterEntry(diagnostic_id=diagnostic.id, person_id=late.id))
    with transaction():
        invited = waves.invite_roster(waves.lock_wave(wave.id), now=NOW + timedelta(days=1))
    assert invited == waves.Invited(people=1, letters=1)


def test_a_new_link_replaces_the_old_one(app: Flask) -> None:
    wave = opened(diagnostic_with_people(1))
    assignment = db.session.scalars(select(Assignment).where(Assignment.wave_id == wave.id)).one()
    former = assignment.link_hash
    with transaction():
        waves.reissue_link(assignment.id)
    db.session.refresh(assignment)
    assert assignment.link_hash == links.link_hash(links.token_for(assignment.id, 2)) != former
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 2


def test_closing_is_done_once(app: Flask) -> None:
    wave = opened(diagnostic_with_people())
    close(wave, NOW + timedelta(days=2))
    close(wave, NOW + timedelta(days=3))
    db.session.refresh(wave)
    assert (wave.state, wave.closed_at, wave.closes_at) == (
        WaveState.CLOSED,
        NOW + timedelta(days=2),
        NOW + timedelta(days=2),
    )


def test_a_wave_in_preparation_cannot_be_closed(app: Flask) -> None:
    wave = prepared(diagnostic_with_people())
    with pytest.raises(waves.WrongWaveState), transaction():
        waves.close_wave(wave.id, now=NOW)


def test_a_closed_wave_is_not_opened_again(app: Flask) -> None:
    wave = opened(diagnostic_with_people())
    close(wave)
    with pytest.raises(waves.WrongWaveState), transaction():
        waves.open_wave(wave.id, now=NOW + timedelta(days=2))


def test_a_worker_closes_the_wave_at_its_deadline(app: Flask) -> None:
    diagnostic = diagnostic_with_people()
    wave = make_wave(
        diagnostic,
        state=WaveState.PREPARATION,
        opens_at=utcnow() - timedelta(days=3),
        closes_at=utcnow() - timedelta(days=1),
        opened_at=None,
    )
    closes_at = wave.closes_at
    with transaction():
        waves.open_wave(wave.id, now=utcnow() - timedelta(days=2))
    run_jobs("report")  # what follows the closing scores the wave
    db.session.refresh(wave)
    assert (wave.state, wave.closed_at) == (WaveState.SCORED, closes_at)


def test_an_extended_wave_stays_open_past_its_former_deadline(app: Flask) -> None:
    wave = opened(diagnostic_with_people())
    former = wave.closes_at
    with transaction():
        waves.extend_wave(wave.id, last_day=LAST_DAY + timedelta(days=7), now=NOW + timedelta(days=1))
    with transaction():
        later = waves.close_when_due(wave.id, now=former)
    db.session.refresh(wave)
    assert later == wave.closes_at == former + timedelta(days=7)
    assert wave.state is WaveState.OPEN


def test_a_deadline_is_never_moved_back(app: Flask) -> None:
    wave = opened(diagnostic_with_people())
    with pytest.raises(waves.DeadlineTooEarly), transaction():
        waves.extend_wave(wave.id, last_day=LAST_DAY, now=NOW)


def test_opening_plans_the_closing(app: Flask) -> None:
    wave = opened(diagnostic_with_people())
    job = db.session.scalars(select(Job).where(Job.kind == "close_wave")).one()
    assert (job.key, job.run_after) == (str(wave.id), wave.closes_at)


def test_states_follow_one_another_only(app: Flask) -> None:
    wave = opened(diagnostic_with_people())
    with pytest.raises(waves.WrongWaveState), transaction():
        waves.mark_scored(wave.id)
    close(wave)
    with pytest.raises(waves.WrongWaveState), transaction():
        waves.mark_published(wave.id, now=NOW)
    with transaction():
        waves.mark_scored(wave.id)
        waves.mark_published(wave.id, now=NOW + timedelta(days=3))
    with transaction():
        waves.mark_scored(wave.id)
    db.session.refresh(wave)
    assert (wave.state, wave.published_at) == (WaveState.PUBLISHED, NOW + timedelta(days=3))


def test_many_are_invited_at_once(app: Flask) -> None:
    cluster = make_cluster()
    diagnostic = make_diagnostic(cluster)
    people = [make_person(cluster) for _ in range(30)]
    add(*[RosterEntry(diagnostic_id=diagnostic.id, person_id=person.id) for person in people])
    wave = prepared(diagnostic)
    with transaction():
        invited = waves.open_wave(wave.id, now=NOW, invites=False)
    assert invited == waves.Invited(people=30, letters=0)
    assert make_response(
        db.session.scalars(select(Assignment).where(Assignment.wave_id == wave.id).limit(1)).one()
    ).id
