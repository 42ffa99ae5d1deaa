"""Who may load which table."""

import pytest

from app.accounts.imports import PEOPLE, SCHOOLS
from app.errors import NotAllowed
from app.imports.policies import ensure_loads
from app.imports.spec import Spec
from app.permissions import Actor, Role
from programme.imports import PLAN
from tests.factories.actors import HERE, SCHOOL, THERE, make_actor, make_scope


@pytest.mark.parametrize("spec", [PEOPLE, SCHOOLS, PLAN], ids=lambda spec: spec.kind)
def test_the_coordinator_of_the_cluster_loads_every_table(spec: Spec):
    ensure_loads(make_actor(Role.COORDINATOR), spec, HERE)


@pytest.mark.parametrize("spec", [PEOPLE, SCHOOLS, PLAN], ids=lambda spec: spec.kind)
@pytest.mark.parametrize(
    "who",
    [
        make_actor(),
        make_actor(Role.TEACHER),
        make_actor(make_scope(Role.COORDINATOR, THERE)),
        make_actor(Role.TEACHER, make_scope(Role.COORDINATOR, THERE)),
        make_actor(make_scope(Role.COORDINATOR, HERE, SCHOOL)),
    ],
    ids=["nobody", "teacher", "coordinator-there", "teacher-here", "coordinator-of-a-school"],
)
def test_whoever_manages_elsewhere_or_a_part_loads_nothing(spec: Spec, who: Actor):
    with pytest.raises(NotAllowed):
        ensure_loads(who, spec, HERE)
