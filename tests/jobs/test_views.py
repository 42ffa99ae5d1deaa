"""The page about jobs: for administrators, with another try for what is dead."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.db import db
from app.jobs import worker
from app.jobs.claims import LEASE_EXPIRED
from app.jobs.failures import describe
from app.jobs.handlers import UnknownKind
from app.jobs.models import Job, JobState
from app.jobs.time_limit import TimeLimitExceeded
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
    job_id = make_dead("a")
    make_job("count", key="b", state=JobState.RUNNING, progress_done=30, progress_total=120)
    page = admin.get("/admin/jobs").text
    assert "Ошибка в программе" in page
    assert "ValueError: poison (surveys/scoring.py:8)" in page
    assert f"№ {job_id}" in page
    assert 'aria-label="30 из 120"' in page


def test_kinds_and_states_are_in_words_and_times_in_local_time(app, admin):
    make_job("close_wave", run_after=datetime(2026, 11, 30, 17, tzinfo=UTC))
    make_job(
        "score_response", state=JobState.DEAD, finished_at=LONG_AGO, last_error="OperationalError: x (y)"
    )
    page = admin.get("/admin/jobs").text
    assert "Закрытие диагностики в срок" in page
    assert "01.12.2026 00:00" in page
    assert "Подсчёт ответов" in page
    assert "База данных не отвечала" in page
    assert "Не удались" in page
    assert "close_wave" not in page


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (LEASE_EXPIRED, "Работник был остановлен или не успел"),
        (describe(TimeLimitExceeded("60 s")), "Не хватило отведённого времени"),
        (describe(UnknownKind("fold")), "Работник другой версии"),
        (describe(OSError(28, "No space left on device")), "на диске нет места"),
        (describe(MemoryError()), "не хватило памяти"),
        (None, "Ошибка в программе"),
    ],
)
def test_causes_are_told_in_short_words(app, admin, error, said):
    make_job("close_wave", state=JobState.DEAD, finished_at=LONG_AGO, last_error=error)
    assert said in admin.get("/admin/jobs").text


def test_the_page_says_whether_there_is_anything_to_do(app, admin):
    assert "Работник не отвечает" in admin.get("/admin/jobs").text
    worker.show_alive("worker@host:1")
    assert "делать здесь ничего не нужно" in admin.get("/admin/jobs").text
    make_job("close_wave", state=JobState.DEAD, finished_at=LONG_AGO)
    assert "делать здесь ничего не нужно" not in admin.get("/admin/jobs").text


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


@pytest.mark.parametrize("data", [{"id": "x"}, {"id": "9" * 30}, {"id": "²"}, {"kind": "\0"}])
def test_what_names_no_job_is_refused(app, admin, data):
    assert retry(admin, **data).status_code == 422


def test_a_request_that_names_nothing_is_refused(app, admin):
    assert retry(admin).status_code == 400


@pytest.mark.parametrize("role", [Role.TEACHER, Role.COORDINATOR])
def test_others_may_not_see_it(app, client, role):
    sign_in(client, make_account(None, role))
    assert client.get("/admin/jobs").status_code == 403
    assert retry(client, id=1).status_code == 403
