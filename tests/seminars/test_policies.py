"""Who plans, runs and marks a session: grants by cluster and place, and the session's own hosts."""

import pytest

from app.errors import NotFound
from app.permissions import Role
from seminars import policies
from seminars.models import SeminarSession
from tests.factories.actors import HERE, OTHER_SCHOOL, SCHOOL, THERE, make_actor, make_scope
from tests.factories.people import make_person
from tests.factories.seminars import make_session

SESSION = SeminarSession(id=1, cluster_id=HERE, organisation_id=SCHOOL)
ONLINE = SeminarSession(id=2, cluster_id=HERE, organisation_id=None)


@pytest.mark.parametrize(
    ("grant", "plans"),
    [
        (make_scope(Role.COORDINATOR), True),
        (make_scope(Role.COORDINATOR, THERE), False),
        (make_scope(Role.COORDINATOR, HERE, SCHOOL), False),
        (make_scope(Role.HOST), False),
    ],
)
def test_sessions_are_planned_for_the_whole_cluster(app, grant, plans):
    assert policies.can_plan(make_actor(grant), HERE) is plans
    assert policies.can_run(make_actor(grant), SESSION) is plans


@pytest.mark.parametrize(
    ("grant", "marks", "marks_online"),
    [
        (make_scope(Role.REGISTRAR), True, True),
        (make_scope(Role.REGISTRAR, THERE), False, False),
        (make_scope(Role.REGISTRAR, HERE, SCHOOL), True, False),
        (make_scope(Role.REGISTRAR, HERE, OTHER_SCHOOL), False, False),
        (make_scope(Role.HOST), False, False),  # a host, but of other sessions
        (make_scope(Role.TEACHER, HERE, SCHOOL), False, False),
    ],
)
def test_a_registrar_marks_in_the_own_cluster_or_at_the_own_place(app, grant, marks, marks_online):
    assert policies.can_mark(make_actor(grant), SESSION) is marks
    assert policies.can_mark(make_actor(grant), ONLINE) is marks_online


def test_a_host_runs_the_own_session_whatever_the_grants_say(cluster):
    host = make_person(cluster)
    own, other = make_session(cluster, hosts=(host,)), make_session(cluster)
    actor = make_actor(person_id=host.id)

    policies.ensure_can_run(actor, own)
    policies.ensure_can_mark(actor, own)
    for refused in (
        lambda: policies.ensure_can_run(actor, other),
        lambda: policies.ensure_can_mark(actor, other),
        lambda: policies.ensure_can_plan(actor, own),
    ):
        with pytest.raises(NotFound):
            refused()
