"""The plan's pages: allowed, denied, invalid; what is late, what must have a reason."""

import io
import uuid
from datetime import date, timedelta

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from app.accounts.models import AuditEntry, Cluster
from app.clock import local_date, utcnow
from app.db import db
from app.permissions import Role
from programme.models import PlanItem, PlanItemState
from tests.accounts.pages import token_of
from tests.factories.people import make_account, make_cluster, make_person, make_school, sign_in
from tests.factories.programme import make_plan_item


@pytest.fixture
def cluster(app) -> Cluster:
    return make_cluster()


@pytest.fixture
def coordinator(client: FlaskClient, cluster: Cluster) -> FlaskClient:
    return sign_in(client, make_account(make_person(cluster), Role.COORDINATOR))


def post(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Send a form with a token of this session."""
    return client.post(path, data={"csrf_token": token_of(client.get("/account")), **fields})


def today() -> date:
    return local_date(utcnow(), "Asia/Novokuznetsk")


def stored() -> PlanItem:
    db.session.expire_all()
    return db.session.scalars(select(PlanItem)).one()


def test_the_plan_stands_by_stage_and_tells_what_is_late(coordinator, cluster):
    make_plan_item(cluster, stage="Этап I", number="1.1", until_on=today() - timedelta(days=1))
    make_plan_item(
        cluster, stage="Этап II", number="2.1", title="Семинар", period_text="ежеквартально", position=2
    )
    page = coordinator.get("/plan").text
    assert (
        page.index("Этап I</caption>")
        < page.index("Анализ условий")
        < page.index("Этап II</caption>")
        < page.index("ежеквартально")
    )
    assert "1 мероприятие просрочено" in page
    late = coordinator.get("/plan?state=overdue").text
    assert "Анализ условий" in late
    assert "ежеквартально" not in late


def test_an_item_due_today_is_not_late_yet(cluster):
    item = make_plan_item(cluster, until_on=today())
    assert not item.is_overdue(today())
    assert item.is_overdue(today() + timedelta(days=1))


@pytest.mark.parametrize("state", [PlanItemState.DONE, PlanItemState.MOVED, PlanItemState.DROPPED])
def test_what_is_done_or_put_off_is_not_late(cluster, state):
    item = make_plan_item(
        cluster, until_on=today() - timedelta(days=9), state=state, state_reason="решение совета"
    )
    assert not item.is_overdue(today())


def test_an_empty_plan_says_what_to_do(coordinator):
    assert "Загрузите его из своей таблицы" in coordinator.get("/plan").text


@pytest.mark.parametrize("query", ["q=семинар", "stage=Этап II", "state=planned&q=2.1", "q=ЕЖОВ"])
def test_filters_narrow_the_plan(coordinator, cluster, query):
    make_plan_item(cluster, stage="Этап I", state=PlanItemState.DONE)
    make_plan_item(cluster, stage="Этап II", number="2.1", title="Семинар", executor="Ёжов", position=2)
    page = coordinator.get(f"/plan?{query}").text
    assert "Семинар" in page
    assert "Анализ условий" not in page


def test_the_plan_is_exported_with_real_dates_and_text_that_stays_text(coordinator, cluster):
    make_plan_item(cluster, title="=1+1", until_on=date(2026, 12, 31))
    answer = coordinator.get("/plan/export.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet["D2"].value == "=1+1"
    assert sheet["D2"].data_type == "s"
    assert sheet["G2"].value.date() == date(2026, 12, 31)
    assert sheet.freeze_panes == "A2"


def test_an_item_is_added_corrected_and_removed(coordinator, cluster):
    form = {"title": "Сетевой педсовет", "number": "2.2", "from_on": "2026-12-01", "until_on": "2026-12-20"}
    assert post(coordinator, "/plan/add", **form).status_code == 302
    item = stored()
    assert (item.title, item.until_on, item.state) == (
        "Сетевой педсовет",
        date(2026, 12, 20),
        PlanItemState.PLANNED,
    )
    post(coordinator, f"/plan/{item.public_id}", title="Педсовет", executor="совет", number="")
    assert (stored().title, stored().executor, stored().number) == ("Педсовет", "совет", None)
    post(coordinator, f"/plan/{item.public_id}/remove")
    assert db.session.scalar(select(PlanItem)) is None
    actions = db.session.scalars(
        select(AuditEntry.action).where(AuditEntry.object_kind == "plan_item").order_by(AuditEntry.id)
    ).all()
    assert actions == ["plan_item_added", "plan_item_changed", "plan_item_removed"]


def test_an_odd_period_is_saved_and_said(coordinator):
    form = {"title": "Смотр", "from_on": "2026-12-20", "until_on": "2026-12-01"}
    post(coordinator, "/plan/add", **form)
    assert stored().until_on == date(2026, 12, 1)
    page = coordinator.get("/plan")
    assert "срок заканчивается раньше, чем начинается" in page.text


def test_an_item_without_words_is_refused_with_what_was_typed(coordinator):
    page = post(coordinator, "/plan/add", title=" ", executor="совет")
    assert page.status_code == 422
    assert 'value="совет"' in page.text


def test_a_state_changes_and_putting_off_needs_a_reason(coordinator, cluster):
    path = f"/plan/{make_plan_item(cluster).public_id}/state"
    assert post(coordinator, path, **{"state-state": "done"}).status_code == 302
    assert stored().state is PlanItemState.DONE
    assert post(coordinator, path, **{"state-state": "dropped"}).status_code == 422
    assert stored().state is PlanItemState.DONE
    post(coordinator, path, **{"state-state": "dropped", "state-reason": "решение совета"})
    assert (stored().state, stored().state_reason) == (PlanItemState.DROPPED, "решение совета")
    post(coordinator, path, **{"state-state": "planned", "state-reason": "решение совета"})
    assert (stored().state, stored().state_reason) == (PlanItemState.PLANNED, None)


def test_the_database_refuses_a_dropped_item_without_a_reason(cluster):
    with pytest.raises(IntegrityError):
        make_plan_item(cluster, state=PlanItemState.DROPPED)


@pytest.mark.parametrize("state", ["", "burnt", "overdue"])
def test_an_unknown_state_is_refused(coordinator, cluster, state):
    path = f"/plan/{make_plan_item(cluster).public_id}/state"
    assert post(coordinator, path, **{"state-state": state}).status_code == 422


@pytest.mark.parametrize("role", [Role.COUNCIL_MEMBER, Role.ADVISER, Role.AUTHORITY, Role.CENTRE_HEAD])
def test_those_who_read_aggregates_read_the_plan_and_change_nothing(client, cluster, role):
    school = make_school(cluster)
    account = make_account(
        make_person(cluster), role, organisation_id=school.id if role is Role.CENTRE_HEAD else None
    )
    item = make_plan_item(cluster)
    sign_in(client, account)
    assert "Добавить мероприятие" not in client.get("/plan").text
    assert client.get(f"/plan/{item.public_id}").status_code == 200
    assert client.get("/plan/add").status_code == 403
    assert post(client, f"/plan/{item.public_id}/remove").status_code == 403


@pytest.mark.parametrize("role", [Role.TEACHER, Role.HOST, Role.REGISTRAR])
def test_others_do_not_see_the_plan(client, cluster, role):
    sign_in(client, make_account(make_person(cluster), role))
    assert client.get("/plan").status_code == 403


def test_the_plan_of_another_cluster_is_not_there(coordinator):
    foreign = make_plan_item(make_cluster(), title="Чужое мероприятие")
    assert "Чужое" not in coordinator.get("/plan").text
    assert coordinator.get(f"/plan/{foreign.public_id}").status_code == 404
    for path in ("", "/state", "/remove"):
        assert post(coordinator, f"/plan/{foreign.public_id}{path}").status_code == 404
    assert coordinator.get(f"/plan/{uuid.uuid4()}").status_code == 404
