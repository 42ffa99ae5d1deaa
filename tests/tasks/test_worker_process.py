"""A real worker process, killed and hinted at: no job lost, none done twice."""

import os
import signal

from sqlalchemy import select

from app.db import db, transaction
from app.jobs import queue
from app.jobs.models import Heartbeat, Job, JobState
from tests.factories.jobs import make_job
from tests.tasks.processes import let_leases_end, only_job, results, ringer, wait_for


def test_a_job_is_done_soon_after_its_transaction(worker):
    with transaction():
        queue.add("test_keep", key="a")
    wait_for(lambda: results() == ["a"], worker)
    assert only_job().state is JobState.DONE


def test_a_lost_hint_costs_no_more_than_the_next_tick(worker, tick):
    make_job("test_keep", key="a")  # nobody was rung
    tick()
    wait_for(lambda: results() == ["a"], worker)


def test_doubled_hints_do_nothing_twice(worker):
    make_job("test_keep", key="a")
    celery = ringer(worker.redis_url)
    for _ in range(5):
        celery.send_task("opora.work", args=["score"], queue="score", retry=False)
    wait_for(lambda: results() == ["a"], worker)
    make_job("test_keep", key="b")
    celery.send_task("opora.work", args=["score"], queue="score", retry=False)
    wait_for(lambda: results() == ["a", "b"], worker)
    assert db.session.scalars(select(Job.attempts)).all() == [1, 1]


def test_a_process_killed_in_the_middle_of_a_job_does_it_once_after_the_lease(worker, tick, pid_file):
    with transaction():
        queue.add("test_stall", key="a", payload={"pid_file": str(pid_file)})
    wait_for(pid_file.exists, worker)
    os.kill(int(pid_file.read_text()), signal.SIGKILL)
    assert only_job().state is JobState.RUNNING
    assert results() == []
    let_leases_end()
    tick()
    wait_for(lambda: only_job().state is JobState.DONE, worker)
    assert results() == ["a"]
    assert only_job().attempts == 2


def test_the_worker_shows_that_it_is_there(worker):
    name = f"worker@{os.uname().nodename}:{worker.pid}"

    def is_seen() -> bool:
        db.session.rollback()
        return db.session.get(Heartbeat, name) is not None

    wait_for(is_seen, worker)
