"""Running jobs: results with their end, failures alone, leases that fence."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from app.accounts.models import CatalogueEntry
from app.clock import utcnow
from app.db import db, transaction
from app.jobs import claims, pruning, queue, worker
from app.jobs.claims import BACKOFF, MAX_ATTEMPTS
from app.jobs.models import Heartbeat, Job, JobState
from tests.factories.jobs import make_job


def row(job_id):
    return db.session.get_one(Job, job_id, populate_existing=True)


def change(**values):
    with transaction():
        db.session.execute(update(Job).values(**values))


def attempt(queue_name="score"):
    """One claim, run as a worker runs it."""
    claimed = claims.claim(queue_name)
    assert claimed is not None, "nothing is due"
    worker.run(claimed)
    return [job.key for job in claimed.jobs]


def keep_result(claimed):
    """Leave a row behind for each job."""
    for job in claimed:
        db.session.add(
            CatalogueEntry(kind="result", code=job.key, name_ru="итог", name_en="result", position=1)
        )


def results():
    return sorted(db.session.scalars(select(CatalogueEntry.code)).all())


def fails_on(*keys):
    def work(claimed):
        keep_result(claimed)
        if any(job.key in keys for job in claimed):
            raise ValueError("poison")

    return work


def test_results_and_the_end_of_the_job_are_committed_together(app, handle):
    handle("count", keep_result)
    job_id = make_job("count", key="a")
    attempt()
    assert results() == ["a"]
    job = row(job_id)
    assert (job.state, job.attempts, job.lease_token, job.last_error) == (JobState.DONE, 1, None, None)
    assert job.finished_at is not None


def test_a_failure_keeps_nothing_and_waits_before_the_next_attempt(app, handle):
    handle("count", fails_on("a"))
    job_id = make_job("count", key="a")
    attempt()
    assert results() == []
    job = row(job_id)
    assert (job.state, job.attempts) == (JobState.WAITING, 1)
    assert job.last_error.startswith("ValueError: poison (tests/jobs/test_worker.py:")
    pause = job.run_after - db.session.scalar(select(func.now()))
    assert timedelta(0) < pause <= timedelta(seconds=BACKOFF[0])
    assert claims.claim("score") is None


def test_after_five_failed_attempts_a_job_is_dead_until_it_is_revived_by_hand(app, handle):
    handle("count", fails_on("a"))
    job_id = make_job("count", key="a")
    pauses = []
    for _ in range(MAX_ATTEMPTS):
        attempt()
        pauses.append(row(job_id).run_after)
        change(run_after=utcnow() - timedelta(minutes=1))
    assert (row(job_id).state, row(job_id).attempts) == (JobState.DEAD, MAX_ATTEMPTS)
    assert claims.claim("score") is None
    handle_again = claims.find_handler("count")
    assert handle_again is not None
    with transaction():
        assert claims.revive([job_id]) == 1
    assert (row(job_id).state, row(job_id).attempts) == (JobState.WAITING, 0)


def test_first_attempts_are_taken_in_batches_of_one_kind(app, handle):
    handle("count", keep_result, batch=2)
    handle("draw", keep_result, batch=10)
    for key in ("a", "b", "c"):
        make_job("count", key=key)
    make_job("draw", key="d")
    assert [attempt(), attempt(), attempt()] == [["a", "b"], ["c"], ["d"]]


def test_a_poison_job_does_not_take_its_batch_along(app, handle):
    handle("count", fails_on("b"), batch=10)
    for key in ("a", "b", "c"):
        make_job("count", key=key)
    assert attempt() == ["a", "b", "c"]
    assert results() == []
    assert [attempt(), attempt(), attempt()] == [["a"], ["b"], ["c"]]
    assert results() == ["a", "c"]
    assert claims.claim("score") is None


def test_what_has_failed_before_joins_no_batch_of_new_jobs(app, handle):
    handle("count", keep_result, batch=10)
    make_job("count", key="a")
    make_job("count", key="failed before", attempts=1)
    make_job("count", key="b")
    assert [attempt(), attempt()] == [["a", "b"], ["failed before"]]


def test_the_attempt_is_counted_before_the_work_begins(app, handle):
    seen = []

    def look(claimed):
        with db.engine.connect() as other:
            seen.extend(other.execute(text("SELECT state, attempts FROM job")).all())

    handle("count", look)
    make_job("count")
    attempt()
    assert seen == [("running", 1)]


def test_a_late_finisher_cannot_overwrite(app, handle):
    """A worker stalled beyond its lease: another did the work, and what the first computed is not kept."""

    def stalls(claimed):
        keep_result(claimed)
        with app.app_context():
            change(leased_until=utcnow() - timedelta(seconds=1))
            assert claims.take_back_expired() == 1
            other = claims.claim("score")
            with transaction():
                db.session.add(
                    CatalogueEntry(kind="other", code="b", name_ru="итог", name_en="result", position=1)
                )
                claims.finish(other)

    handle("count", stalls)
    job_id = make_job("count", key="a")
    attempt()
    assert results() == ["b"]
    assert (row(job_id).state, row(job_id).attempts) == (JobState.DONE, 2)


def test_a_late_finisher_does_not_end_what_another_holds_now(app, handle):
    handle("count", keep_result)
    job_id = make_job("count")
    late = claims.claim("score")
    change(leased_until=utcnow() - timedelta(seconds=1))
    claims.take_back_expired()
    holder = claims.claim("score")
    with pytest.raises(claims.LeaseLost), transaction():
        claims.finish(late)
    assert (row(job_id).state, row(job_id).lease_token) == (JobState.RUNNING, holder.token)


def test_a_late_failure_changes_nothing(app, handle):
    handle("count", keep_result)
    job_id = make_job("count")
    late = claims.claim("score")
    change(leased_until=utcnow() - timedelta(seconds=1))
    claims.take_back_expired()
    attempt()
    claims.fail(late, "too late")
    assert row(job_id).state is JobState.DONE


def test_a_late_failure_leaves_the_job_to_whoever_holds_it_now(app, handle):
    handle("count", keep_result)
    job_id = make_job("count")
    late = claims.claim("score")
    change(leased_until=utcnow() - timedelta(seconds=1))
    claims.take_back_expired()
    holder = claims.claim("score")
    claims.fail(late, "too late")
    assert (row(job_id).state, row(job_id).lease_token) == (JobState.RUNNING, holder.token)


def test_the_job_of_a_killed_worker_is_taken_back_after_its_lease(app, handle):
    handle("count", keep_result, time_limit=60)
    job_id = make_job("count", key="a")
    claims.claim("score")
    assert claims.take_back_expired() == 0
    assert attempt_is_possible() is False
    change(leased_until=utcnow() - timedelta(seconds=1))
    assert claims.take_back_expired() == 1
    attempt()
    assert (row(job_id).state, row(job_id).attempts) == (JobState.DONE, 2)


def attempt_is_possible():
    return claims.claim("score") is not None


def test_a_job_that_kills_its_worker_five_times_is_dead(app, handle):
    handle("count", keep_result)
    job_id = make_job("count")
    for _ in range(MAX_ATTEMPTS):
        assert claims.claim("score") is not None
        change(leased_until=utcnow() - timedelta(seconds=1))
        claims.take_back_expired()
    assert row(job_id).state is JobState.DEAD
    assert row(job_id).last_error == claims.LEASE_EXPIRED


def test_the_lease_is_the_time_limit_and_half_a_minute(app, handle):
    handle("count", keep_result, time_limit=60)
    job_id = make_job("count")
    claims.claim("score")
    lease = row(job_id).leased_until - db.session.scalar(select(func.now()))
    assert timedelta(seconds=85) < lease <= timedelta(seconds=90)


def test_a_failed_job_leaves_the_work_to_a_namesake_added_meanwhile(app, handle):
    def adds_and_fails(claimed):
        with app.app_context(), transaction():
            queue.add("count", key="a")
        raise ValueError("poison")

    handle("count", adds_and_fails)
    make_job("count", key="a")
    attempt()
    jobs = db.session.scalars(select(Job)).all()
    assert [(job.key, job.state) for job in jobs] == [("a", JobState.WAITING)]
    assert jobs[0].run_after <= db.session.scalar(select(func.now()))


def test_work_beyond_its_time_limit_is_stopped(app, handle):
    handle("slow", lambda claimed: db.session.execute(text("SELECT pg_sleep(60)")), time_limit=0.3)
    job_id = make_job("slow")
    attempt()
    job = row(job_id)
    assert job.state is JobState.WAITING
    assert "more than 0.3 s" in job.last_error


def test_python_beyond_its_time_limit_is_stopped(app, handle):
    def forever(claimed):
        while True:
            sum(range(1000))

    handle("slow", forever, time_limit=0.2)
    job_id = make_job("slow")
    attempt()
    assert row(job_id).last_error.startswith("TimeLimitExceeded")


def test_a_kind_this_program_does_not_know_fails_visibly(app, handle):
    handle("count", keep_result)
    job_id = make_job("count")
    change(kind="from the future")
    attempt()
    assert "UnknownKind" in row(job_id).last_error


def test_a_database_error_is_kept_without_the_data_it_is_about(app, handle):
    def twice(claimed):
        for _ in range(2):
            db.session.add(
                CatalogueEntry(kind="x", code="vetrova@example.org", name_ru="x", name_en="x", position=1)
            )

    handle("count", twice)
    job_id = make_job("count")
    attempt()
    error = row(job_id).last_error
    assert error.startswith("IntegrityError: duplicate key value")
    assert "vetrova" not in error


def test_two_workers_share_the_work_and_do_each_job_once(app, handle):
    handle("count", keep_result, batch=3)
    for n in range(20):
        make_job("count", key=f"{n:02}")
    start = threading.Barrier(2)

    def take_all():
        start.wait()
        taken = []
        with app.app_context():
            while (claimed := claims.claim("score")) is not None:
                taken += [job.key for job in claimed.jobs]
                with transaction():
                    keep_result(claimed.jobs)
                    claims.finish(claimed)
        return taken

    with ThreadPoolExecutor(2) as threads:
        both = [running.result() for running in [threads.submit(take_all), threads.submit(take_all)]]
    assert sorted(both[0] + both[1]) == [f"{n:02}" for n in range(20)]
    assert len(results()) == 20


def test_a_long_queue_gives_way_and_is_rung_again(app, handle, monkeypatch):
    rung = []
    monkeypatch.setattr(worker, "bell", lambda: Bells(rung))
    monkeypatch.setattr(worker, "TURN", 0.0)
    handle("count", keep_result)
    make_job("count")
    assert worker.work("score") == 0
    assert rung == ["heard score", "score"]


def test_a_rung_queue_is_emptied_of_all_kinds_and_of_what_their_work_adds(app, handle, monkeypatch):
    monkeypatch.setattr(worker, "bell", lambda: Bells([]))

    def adds(claimed):
        keep_result(claimed)
        queue.add("count", key="d")

    handle("count", keep_result, batch=2)
    handle("draw", adds)
    for key in ("a", "b", "c"):
        make_job("count", key=key)
    make_job("draw", key="e")
    assert worker.work("score") == 5
    assert results() == ["a", "b", "c", "d", "e"]


class Bells:
    """Stands for the bell and writes down what it is told."""

    def __init__(self, rung):
        self.rung = rung

    def ring(self, name):
        self.rung.append(name)

    def heard(self, name):
        self.rung.append(f"heard {name}")


def test_every_queue_with_due_work_is_rung(app, handle, monkeypatch):
    rung = []
    monkeypatch.setattr(worker, "bell", lambda: Bells(rung))
    handle("count", keep_result)
    handle("draw", keep_result, queue="report")
    handle("later", keep_result, queue="import")
    make_job("count", key="a")
    make_job("count", key="b")
    make_job("draw")
    make_job("later", run_after=utcnow() + timedelta(hours=1))
    worker.ring_due()
    assert rung == ["report", "score"]


def test_jobs_done_a_month_ago_are_forgotten_and_dead_ones_are_not(app, handle):
    handle("count", keep_result)
    long_ago = utcnow() - timedelta(days=31)
    make_job("count", key="old", state=JobState.DONE, finished_at=long_ago)
    make_job("count", key="new", state=JobState.DONE, finished_at=utcnow())
    make_job("count", key="dead", state=JobState.DEAD, finished_at=long_ago)
    with transaction():
        assert pruning.prune() == 1
    assert sorted(db.session.scalars(select(Job.key))) == ["dead", "new"]


def test_a_worker_shows_that_it_is_alive(app):
    worker.show_alive("worker@host:1")
    worker.show_alive("worker@host:1")
    assert db.session.scalars(select(Heartbeat.name)).all() == ["worker@host:1"]


@pytest.mark.parametrize("ids", [[], [1]])
def test_only_dead_jobs_are_revived(app, handle, ids):
    handle("count", keep_result)
    make_job("count")
    with transaction():
        assert claims.revive(ids) == 0
