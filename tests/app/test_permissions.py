"""What a grant gives: where it holds, from which day to which."""

from datetime import date

import pytest
from flask import Flask

from app.errors import NotAllowed
from app.permissions import ROLE_PERMISSIONS, SECOND_FACTOR_ROLES, Permission, Role, check_access, public
from tests.factories.actors import HERE, OTHER_SCHOOL, SCHOOL, THERE, make_actor, make_scope

MANAGERS = {Permission.PEOPLE_MANAGE, Permission.DIAGNOSTIC_MANAGE, Permission.JOBS_MANAGE}


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2026, 8, 31), False),
        (date(2026, 9, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_grant_holds_from_its_first_day_to_its_last(day: date, holds: bool):
    period = {"from_on": date(2026, 9, 1), "until_on": date(2026, 12, 31)}

    assert make_scope(Role.HOST, **period).holds_on(day) is holds


def test_a_grant_without_days_holds_always():
    assert make_scope(Role.HOST).holds_on(date.min)
    assert make_scope(Role.HOST).holds_on(date.max)


def test_a_permission_holds_where_the_grant_does():
    coordinator = make_actor(make_scope(Role.COORDINATOR))

    assert coordinator.may(Permission.PEOPLE_MANAGE)
    assert coordinator.may(Permission.PEOPLE_MANAGE, cluster_id=HERE)
    assert coordinator.may(Permission.PEOPLE_MANAGE, cluster_id=HERE, organisation_id=SCHOOL)
    assert not coordinator.may(Permission.PEOPLE_MANAGE, cluster_id=THERE)
    assert not coordinator.may(Permission.JOBS_MANAGE)


def test_a_grant_of_one_school_says_nothing_of_another_or_of_the_whole():
    head = make_actor(make_scope(Role.CENTRE_HEAD, HERE, SCHOOL))

    assert head.may(Permission.SCHOOL_VIEW, cluster_id=HERE, organisation_id=SCHOOL)
    assert not head.may(Permission.SCHOOL_VIEW, cluster_id=HERE, organisation_id=OTHER_SCHOOL)
    assert head.clusters(Permission.SCHOOL_VIEW) == {HERE}
    assert head.whole_clusters(Permission.SCHOOL_VIEW) == frozenset()
    assert head.organisations(Permission.SCHOOL_VIEW) == {SCHOOL}


def test_grants_are_not_mixed():
    """A teacher there and a coordinator here is no coordinator there."""
    both = make_actor(
        make_scope(Role.COORDINATOR, HERE),
        make_scope(Role.TEACHER, THERE),
        make_scope(Role.DIRECTOR, THERE, SCHOOL),
    )

    assert not both.may(Permission.PEOPLE_MANAGE, cluster_id=THERE)
    assert both.whole_clusters(Permission.PEOPLE_VIEW) == {HERE}
    assert both.clusters(Permission.PEOPLE_VIEW) == {HERE, THERE}
    assert both.organisations(Permission.PEOPLE_VIEW) == {SCHOOL}


def test_every_role_has_its_permissions_and_whoever_manages_needs_a_second_factor():
    assert set(ROLE_PERMISSIONS) == set(Role)
    managing = {role for role, given in ROLE_PERMISSIONS.items() if given & MANAGERS}
    assert managing == SECOND_FACTOR_ROLES


def test_figures_are_published_by_coordinators_alone():
    publishing = {role for role, given in ROLE_PERMISSIONS.items() if Permission.COMPARISON_PUBLISH in given}
    assert publishing == {Role.COORDINATOR}


def test_keys_of_instruments_are_not_for_those_who_may_be_tested():
    assert Permission.INSTRUMENT_VIEW not in ROLE_PERMISSIONS[Role.TEACHER]
    reading = {role for role, given in ROLE_PERMISSIONS.items() if Permission.INSTRUMENT_VIEW in given}
    assert reading == {Role.COORDINATOR, Role.ADVISER}


def test_a_route_that_declares_nothing_is_refused():
    site = Flask(__name__)
    site.add_url_rule("/silent", view_func=lambda: "open", endpoint="silent")
    site.add_url_rule("/open", view_func=public("nothing is kept here")(lambda: "open"), endpoint="open")

    with site.test_request_context("/silent"), pytest.raises(NotAllowed):
        check_access()
    with site.test_request_context("/open"):
        assert check_access() is None
