"""From an empty database to the models' schema and back, on the newest PostgreSQL and the oldest allowed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

import config
from app.clock import utcnow
from app.db import db
from app.demo.loading import ensure_demo
from app.embedded.postgres import PostgresServer
from app.factory import create_app
from app.text import numbered_sort_key, sort_key
from surveys.services.scoring import scoring_plan
from surveys.versions import compiled_scoring, compiled_version
from tests.conftest import KEPT_TABLES, MIGRATIONS

BEFORE_TRIGGERS = "20261123_1200"
BEFORE_NUMBERS = "20261123_1210"
ORGANISATION = """
    INSERT INTO organisation (kind, name, short_name, sort_key) VALUES ('school', :name, :name, :key)
"""
INSERT_ONLY = {
    "attendance_scan",
    "audit_entry",
    "consent_text",
    "instrument_version",
    "registration_log",
    "response_log",
    "scoring",
}
SCAN = """
    INSERT INTO attendance_scan (session_id, person_id, mark, at, nonce)
    SELECT session_id, person_id, 'present', now(), gen_random_uuid() FROM registration LIMIT 1
"""
CHANGE = """
    INSERT INTO response_log (response_id, device, client, sequence, revision, changes)
    SELECT id, 'paper', 'form', 1, 1, '{}' FROM response LIMIT 1
"""

CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, column_default, is_identity
    FROM information_schema.columns WHERE table_schema = 'public'
"""


@pytest.fixture(scope="module", params=[18, 16])
def server(request: pytest.FixtureRequest, services_home: Path) -> Iterator[PostgresServer]:
    name = f"m{request.param}"
    with PostgresServer(
        services_home / name, services_home / f"s{name}", fsync=False, version=request.param
    ) as server:
        yield server


@pytest.fixture(autouse=True)
def forgotten_definitions() -> Iterator[None]:
    """Definitions are kept by id, and the ids of a database made anew begin at 1 again."""
    kept = (compiled_version, compiled_scoring, scoring_plan)
    for cache in kept:
        cache.cache_clear()
    yield
    for cache in kept:
        cache.cache_clear()


@pytest.fixture(scope="module")
def moved_app(server: PostgresServer, settings: config.Testing) -> Iterator[Flask]:
    """An application over an empty database of that server."""
    server.create_database("migrated")

    class Settings(config.Testing):
        def __init__(self) -> None:
            super().__init__()
            self.SQLALCHEMY_DATABASE_URI = server.url("migrated")
            self.REDIS_URL = settings.REDIS_URL
            self.FILES_URL = settings.FILES_URL

    flask_app = create_app(Settings())
    with flask_app.app_context():
        yield flask_app
        db.session.remove()
        db.engine.dispose()


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - set(KEPT_TABLES)


def count(table: str) -> int:
    with db.engine.connect() as connection:
        return connection.scalar(text(f'SELECT count(*) FROM "{table}"'))


def guarded_tables() -> set[str]:
    """Tables whose rows cannot be changed, by trying it."""
    guarded = set()
    for table in tables():
        with db.engine.connect() as connection:
            try:
                connection.execute(text(f'UPDATE "{table}" SET {an_own_column(table)}'))
            except IntegrityError as error:
                if "is insert-only" not in str(error):
                    raise
                guarded.add(table)
    return guarded


def an_own_column(table: str) -> str:
    column = inspect(db.engine).get_pk_constraint(table)["constrained_columns"][0]
    return f'"{column}" = "{column}"'


def schema_of(engine: Engine) -> set[tuple[str, ...]]:
    with engine.connect() as connection:
        rows = {
            tuple(row) for query in (CONSTRAINTS, INDEXES, COLUMNS) for row in connection.execute(text(query))
        }
    return {row for row in rows if row[0] not in KEPT_TABLES}


def test_up_down_and_up_again(moved_app: Flask):
    upgrade(directory=MIGRATIONS)
    made = schema_of(db.engine)
    assert tables() == set(db.metadata.tables)

    downgrade(directory=MIGRATIONS, revision="base")
    assert tables() == set()
    with db.engine.connect() as connection:
        left = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
        assert connection.scalars(text(left)).all() == []

    upgrade(directory=MIGRATIONS)
    assert schema_of(db.engine) == made


def test_models_and_migrations_say_the_same(moved_app: Flask, server: PostgresServer):
    upgrade(directory=MIGRATIONS)
    with db.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), db.metadata)
    assert differences == []

    # Autogeneration sees neither checks nor expressions of indexes: the models' own tables are put beside.
    server.create_database("modelled")
    engine = create_engine(server.url("modelled"))
    db.metadata.create_all(engine)
    modelled = schema_of(engine)
    engine.dispose()
    assert schema_of(db.engine) ^ modelled == set()


def test_schools_come_to_stand_by_their_numbers(moved_app: Flask):
    upgrade(directory=MIGRATIONS)
    names = ["СОШ № 3", "СОШ № 12", "Школа-интернат № 007 и 20", "Гимназия", "Лицей 12345678"]
    with db.engine.begin() as connection:
        for name in names:
            row = {"name": name, "key": sort_key(name)}
            connection.execute(text(ORGANISATION), row)
    downgrade(directory=MIGRATIONS, revision=BEFORE_NUMBERS)
    upgrade(directory=MIGRATIONS)
    with db.engine.connect() as connection:
        keys = dict(connection.execute(text("SELECT name, sort_key FROM organisation")).all())
    assert keys == {name: numbered_sort_key(name) for name in names}
    assert sorted(keys, key=keys.__getitem__)[-3:-1] == ["СОШ № 3", "СОШ № 12"]

    downgrade(directory=MIGRATIONS, revision=BEFORE_NUMBERS)
    with db.engine.connect() as connection:
        assert "сош № 3" in connection.scalars(text("SELECT sort_key FROM organisation")).all()
    downgrade(directory=MIGRATIONS, revision="base")


def test_rows_outlive_the_triggers_and_are_guarded_again(moved_app: Flask):
    upgrade(directory=MIGRATIONS)
    assert ensure_demo(utcnow())
    with db.engine.begin() as connection:
        connection.execute(text(SCAN))
        connection.execute(text(CHANGE))
    db.session.remove()
    rows = {table: count(table) for table in INSERT_ONLY}
    assert all(rows.values()), rows
    assert guarded_tables() == INSERT_ONLY | {"snapshot"}

    downgrade(directory=MIGRATIONS, revision=BEFORE_TRIGGERS)
    assert guarded_tables() == set()

    upgrade(directory=MIGRATIONS)
    assert {table: count(table) for table in INSERT_ONLY} == rows
    assert guarded_tables() == INSERT_ONLY | {"snapshot"}

    downgrade(directory=MIGRATIONS, revision="base")
    assert tables() == set()
