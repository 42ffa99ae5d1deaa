"""The five steps: states come from rows, a step may be left and taken up again."""

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from app.accounts.models import Cluster
from app.db import transaction
from app.imports.columns import find_table
from app.imports.models import ImportRun, RunState
from app.imports.reading import read_grids
from app.imports.registry import get_spec
from app.imports.services import start_run
from app.permissions import Role
from programme.first_steps import StepState, are_done, first_steps
from seminars.models import SessionState
from tests.factories.people import make_account, make_cluster, make_person, make_school, sign_in
from tests.factories.programme import make_plan_item
from tests.factories.seminars import make_session
from tests.factories.surveys import make_diagnostic, make_wave
from tests.imports.tables import text_table

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)


@pytest.fixture
def cluster(app) -> Cluster:
    return make_cluster()


@pytest.fixture
def coordinator(client: FlaskClient, cluster: Cluster) -> FlaskClient:
    return sign_in(client, make_account(make_person(cluster), Role.COORDINATOR))


def states(cluster: Cluster) -> dict[str, StepState]:
    return {step.code: step.state for step in first_steps(cluster.id, now=NOW)}


def test_a_new_cluster_has_begun_nothing_although_its_coordinator_is_there(coordinator, cluster):
    assert set(states(cluster).values()) == {StepState.NOT_BEGUN}
    page = coordinator.get("/start").text
    assert page.count("не начато") == 5
    for kind in ("schools", "people", "plan", "sessions"):
        assert f'href="/templates/{kind}.xlsx"' in page
        assert f'href="/imports/{kind}"' in page


def test_a_table_that_waits_keeps_its_step_begun(cluster):
    make_school(cluster)
    assert states(cluster)["schools"] is StepState.DONE
    upload_schools(cluster)
    assert states(cluster)["schools"] is StepState.BEGUN


def test_a_diagnostic_is_begun_until_a_wave_is_opened(cluster):
    diagnostic = make_diagnostic(cluster)
    assert states(cluster)["diagnostic"] is StepState.BEGUN
    make_wave(diagnostic, opened_at=NOW)
    assert states(cluster)["diagnostic"] is StepState.DONE


def test_sessions_count_from_this_quarter_and_are_ready_when_published(cluster):
    make_session(cluster, starts_at=NOW - timedelta(days=90))
    assert states(cluster)["sessions"] is StepState.NOT_BEGUN
    make_session(cluster, state=SessionState.DRAFT)
    assert states(cluster)["sessions"] is StepState.BEGUN
    make_session(cluster)
    assert states(cluster)["sessions"] is StepState.DONE


def test_rows_of_another_cluster_do_not_count(cluster):
    other = make_cluster()
    make_school(other)
    make_plan_item(other)
    make_session(other)
    make_diagnostic(other)
    make_account(make_person(other), Role.TEACHER)
    assert set(states(cluster).values()) == {StepState.NOT_BEGUN}


def finish(cluster: Cluster) -> None:
    make_school(cluster)
    make_account(make_person(cluster), Role.TEACHER)
    make_plan_item(cluster)
    make_wave(make_diagnostic(cluster), opened_at=NOW)
    make_session(cluster, starts_at=datetime.now(UTC) + timedelta(days=5))


def upload_schools(cluster: Cluster) -> ImportRun:
    sheet = find_table(read_grids(text_table([("Школа",), ("СОШ № 2",)])), get_spec("schools"))
    with transaction():
        return start_run(get_spec("schools"), cluster.id, sheet, file_name="школы.csv", author_id=None)


def test_all_five_done_is_said(coordinator, cluster):
    finish(cluster)
    assert are_done(first_steps(cluster.id, now=NOW))
    assert "Все пять шагов сделаны" in coordinator.get("/start").text


def test_a_table_that_waits_later_is_a_line_of_the_week_not_the_steps_again(coordinator, cluster):
    finish(cluster)
    assert "Первые шаги" not in coordinator.get("/").text
    upload_schools(cluster)
    home = coordinator.get("/").text
    assert "Первые шаги" not in home
    assert "Загрузка школ ждёт подтверждения" in home
    assert 'href="/imports/schools"' in home


def test_a_table_left_for_a_later_one_waits_no_more(cluster):
    upload_schools(cluster)
    later = upload_schools(cluster)
    with transaction():
        later.state, later.applied_at = RunState.APPLIED, later.created_at
    assert states(cluster)["schools"] is StepState.NOT_BEGUN


def test_a_new_quarter_without_sessions_does_not_make_the_cluster_new(cluster):
    finish(cluster)
    steps = first_steps(cluster.id, now=NOW + timedelta(days=400))
    assert steps[-1].state is StepState.NOT_BEGUN
    assert are_done(steps)


@pytest.mark.parametrize("role", [Role.TEACHER, Role.COUNCIL_MEMBER, Role.ADMINISTRATOR])
def test_the_steps_are_the_coordinators(client, cluster, role):
    sign_in(client, make_account(make_person(cluster), role))
    assert client.get("/start").status_code == 403
