"""A school's period: its own people's sessions, materials and addresses; never who answered a diagnostic."""

from datetime import timedelta

import pytest

from app.accounts.models import AddressState
from app.clock import utcnow
from app.db import transaction
from app.formats import organisation_name
from app.pages.blocks import school as school_block
from app.pages.reading import Reading
from app.pages.school_quarter import Reach, Scope, describe_period, scopes_of
from app.permissions import Role
from seminars.models import Access, Material, MaterialVersion, Outcome, SessionState
from tests.factories.people import add, make_account, make_cluster, make_person, make_school, sign_in
from tests.factories.seminars import make_registration, make_series, make_session
from tests.factories.surveys import make_assignment, make_diagnostic, make_response, make_wave
from tests.pages.test_due import count_statements


@pytest.fixture
def cluster(app):
    return make_cluster()


@pytest.fixture
def school(cluster):
    return make_school(cluster)


def describe(school, cluster, now=None):
    now = now or utcnow()
    days = timedelta(days=30)
    return describe_period(Scope(school.id, cluster.id), now - days, now + days, now=now)


def attend(cluster, *people, days_ago=3, outcome=Outcome.ATTENDED):
    """A closed session of that day with these people in it."""
    now = utcnow()
    session = make_session(cluster, capacity=20, starts_at=now + timedelta(days=1))
    registrations = [make_registration(session, person, now=now) for person in people]
    with transaction():
        session.starts_at = now - timedelta(days=days_ago)
        session.ends_at = session.starts_at + timedelta(hours=1)
        session.state = SessionState.CLOSED
        for registration in registrations:
            registration.outcome = outcome


def make_material(cluster, author, **overrides):
    series = make_series(cluster)
    values = {"access": Access.CLUSTER, "title": "Памятка", "created_by_id": author.id, **overrides}
    material = Material(cluster_id=cluster.id, series_id=series.id, **values)
    add(material)
    for number in (1, 2):
        add(
            MaterialVersion(material_id=material.id, number=number, url="https://x.example", downloads=number)
        )


def test_a_school_that_did_nothing_is_empty(cluster, school):
    found = describe(school, cluster)
    assert found.is_empty
    assert found.reach == Reach(0, 0, 0, 0)


def test_sessions_visits_and_visitors_are_counted_of_own_people_only(cluster, school):
    anna, boris = (make_person(cluster, organisation_id=school.id) for _ in range(2))
    stranger = make_person(cluster, organisation_id=make_school(cluster).id)
    attend(cluster, anna, stranger)
    attend(cluster, anna)
    attend(cluster, boris, outcome=Outcome.ABSENT)
    attend(cluster, boris, days_ago=40)
    attend(cluster, stranger)
    found = describe(school, cluster)
    assert found.reach == Reach(sessions=3, registered=3, attended=2, people_attended=1)
    assert found.people == 2


def test_sessions_ahead_name_the_people_who_go(cluster, school):
    now = utcnow()
    person = make_person(cluster, surname="Рябинина", organisation_id=school.id)
    session = make_session(cluster, starts_at=now + timedelta(days=3))
    make_registration(session, person, now=now)
    make_registration(session, make_person(cluster, surname="Чужая"), now=now)
    (ahead,) = describe(school, cluster, now).ahead
    assert (ahead.public_id, list(ahead.names)) == (session.public_id, ["Рябинина\xa0А.\xa0П."])


def test_materials_of_the_period_are_told_with_downloads_of_all_versions(cluster, school):
    author = make_person(cluster, organisation_id=school.id)
    make_material(cluster, author)
    make_material(cluster, author, archived_at=utcnow())
    make_material(cluster, author, created_at=utcnow() - timedelta(days=60))
    make_material(cluster, make_person(cluster))
    (material,) = describe(school, cluster).materials
    assert (material.title, material.downloads) == ("Памятка", 3)


def test_failing_addresses_are_counted_among_those_at_work(cluster, school):
    values = {"organisation_id": school.id, "email_state": AddressState.FAILING}
    make_person(cluster, **values)
    make_person(cluster, **values, email=None)
    make_person(cluster, **values, left_on=utcnow().date())
    assert describe(school, cluster).failing == 1


def test_the_same_school_in_another_cluster_shows_its_own_people_alone(cluster, school):
    attend(cluster, make_person(cluster, organisation_id=school.id))
    assert describe(school, make_cluster()).is_empty


def test_the_number_of_statements_does_not_grow_with_people(cluster, school):
    attend(cluster, make_person(cluster, organisation_id=school.id))
    first = count_statements(lambda: describe(school, cluster))
    for _ in range(4):
        person = make_person(cluster, organisation_id=school.id)
        attend(cluster, person)
        make_material(cluster, person)
    assert count_statements(lambda: describe(school, cluster)) == first <= 7


def test_a_head_looks_after_the_school_of_the_role_or_else_the_own(cluster, school):
    other = make_school(cluster)
    person = make_person(cluster, organisation_id=school.id)
    of_other = make_account(person, Role.CENTRE_HEAD, organisation_id=other.id).as_actor()
    assert scopes_of(of_other) == [Scope(other.id, cluster.id)]
    whole = make_account(make_person(cluster, organisation_id=school.id), Role.DIRECTOR).as_actor()
    assert scopes_of(whole) == [Scope(school.id, cluster.id)]


def test_a_teacher_has_no_such_part(cluster, school):
    teacher = make_account(make_person(cluster, organisation_id=school.id), Role.TEACHER).as_actor()
    assert school_block.block(Reading(teacher, cluster, utcnow())) is None


def test_the_page_tells_nothing_of_who_answered(client, cluster, school):
    head = make_person(cluster, organisation_id=school.id)
    account = make_account(head, Role.CENTRE_HEAD, organisation_id=school.id)
    wave = make_wave(make_diagnostic(cluster, title="Тайная диагностика"))
    for surname in ("Ответившая", "Промолчавшая"):
        assignment = make_assignment(wave, make_person(cluster, surname=surname, organisation_id=school.id))
        if surname == "Ответившая":
            make_response(assignment, submitted_at=utcnow())
    page = sign_in(client, account).get("/").text
    assert "Мой центр за квартал" in page
    assert organisation_name(school) in page
    for word in ("Ответившая", "Промолчавшая", "Тайная диагностика"):
        assert word not in page


def test_a_session_nobody_of_the_school_goes_to_is_suggested(app, cluster, school):
    now = utcnow()
    person = make_person(cluster, organisation_id=school.id)
    joined = make_session(cluster, starts_at=now + timedelta(days=3), capacity=5)
    make_registration(joined, person, now=now)
    missed = make_session(cluster, starts_at=now + timedelta(days=4))
    actor = make_account(person, Role.CENTRE_HEAD, organisation_id=school.id).as_actor()
    (part,) = school_block.block(Reading(actor, cluster, now))["parts"]
    assert [session.id for session in part.open_sessions] == [missed.id]
