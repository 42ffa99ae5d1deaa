"""What counts of an open wave tell: nothing of any one person, whatever the reader tries."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from app.accounts.models import AuditEntry, Person
from app.accounts.queries import list_audit
from app.clock import utcnow
from app.db import db, transaction
from app.permissions import Role
from surveys.models import Wave
from surveys.queries.diagnostics import WaveCounts, count_waves
from surveys.services.erasure import erase_responses
from tests.factories.people import make_account, make_person, make_school, sign_in
from tests.factories.surveys import make_assignment, make_diagnostic, make_response, make_wave

YESTERDAY = utcnow() - timedelta(days=1)


def _answer(wave: Wave, person: Person, at: datetime) -> None:
    make_response(
        make_assignment(wave, person),
        submitted_at=at,
        attributes={"organisation_id": person.organisation_id},
    )


def _counts(wave: Wave, viewer: Person, now: datetime | None = None) -> WaveCounts:
    return count_waves([wave.id], viewer_id=viewer.id, now=now or utcnow())[wave.id]


def test_five_answers_besides_the_viewers_make_a_school_enough(client: FlaskClient, cluster: Any) -> None:
    school = make_school(cluster)
    wave = make_wave(make_diagnostic(cluster))
    viewer = make_person(cluster, organisation_id=school.id)
    people = [viewer, *(make_person(cluster, organisation_id=school.id) for _ in range(6))]
    make_assignment(wave, people[6])
    for person in people[:5]:
        _answer(wave, person, YESTERDAY)
    path = f"/diagnostics/waves/{wave.public_id}"
    sign_in(client, make_account(viewer, Role.COORDINATOR))
    assert "данных достаточно" not in client.get(path).text
    _answer(wave, people[5], YESTERDAY)
    assert "данных достаточно" in client.get(path).text


def test_a_school_of_five_invited_is_never_enough(coordinator: FlaskClient, cluster: Any) -> None:
    school = make_school(cluster)
    wave = make_wave(make_diagnostic(cluster))
    for _number in range(5):
        _answer(wave, make_person(cluster, organisation_id=school.id), YESTERDAY)
    assert "данных достаточно" not in coordinator.get(f"/diagnostics/waves/{wave.public_id}").text


def test_moving_people_in_the_list_moves_no_answers_of_theirs(coordinator: FlaskClient, cluster: Any) -> None:
    """Else a coordinator gathers four who have answered in one school and tries everybody else as the fifth."""
    school, probe = make_school(cluster), make_school(cluster)
    wave = make_wave(make_diagnostic(cluster))
    people = [make_person(cluster, organisation_id=school.id) for _ in range(6)]
    make_assignment(wave, people[5])
    for person in people[:5]:
        _answer(wave, person, YESTERDAY)
    with transaction():
        for person in people:
            db.session.merge(person).organisation_id = probe.id
    assert "данных достаточно" not in coordinator.get(f"/diagnostics/waves/{wave.public_id}").text


def test_adding_one_person_and_watching_the_count_tells_nothing_of_her(cluster: Any) -> None:
    viewer = make_person(cluster)
    wave = make_wave(make_diagnostic(cluster))
    for _number in range(7):
        make_response(make_assignment(wave), submitted_at=YESTERDAY)
    for _number in range(8):
        make_assignment(wave)
    before = _counts(wave, viewer)
    added = make_assignment(wave)
    assert _counts(wave, viewer).at_least == before.at_least == 5
    make_response(added, submitted_at=YESTERDAY)
    assert _counts(wave, viewer).at_least == 5


def test_the_count_stands_still_for_a_day(cluster: Any) -> None:
    viewer = make_person(cluster)
    wave = make_wave(make_diagnostic(cluster))
    noon = datetime(2026, 11, 24, 5, tzinfo=UTC)  # 12:00 in the cluster
    for hour in range(5):
        make_response(make_assignment(wave), submitted_at=noon - timedelta(hours=hour))
    for _number in range(6):
        make_assignment(wave)
    assert _counts(wave, viewer, noon).at_least == 0
    assert _counts(wave, viewer, noon + timedelta(hours=12)).at_least == 5


def test_the_last_five_and_the_reader_herself_are_never_told(cluster: Any) -> None:
    viewer = make_person(cluster)
    wave = make_wave(make_diagnostic(cluster))
    for _number in range(15):
        make_response(make_assignment(wave), submitted_at=YESTERDAY)
    counts = _counts(wave, viewer)
    assert (counts.invited, counts.at_least) == (15, 10)
    make_response(make_assignment(wave, viewer), submitted_at=YESTERDAY)
    assert (_counts(wave, viewer).invited, _counts(wave, viewer).at_least) == (16, 10)


def test_fewer_than_ten_besides_the_reader_are_not_counted(cluster: Any) -> None:
    viewer = make_person(cluster)
    wave = make_wave(make_diagnostic(cluster))
    make_assignment(wave, viewer)
    for _number in range(9):
        make_assignment(wave)
    assert not _counts(wave, viewer).is_told
    make_assignment(wave)
    assert _counts(wave, viewer).is_told


def test_a_persons_card_does_not_tell_that_answers_were_erased(cluster: Any) -> None:
    person = make_person(cluster)
    make_response(make_assignment(make_wave(make_diagnostic(cluster)), person), submitted_at=YESTERDAY)
    with transaction():
        assert erase_responses(person.id, now=utcnow()) == 1
    told = {entry.action for entry, _actor in list_audit(person.id)}
    kept = set(db.session.scalars(select(AuditEntry.action).where(AuditEntry.object_id == person.id)))
    assert "responses_erased" in kept - told
