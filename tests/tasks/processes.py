"""A Celery worker as a process of its own, and what tests wait for."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from celery import Celery
from sqlalchemy import select, text

from app.accounts.models import CatalogueEntry
from app.db import db, transaction
from app.jobs.celery_settings import PRODUCER_OPTIONS, QUEUES, broker_url
from app.jobs.models import Job
from app.jobs.ringing import Bell

PROJECT = Path(__file__).parents[2]
PATIENCE = 40.0  # seconds; a test waits for an event, so a slow machine only waits longer


class Worker:
    """`celery -A wsgi:celery_app worker -c 1` over the tests' database and a Redis of its own."""

    def __init__(self, *, database_url: str, redis_url: str, mail_url: str, home: Path) -> None:
        self.redis_url = redis_url
        self._log_path = home / "worker.log"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("OPORA_")},
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "MAIL_URL": mail_url,
            "SECRET_KEY": "tests-secret-key-of-more-than-32-characters",
            "LINK_KEY": "tests-link-key-of-more-than-32-characters",
            "OPORA_HOME": str(home),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        return self._log_path.read_text()

    def start(self) -> None:
        with self._log_path.open("ab") as log:
            said = self.log.count("ready.")
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "celery", "-A", "wsgi:celery_app", "worker", "-c", "1"),
                    *("-Q", ",".join(QUEUES), "--include", "tests.tasks.worker_kinds", "--loglevel", "INFO"),
                ],
                cwd=PROJECT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_for(lambda: self.log.count("ready.") > said, self)

    def kill(self) -> None:
        """kill -9 of the worker with all its children."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)

    def stop(self) -> None:
        """TERM, as the supervisor stops it."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()


def ringer(redis_url: str) -> Celery:
    """A Celery that only sends, as a web process does."""
    return Celery(
        "ringer",
        broker=broker_url(redis_url),
        set_as_current=False,
        broker_transport_options=PRODUCER_OPTIONS,
    )


def bell_of(worker: Worker) -> Bell:
    return Bell(ringer(worker.redis_url), worker.redis_url)


def wait_for(is_true: Callable[[], object], worker: Worker | None = None) -> None:
    """Wait until it is; fail with the worker's log if it never comes."""
    until = time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < until, f"waited in vain\n{worker.log[-4000:] if worker else ''}"
        time.sleep(0.05)


def results() -> list[str]:
    """Codes the worker has left behind, as committed now."""
    db.session.rollback()
    return sorted(db.session.scalars(select(CatalogueEntry.code)))


def let_leases_end() -> None:
    """As if the time of all leases had passed."""
    with transaction():
        db.session.execute(
            text("UPDATE job SET leased_until = now() - interval '1 second' WHERE state = 'running'")
        )
        db.session.execute(text("UPDATE letter SET next_try_at = now() WHERE state IN ('queued', 'sending')"))


def only_job() -> Job:
    """The job as committed now."""
    db.session.rollback()
    ours = select(Job).where(Job.kind.startswith("test_"))  # a tick adds the platform's own
    return db.session.scalars(ours, execution_options={"populate_existing": True}).one()
