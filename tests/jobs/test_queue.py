"""Adding jobs: with the change that causes them, once a key, with one hint a queue."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from app.clock import utcnow
from app.db import db, transaction
from app.jobs import claims, queue
from app.jobs.handlers import UnknownKind
from app.jobs.models import Job, JobState
from app.jobs.ringing import Bell
from tests.factories.jobs import make_job, run_jobs


def nothing(claimed):
    pass


@pytest.fixture
def rung(monkeypatch):
    """The queues that were rung."""
    queues = []
    monkeypatch.setattr(Bell, "ring", lambda self, name: queues.append(name))
    return queues


def states():
    return [(job.key, job.state) for job in db.session.scalars(select(Job).order_by(Job.id))]


def test_a_job_waits_once_its_transaction_has_committed(app, handle):
    handle("count", nothing)
    with transaction():
        queue.add("count", key="a", payload={"id": 1})
    job = db.session.scalars(select(Job)).one()
    assert (job.kind, job.queue, job.key, job.payload) == ("count", "score", "a", {"id": 1})
    assert (job.state, job.attempts) == (JobState.WAITING, 0)


def test_a_job_goes_with_its_transaction(app, handle, rung):
    handle("count", nothing)
    with pytest.raises(RuntimeError, match="changed my mind"), transaction():
        queue.add("count", key="a")
        raise RuntimeError("changed my mind")
    assert states() == []
    assert rung == []


def test_adding_needs_an_open_transaction(app, handle):
    handle("count", nothing)
    with pytest.raises(RuntimeError, match="open transaction"):
        queue.add("count", key="a")
    with pytest.raises(RuntimeError, match="open transaction"):
        queue.add("count", key="a", run_after=utcnow() + timedelta(days=1))


def test_an_unknown_kind_is_refused(app):
    with pytest.raises(UnknownKind), transaction():
        queue.add("no such kind", key="a")


def test_a_waiting_namesake_is_enough(app, handle):
    handle("count", nothing)
    for payload in ({"n": 1}, {"n": 2}):
        with transaction():
            queue.add("count", key="a", payload=payload)
    assert [job.payload for job in db.session.scalars(select(Job))] == [{"n": 1}]


def test_a_sooner_wish_moves_the_waiting_namesake(app, handle):
    handle("count", nothing)
    later = datetime(2030, 1, 1, tzinfo=UTC)
    with transaction():
        queue.add("count", key="a", run_after=later)
    with transaction():
        queue.add("count", key="a")
    with transaction():
        queue.add("count", key="a", run_after=later + timedelta(days=1))
    assert db.session.scalar(select(Job.run_after)) < later


def test_a_running_namesake_does_not_count(app, handle):
    handle("count", nothing)
    make_job("count", key="a")
    claims.claim("score")
    with transaction():
        queue.add("count", key="a")
    assert states() == [("a", JobState.RUNNING), ("a", JobState.WAITING)]


def test_a_worker_leaves_a_job_until_the_change_that_repeats_it_is_committed(app, handle):
    """Else the worker would do the job without seeing that change, and nothing would be left for it."""
    handle("count", nothing)
    make_job("count", key="a")
    with app.app_context(), transaction():
        queue.add("count", key="a")
        with app.app_context():
            assert claims.claim("score") is None
    assert claims.claim("score") is not None


def test_many_jobs_are_added_at_once(app, handle):
    handle("count", nothing)
    with transaction():
        queue.add_many("count", [("b", {"id": 2}), ("a", {"id": 1}), ("b", {"id": 2})])
        queue.add_many("count", [])
    assert sorted(job.key for job in db.session.scalars(select(Job))) == ["a", "b"]


def test_a_queue_is_rung_once_a_transaction_and_only_for_what_is_due(app, handle, rung):
    handle("count", nothing)
    handle("draw", nothing, queue="report")
    with transaction():
        queue.add("count", key="a")
        queue.add("count", key="b")
        queue.add("draw", key="a")
        queue.add("draw", key="b", run_after=utcnow() + timedelta(hours=1))
        assert rung == []
    assert rung == ["score", "report"]
    with transaction():
        queue.add("draw", key="c", run_after=utcnow() + timedelta(hours=1))
    assert rung == ["score", "report"]


def test_run_jobs_runs_those_that_jobs_add(app, handle):
    seen = []

    def first(claimed):
        seen.append("first")
        queue.add("second", key="1")

    handle("first", first)
    handle("second", lambda claimed: seen.append("second"), queue="report")
    make_job("first")
    assert run_jobs() == 2
    assert seen == ["first", "second"]


def test_progress_is_seen_while_the_job_runs(app, handle):
    shown = []

    def slow(claimed):
        queue.progress(claimed[0], 3, 10)
        with db.engine.connect() as other:
            shown.extend(other.execute(text("SELECT progress_done, progress_total FROM job")).all())

    handle("slow", slow)
    make_job("slow")
    run_jobs()
    assert shown == [(3, 10)]
