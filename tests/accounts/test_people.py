"""People, roles, look-alikes, addresses; who sees whom."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from app.accounts import policies, queries, services
from app.accounts.errors import (
    GrantExists,
    LastCoordinator,
    OutsideCluster,
    PeriodEndsBeforeItStarts,
)
from app.accounts.models import Account, AddressState, Person
from app.accounts.services import PersonData
from app.clock import utcnow
from app.db import db, transaction
from app.permissions import Role
from tests.accounts.conftest import Place, make_place
from tests.factories.people import make_account, make_cluster, make_person, make_school

TODAY = date(2026, 11, 24)


def add(place: Place, **data: object) -> Person:
    values = {"surname": "Ёлкина", "name": "Мария", "patronymic": "Ивановна", **data}
    with transaction():
        return services.add_person(place.cluster.id, PersonData(**values), actor=None, now=utcnow())


def test_a_person_added_is_a_teacher_of_the_cluster(place: Place):
    person = add(place)

    [(grant, organisation)] = queries.list_grants(person.id)
    assert (grant.role, organisation) == (Role.TEACHER, None)
    assert person.sort_key == "елкина мария ивановна"


def test_a_school_of_another_cluster_is_refused(place: Place):
    foreign = make_school(make_cluster())

    with pytest.raises(OutsideCluster):
        add(place, organisation_id=foreign.id)


# Addresses


def test_an_address_of_two_people_is_flagged_for_both_until_one_has_it_alone(place: Place):
    first, second = add(place, email="One@Example.org"), add(place, surname="Вторая", email="one@example.org")
    assert {first.email_state, second.email_state} == {AddressState.SHARED}

    with transaction():
        services.update_person(
            second, replace(PersonData.of(second), email="two@example.org"), actor=None, now=utcnow()
        )

    assert {first.email_state, second.email_state} == {AddressState.USABLE}


def test_the_address_of_a_school_is_flagged(place: Place):
    make_school(place.cluster, email="School@example.org")

    assert add(place, email="school@example.org").email_state is AddressState.SHARED


def test_sign_in_follows_a_corrected_address(place: Place):
    person = add(place, email="old@example.org")
    account = make_account(person, email="old@example.org")

    with transaction():
        services.update_person(
            person, replace(PersonData.of(person), email="new@example.org"), actor=None, now=utcnow()
        )

    db.session.expire_all()
    assert db.session.get(Account, account.id).email == "new@example.org"


# Look-alikes


@pytest.mark.parametrize(
    "typed",
    [
        {"surname": "Елкина", "name": "Мария", "patronymic": "Ивановна"},
        {"surname": "ЁЛКИНА", "name": "М.", "patronymic": "И."},
        {"surname": "Ёлкина", "name": "Мария"},
        {"surname": "Другая", "name": "Анна", "email": "ELKINA@example.org"},
    ],
)
def test_look_alikes_are_found(place: Place, typed: dict[str, str]):
    person = add(place, email="elkina@example.org")

    assert queries.find_duplicates(place.cluster.id, **typed) == [person]


def test_a_surname_of_one_other_letter_counts_in_the_same_school_only(place: Place):
    person = add(place, organisation_id=place.school.id)
    typed = {"surname": "Ёлкинa", "name": "Мария", "patronymic": "Ивановна"}

    assert queries.find_duplicates(place.cluster.id, organisation_id=place.school.id, **typed) == [person]
    assert queries.find_duplicates(place.cluster.id, organisation_id=place.other_school.id, **typed) == []


def test_namesakes_with_other_patronymics_are_different_people(place: Place):
    add(place)

    assert (
        queries.find_duplicates(place.cluster.id, surname="Ёлкина", name="Мария", patronymic="Петровна") == []
    )


def test_people_of_another_cluster_are_no_look_alikes(place: Place):
    add(place)
    other = make_cluster()

    assert queries.find_duplicates(other.id, surname="Ёлкина", name="Мария") == []


# Roles


def grant(person: Person, role: Role, **period: object):
    values = {"organisation_id": None, "from_on": None, "until_on": None, **period}
    with transaction():
        return services.add_grant(person, role, actor=None, **values)


def test_the_same_role_from_the_same_day_is_not_given_twice(place: Place):
    grant(place.teacher, Role.HOST)

    with pytest.raises(GrantExists):
        grant(place.teacher, Role.HOST)


def test_a_period_does_not_end_before_it_starts(place: Place):
    with pytest.raises(PeriodEndsBeforeItStarts):
        grant(place.teacher, Role.HOST, from_on=TODAY, until_on=TODAY - timedelta(days=1))


def test_a_role_ended_today_no_longer_holds_today(place: Place):
    given = grant(place.teacher, Role.HOST)
    with transaction():
        services.end_grant(given, on=TODAY, actor=None)

    assert queries.roles_by_person([place.teacher.id], TODAY) == {}
    assert queries.roles_by_person([place.teacher.id], TODAY - timedelta(days=1)) == {
        place.teacher.id: [Role.HOST]
    }


def test_the_only_coordinator_keeps_the_role(place: Place):
    [(given, _)] = queries.list_grants(place.coordinator.person_id)

    with pytest.raises(LastCoordinator), transaction():
        services.end_grant(given, on=TODAY, actor=None)


def test_every_change_of_a_role_is_in_the_log_with_who_made_it(place: Place):
    actor = place.coordinator.as_actor()
    with transaction():
        given = services.add_grant(
            place.teacher, Role.HOST, organisation_id=None, from_on=None, until_on=None, actor=actor
        )
    with transaction():
        services.end_grant(given, on=TODAY, actor=actor)

    log = [(entry.action, who.id) for entry, who in queries.list_audit(place.teacher.id)]
    assert log == [("role_ended", actor.person_id), ("role_given", actor.person_id)]


def test_leaving_closes_sign_in_and_returning_opens_it(place: Place):
    account = make_account(place.teacher, Role.TEACHER, password="x")
    with transaction():
        services.leave_cluster(queries.lock_person(place.teacher.id), on=TODAY, actor=None, now=utcnow())
    db.session.expire_all()
    assert not db.session.get(Account, account.id).active
    assert queries.roles_by_person([place.teacher.id], TODAY) == {}

    with transaction():
        services.return_to_cluster(queries.lock_person(place.teacher.id), actor=None, now=utcnow())
    db.session.expire_all()
    assert db.session.get(Account, account.id).active
    today = utcnow().date() + timedelta(days=1)
    assert queries.roles_by_person([place.teacher.id], today) == {place.teacher.id: [Role.TEACHER]}


# Who sees whom


def test_the_list_is_filtered_by_the_rule_that_guards_one_person(app: Flask):
    here, there = make_place(), make_place()
    everybody = [
        make_person(here.cluster, organisation_id=here.school.id),
        make_person(here.cluster, organisation_id=here.other_school.id),
        make_person(here.cluster, organisation_id=None),
        make_person(there.cluster, organisation_id=there.school.id),
        make_person(there.cluster, organisation_id=here.school.id),
    ]
    head = make_account(make_person(here.cluster), Role.CENTRE_HEAD, organisation_id=here.school.id)
    teacher = make_account(make_person(here.cluster), Role.TEACHER)

    for account in (here.coordinator, there.coordinator, head, teacher):
        actor = account.as_actor()
        listed = {person.id for person in queries.list_people(actor, queries.PeopleFilter(), on=TODAY)}
        for person in everybody:
            assert (person.id in listed) == policies.can_view_person(actor, person)


def test_a_head_sees_the_own_school_alone(place: Place):
    elsewhere = make_person(place.cluster, organisation_id=place.other_school.id)
    head = make_account(make_person(place.cluster), Role.CENTRE_HEAD, organisation_id=place.school.id)
    actor = head.as_actor()

    assert policies.can_view_person(actor, place.teacher)
    assert not policies.can_manage_person(actor, place.teacher)
    assert not policies.can_view_person(actor, elsewhere)


def test_nobody_but_an_administrator_makes_administrators(place: Place):
    administrator = make_account(make_person(place.cluster), Role.ADMINISTRATOR)

    assert not policies.can_grant(place.coordinator.as_actor(), Role.ADMINISTRATOR, place.cluster.id)
    assert policies.can_grant(administrator.as_actor(), Role.ADMINISTRATOR, place.cluster.id)
    assert not policies.can_grant(place.coordinator.as_actor(), Role.HOST, make_cluster().id)


@pytest.mark.parametrize("typed", ["елкина", "ЁЛК мария", "elkina@"])
def test_search_takes_e_for_yo_and_any_case(place: Place, typed: str):
    person = add(place, email="elkina@example.org")
    wanted = queries.PeopleFilter(search=typed)

    assert queries.list_people(place.coordinator.as_actor(), wanted, on=TODAY) == [person]


def test_percent_in_a_search_is_a_letter_like_any_other(place: Place):
    assert queries.list_people(place.coordinator.as_actor(), queries.PeopleFilter(search="%"), on=TODAY) == []


def test_filters_by_school_and_role(place: Place):
    actor = place.coordinator.as_actor()
    grant(place.teacher, Role.HOST)

    of_school = queries.PeopleFilter(organisation_id=place.school.id)
    of_role = queries.PeopleFilter(role=Role.HOST)
    assert queries.list_people(actor, of_school, on=TODAY) == [place.teacher]
    assert queries.list_people(actor, of_role, on=TODAY) == [place.teacher]
