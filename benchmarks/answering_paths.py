"""CPU of one completed one-page survey and of one autosave: this process alone, and with the database's backend.

Run: python -m benchmarks.answering_paths
"""

import cProfile
import os
import pstats
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import text

import config
from app.db import db
from app.embedded.postgres import PostgresServer
from app.factory import create_app
from surveys.models import Assignment
from tests.factories.people import make_cluster, make_person
from tests.factories.surveys import (
    consent_to_diagnostics,
    link_path,
    make_assignment,
    make_diagnostic,
    make_wave,
    one_page_document,
)
from tests.surveys.items.browser_form import posted

PEOPLE = 150
WARM_UP = 30
TICK = os.sysconf("SC_CLK_TCK")


class Settings(config.Testing):
    """The settings of a web process, over a database of its own."""

    TESTING = False

    def __init__(self, url: str) -> None:
        super().__init__()
        self.SQLALCHEMY_DATABASE_URI = url
        self.REDIS_URL = "redis://127.0.0.1:1"
        self.LOG_LEVEL = "WARNING"


def backend_seconds() -> float:
    """CPU of this thread's database backend, which runs on this machine."""
    pid = db.session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    db.session.rollback()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def measure(name: str, work: Callable[[int], None], numbers: range, calls: int = 1) -> None:
    """Print milliseconds of CPU a call, web and database."""
    for number in range(WARM_UP):
        work(number)
    backend = backend_seconds()
    started = process_time()
    for number in numbers:
        work(number)
    web = process_time() - started
    database = backend_seconds() - backend
    n = len(numbers) * calls
    print(f"{name:42} web {web / n * 1e3:7.2f} ms   database {database / n * 1e3:7.2f} ms")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="opora-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o755)
        with PostgresServer(home / "data", home / "run", fsync=False) as server:
            server.create_database("bench")
            flask_app = create_app(Settings(server.url("bench")))
            with flask_app.app_context():
                upgrade(directory="migrations")
                run(flask_app.test_client)
                db.session.remove()
                db.engine.dispose()


def run(client: Callable[[], FlaskClient]) -> None:
    cluster = make_cluster()
    wave = make_wave(make_diagnostic(cluster), document=one_page_document())
    assignments: list[Assignment] = []
    for _person in range(2 * (PEOPLE + WARM_UP)):
        person = make_person(cluster)
        consent_to_diagnostics(person)
        assignments.append(make_assignment(wave, person))
    paths = [link_path(assignment) for assignment in assignments]
    db.session.rollback()
    answers = {f"i.Q-{number}": str(1 + number % 5) for number in range(1, 41)}
    fields = posted(client().get(paths[0]).text).to_dict() | answers

    def complete(number: int) -> None:
        browser = client()
        assert browser.get(paths[number]).status_code == 200
        sent = browser.post(f"{paths[number]}/submit", data=fields)
        assert sent.status_code == 303, sent.text
        assert "data-receipt" in browser.get(sent.location).text

    browsers = [client() for _path in paths]
    sequence = iter(range(1, 10**9))

    def autosave(number: int) -> None:
        path = paths[PEOPLE + WARM_UP + number]
        for item in range(1, 11):
            body = {
                "client": "bench",
                "seq": next(sequence),
                "base_revision": item - 1,
                "changes": {f"Q-{item}": {"v": str(1 + item % 5)}},
            }
            reply = browsers[number].patch(f"{path}/answers", json=body)
            assert reply.status_code == 200, reply.text

    measure("opened, submitted, receipt (40 items)", complete, range(WARM_UP, WARM_UP + PEOPLE))
    if "--profile" in sys.argv:
        profile = cProfile.Profile()
        profile.enable()
    measure("one autosave", autosave, range(WARM_UP, WARM_UP + PEOPLE), calls=10)
    if "--profile" in sys.argv:
        profile.disable()
        pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()
