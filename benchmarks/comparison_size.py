"""Time of building a comparison and CPU of reading its page, by the number of pairs.

Run: python -m benchmarks.comparison_size [pairs ...]
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

TOPICS, SCHOOLS = 8, 20
PAGES = 20

PEOPLE = """
INSERT INTO person (cluster_id, surname, name, sort_key)
SELECT :cluster_id, 'Ветрова' || n, 'Анна', n FROM generate_series(1, :n) AS n RETURNING id
"""
RESPONSES = """
WITH assignments AS (
    INSERT INTO assignment (wave_id, person_id) SELECT :wave_id, id FROM person WHERE surname LIKE 'Ветрова%'
    RETURNING id
)
INSERT INTO response (assignment_id, order_seed, submitted_at, submit_key, attributes)
SELECT id, 1, now(), 'key', jsonb_build_object(
    'organisation_id', (CAST(:schools AS bigint[]))[1 + (random() * 19)::int],
    'position', (ARRAY['teacher', 'organiser', 'methodist'])[1 + (random() * 2)::int],
    'subjects', jsonb_build_array((ARRAY['physics', 'chemistry', 'biology', 'labour'])[1 + (random() * 3)::int]),
    'category', (ARRAY['first', 'highest', 'none'])[1 + (random() * 2)::int],
    'service_band', (ARRAY['under_3', '3_10', 'over_20'])[1 + (random() * 2)::int])
FROM assignments
"""
SCORES = """
INSERT INTO score (response_id, scoring_id, scale, raw, percent, n_answered)
SELECT response.id, :scoring_id, scale, 1, least(100, random() * 80 + :shift), 2
FROM response JOIN assignment ON assignment.id = response.assignment_id, unnest(CAST(:scales AS text[])) AS scale
WHERE assignment.wave_id = :wave_id
"""


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [1_000, 10_000, 100_000]
    from app.embedded.postgres import PostgresServer

    print(f"{'pairs':>8} {'build, s':>9} {'peak, MiB':>10} {'page, ms of CPU':>16}")
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="opora-bench-") as folder:
            home = Path(folder)
            home.chmod(0o755)
            with PostgresServer(home / "data", home / "run") as server:
                server.create_database("opora")
                os.environ.update(
                    DATABASE_URL=server.url("opora"),
                    REDIS_URL="redis://127.0.0.1:1",
                    OPORA_HOME=folder,
                    SECRET_KEY="benchmark" * 8,
                )
                seconds, milliseconds = measure(size)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{size:8} {seconds:9.2f} {peak:10.0f} {milliseconds:16.1f}")


def measure(n: int) -> tuple[float, float]:
    from flask_migrate import upgrade

    from app.accounts.services.catalogues import ensure_catalogues
    from app.clock import utcnow
    from app.db import db, transaction
    from app.factory import create_app
    from app.permissions import Role
    from surveys import charts
    from surveys.models import WaveState
    from surveys.services.scoring import current_scorings
    from surveys.services.snapshots import publish_snapshot, store
    from tests.factories.people import make_account, make_person, make_school, sign_in
    from tests.factories.surveys import make_wave
    from tests.surveys.results_cases import final_of, topics_document

    app = create_app()
    app.config["SECOND_FACTOR_REQUIRED"] = False
    with app.app_context():
        upgrade(directory="migrations")
        with transaction():
            ensure_catalogues()
        starting = make_wave(document=topics_document(TOPICS))
        cluster = starting.diagnostic.cluster
        schools = [make_school(cluster).id for _school in range(SCHOOLS)]
        final = final_of(starting, state=WaveState.SCORED)
        scales = ["overall", *(f"T{place}" for place in range(1, TOPICS + 1))]
        with transaction():
            db.session.execute(text(PEOPLE), {"cluster_id": cluster.id, "n": n})
            for wave, shift in ((starting, 5), (final, 15)):
                db.session.execute(text(RESPONSES), {"wave_id": wave.id, "schools": schools})
                scoring_id = current_scorings([wave.version_id])[wave.version_id]
                values = {"wave_id": wave.id, "scoring_id": scoring_id, "scales": scales, "shift": shift}
                db.session.execute(text(SCORES), values)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        started = time.monotonic()
        with transaction():
            snapshot = store(starting.diagnostic_id, "comparison", utcnow(), charts.draw)
        seconds = time.monotonic() - started
        with transaction():
            publish_snapshot(snapshot.id, utcnow())
        client = sign_in(app.test_client(), make_account(make_person(cluster), Role.COUNCIL_MEMBER))
        path = f"/results/{starting.diagnostic.public_id}/comparison"
        if client.get(path).status_code != 200:
            raise SystemExit("the page does not open")
        began = time.process_time()
        for _page in range(PAGES):
            client.get(path)
        milliseconds = (time.process_time() - began) / PAGES * 1e3
        db.session.remove()
        db.engine.dispose()
    return seconds, milliseconds


if __name__ == "__main__":
    main()
