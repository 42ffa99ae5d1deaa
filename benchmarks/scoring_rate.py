"""Responses scored a second, end to end: jobs claimed, answers read, scored, rows written, jobs finished.

Two workers, as two processes, over a private PostgreSQL with a page of 40 likert items.
Run: python -m benchmarks.scoring_rate [responses]
"""

import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path

from flask import Flask
from sqlalchemy import text

WORKERS = 2

FILL = """
WITH people AS (
    INSERT INTO person (cluster_id, surname, name, sort_key)
    SELECT :cluster_id, 'Ветрова' || n, 'Анна', n FROM generate_series(1, :n) AS n RETURNING id
), assignments AS (
    INSERT INTO assignment (wave_id, person_id) SELECT :wave_id, id FROM people RETURNING id
), responses AS (
    INSERT INTO response (assignment_id, order_seed, answers, submitted_at, submit_key)
    SELECT assignments.id, 1, answers.given, now(), 'key'
    FROM assignments, LATERAL (
        SELECT jsonb_object_agg('Q-' || item, jsonb_build_object('v', ((random() * 4)::int + 1)::text)) AS given
        FROM generate_series(1, 40) AS item WHERE assignments.id > 0
    ) AS answers
    RETURNING id
)
INSERT INTO job (kind, queue, key, payload)
SELECT 'score_response', 'score', id::text, jsonb_build_object('response_id', id) FROM responses
"""


def make_app() -> Flask:
    from app.factory import create_app

    return create_app()


def work(started: float) -> None:
    """Drain the queue as a worker does."""
    from app.jobs import claims, worker

    app = make_app()
    with app.app_context():
        while time.monotonic() < started:
            time.sleep(0.001)
        while claimed := claims.claim("score"):
            worker.run(claimed)


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    from app.embedded.postgres import PostgresServer

    with tempfile.TemporaryDirectory(prefix="opora-bench-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        with PostgresServer(home / "data", home / "run") as server:
            server.create_database("opora")
            os.environ.update(
                DATABASE_URL=server.url("opora"), REDIS_URL="redis://127.0.0.1:1", OPORA_HOME=folder
            )
            print(f"{n} responses of 40 items, {WORKERS} workers: {measure(n):8.0f} responses/s")


def measure(n: int) -> float:
    from flask_migrate import upgrade

    from app.db import db, transaction
    from tests.factories.surveys import make_wave, one_page_document

    app = make_app()
    with app.app_context():
        upgrade(directory="migrations")
        wave = make_wave(document=one_page_document())
        with transaction():
            db.session.execute(
                text(FILL), {"cluster_id": wave.diagnostic.cluster_id, "wave_id": wave.id, "n": n}
            )
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        started = time.monotonic() + 6
        context = multiprocessing.get_context("spawn")
        workers = [context.Process(target=work, args=(started,)) for _worker in range(WORKERS)]
        for process in workers:
            process.start()
        for process in workers:
            process.join()
        took = time.monotonic() - started
        scored = db.session.scalar(text("SELECT count(*) FROM score"))
        if scored != n:
            raise SystemExit(f"{scored} of {n} responses were scored")
        db.session.remove()
        db.engine.dispose()
    return n / took


if __name__ == "__main__":
    main()
