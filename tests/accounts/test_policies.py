"""Who may see and change whom, rule by rule, without a database."""

import pytest

from app.accounts import policies
from app.accounts.models import Person
from app.errors import NotAllowed, NotFound
from app.permissions import Actor, Role
from tests.factories.actors import HERE, OTHER_SCHOOL, SCHOOL, THERE, make_actor, make_scope


def person(cluster: int = HERE, school: int | None = SCHOOL) -> Person:
    return Person(cluster_id=cluster, organisation_id=school)


COORDINATOR = make_actor(Role.COORDINATOR)
HEAD = make_actor(make_scope(Role.CENTRE_HEAD, HERE, SCHOOL))


@pytest.mark.parametrize(
    ("who", "whom", "may"),
    [
        (COORDINATOR, person(), True),
        (COORDINATOR, person(school=None), True),
        (COORDINATOR, person(THERE), False),
        (HEAD, person(), True),
        (HEAD, person(school=OTHER_SCHOOL), False),
        (HEAD, person(school=None), False),
        (HEAD, person(THERE), False),  # the same school, but as a person of another cluster
        (make_actor(Role.TEACHER), person(), False),
        (make_actor(make_scope(Role.TEACHER, HERE, SCHOOL)), person(), False),
        (make_actor(), person(), False),
        (make_actor(Role.TEACHER, make_scope(Role.DIRECTOR, HERE, OTHER_SCHOOL)), person(), False),
    ],
)
def test_who_is_seen(who: Actor, whom: Person, may: bool):
    assert policies.can_view_person(who, whom) is may


def test_a_coordinator_of_one_school_manages_nobody():
    """Managing is of the whole cluster: a narrower grant shows the school and changes nothing."""
    narrow = make_actor(make_scope(Role.COORDINATOR, HERE, SCHOOL))

    assert policies.can_view_person(narrow, person())
    assert not policies.can_manage_person(narrow, person())
    assert not policies.can_grant(narrow, Role.HOST, HERE)
    with pytest.raises(NotAllowed):
        policies.ensure_manages_organisations(narrow, HERE)


def test_who_may_look_is_refused_and_for_the_rest_there_is_nobody():
    policies.ensure_manages_person(COORDINATOR, person())
    with pytest.raises(NotAllowed):
        policies.ensure_manages_person(HEAD, person())
    with pytest.raises(NotFound):
        policies.ensure_manages_person(HEAD, person(school=OTHER_SCHOOL))
    with pytest.raises(NotFound):
        policies.ensure_manages_person(COORDINATOR, person(THERE))


@pytest.mark.parametrize("role", Role)
def test_a_coordinator_gives_every_role_of_the_cluster_but_the_administrators(role: Role):
    assert policies.can_grant(COORDINATOR, role, HERE) is (role is not Role.ADMINISTRATOR)
    assert not policies.can_grant(COORDINATOR, role, THERE)


def test_an_administrator_gives_it_in_the_own_cluster_only():
    administrator = make_actor(Role.ADMINISTRATOR)

    policies.ensure_may_grant(administrator, Role.ADMINISTRATOR, HERE)
    with pytest.raises(NotAllowed):
        policies.ensure_may_grant(administrator, Role.ADMINISTRATOR, THERE)


def test_an_administrator_of_another_cluster_makes_none_here():
    """Power over another cluster, or over one school, is no power over the whole of this one."""
    for narrow in (make_scope(Role.ADMINISTRATOR, THERE), make_scope(Role.ADMINISTRATOR, HERE, SCHOOL)):
        assert not policies.can_grant(make_actor(Role.COORDINATOR, narrow), Role.ADMINISTRATOR, HERE)


def test_organisations_are_managed_by_the_coordinator_of_the_cluster():
    policies.ensure_manages_organisations(COORDINATOR, HERE)
    for who, cluster in ((COORDINATOR, THERE), (HEAD, HERE), (make_actor(Role.ADMINISTRATOR), HERE)):
        with pytest.raises(NotAllowed):
            policies.ensure_manages_organisations(who, cluster)
