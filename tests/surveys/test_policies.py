"""Who leads diagnostics, who sees their counts, who may change keys."""

import pytest

from app.errors import NotAllowed, NotFound
from app.permissions import Role
from surveys import policies
from surveys.models import Diagnostic
from tests.factories.actors import HERE, SCHOOL, THERE, make_actor, make_scope

DIAGNOSTIC = Diagnostic(cluster_id=HERE)
COORDINATOR = make_actor(Role.COORDINATOR)


def test_counts_are_for_the_whole_cluster_or_not_at_all():
    assert policies.visible_clusters(COORDINATOR) == {HERE}
    assert policies.visible_clusters(make_actor(Role.COUNCIL_MEMBER)) == {HERE}
    assert policies.visible_clusters(make_actor(make_scope(Role.COUNCIL_MEMBER, HERE, SCHOOL))) == frozenset()
    assert policies.visible_clusters(make_actor(Role.TEACHER, Role.AUTHORITY)) == frozenset()


def test_who_may_look_is_refused_and_for_the_rest_there_is_nothing():
    policies.ensure_manages(COORDINATOR, DIAGNOSTIC)
    with pytest.raises(NotAllowed):
        policies.ensure_manages(make_actor(Role.COUNCIL_MEMBER), DIAGNOSTIC)
    for stranger in (make_actor(Role.TEACHER), make_actor(make_scope(Role.COORDINATOR, THERE))):
        with pytest.raises(NotFound):
            policies.ensure_manages(stranger, DIAGNOSTIC)


@pytest.mark.parametrize(
    ("used_in", "may"), [((), True), ((HERE,), True), ((THERE,), False), ((HERE, THERE), False)]
)
def test_keys_are_changed_only_where_every_result_is_ones_own(used_in: tuple[int, ...], may: bool):
    assert policies.can_correct_scoring(COORDINATOR, used_in) is may
