"""The page about jobs: for administrators, with another try for what is dead."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.db import db
from app.jobs.models import Job, JobState
from app.permissions import Role
from tests.accounts.pages import post_form
from tests.factories.jobs import make_job
from tests.factories.people import make_account, sign_in

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def admin(client):
    return sign_in(client, make_account(None, Role.ADMINISTRATOR))


def make_dead(key):
    return make_job(
        "count",
        key=key,
        state=JobState.DEAD,
        attempts=5,
        last_error="ValueError: poison (surveys/scoring.py:8)",
        finished_at=LONG_AGO,
    )


def states():
    db.session.expire_all()
    return dict(db.session.execute(select(Job.key, Job.state)).all())


def retry(client, **fields):
    return post_form(client, "/appearance", action="/admin/jobs/retry", **fields)


def nothing(claimed):
    pass


def test_an_empty_page_says_when_there_will_be_something(app, admin):
    assert "с первыми ответами" in admin.get("/admin/jobs").text


def test_counts_causes_and_progress_are_shown(app, admin, handle):
    handle("count", nothing)
    make_dead("a")
    make_job("count", key="b", state=JobState.RUNNING, progress_done=30, progress_total=120)
    page = admin.get("/admin/jobs").text
    assert "ValueError: poison (surveys/scoring.py:8)" in page
    assert 'aria-label="30 из 120"' in page


def test_one_dead_job_is_tried_again(app, admin, handle):
    handle("count", nothing)
    job_id = make_dead("a")
    make_dead("b")
    assert retry(admin, id=job_id).status_code == 302
    assert states() == {"a": JobState.WAITING, "b": JobState.DEAD}


def test_all_dead_jobs_of_a_kind_are_tried_again(app, admin, handle):
    handle("count", nothing)
    make_dead("a")
    make_dead("b")
    retry(admin, kind="count")
    assert states() == {"a": JobState.WAITING, "b": JobState.WAITING}


@pytest.mark.parametrize("data", [{"id": "x"}, {"id": "9" * 30}, {"id": "²"}])
def test_an_unreadable_number_is_refused(app, admin, data):
    assert retry(admin, **data).status_code == 422


def test_a_request_that_names_nothing_is_refused(app, admin):
    assert retry(admin).status_code == 400


@pytest.mark.parametrize("role", [Role.TEACHER, Role.COORDINATOR])
def test_others_may_not_see_it(app, client, role):
    sign_in(client, make_account(None, role))
    assert client.get("/admin/jobs").status_code == 403
    assert retry(client, id=1).status_code == 403
