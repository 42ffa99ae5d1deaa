"""Who may see and change the plan."""

import pytest

from app.errors import NotAllowed, NotFound
from app.permissions import Role
from programme.policies import can_view_plan, ensure_manages_plan
from tests.factories.actors import HERE, SCHOOL, THERE, make_actor, make_scope


def test_the_plan_is_read_by_whoever_reads_aggregates_of_the_cluster_a_head_too():
    assert can_view_plan(make_actor(Role.COUNCIL_MEMBER), HERE)
    assert can_view_plan(make_actor(make_scope(Role.CENTRE_HEAD, HERE, SCHOOL)), HERE)
    assert not can_view_plan(make_actor(Role.COUNCIL_MEMBER), THERE)
    assert not can_view_plan(make_actor(Role.TEACHER), HERE)


def test_the_plan_is_changed_by_the_coordinator_of_the_whole_cluster():
    ensure_manages_plan(make_actor(Role.COORDINATOR), HERE)
    for reader in (make_actor(Role.COUNCIL_MEMBER), make_actor(make_scope(Role.COORDINATOR, HERE, SCHOOL))):
        with pytest.raises(NotAllowed):
            ensure_manages_plan(reader, HERE)
    for stranger in (make_actor(Role.TEACHER), make_actor(make_scope(Role.COORDINATOR, THERE))):
        with pytest.raises(NotFound):
            ensure_manages_plan(stranger, HERE)
