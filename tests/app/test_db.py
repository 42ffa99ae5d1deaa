import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.accounts.models import AuditEntry
from app.db import TransactionAlreadyOpen, db, on_commit, purging, transaction


def entry(action: str = "test") -> AuditEntry:
    return AuditEntry(action=action, object_kind="test")


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_transaction_commits_and_then_calls_back(app):
    calls = []
    with transaction():
        db.session.add(entry())
        on_commit(lambda: calls.append(actions()))
        assert calls == []
    assert calls == [["test"]]


def test_an_error_rolls_back_and_calls_nobody(app):
    calls = []
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.add(entry())
        on_commit(lambda: calls.append(1))
        1 / 0
    assert (actions(), calls) == ([], [])


def test_a_failing_callback_does_not_undo_or_hide_the_change(app):
    calls = []
    with transaction():
        db.session.add(entry())
        on_commit(lambda: 1 / 0)
        on_commit(lambda: calls.append(1))
    assert (actions(), calls) == (["test"], [1])


def test_transactions_are_not_nested(app):
    with pytest.raises(TransactionAlreadyOpen), transaction(), transaction():
        pass


def test_callbacks_need_a_transaction(app):
    with pytest.raises(RuntimeError):
        on_commit(lambda: None)


def test_insert_only_rows_change_only_while_purging(app):
    with transaction():
        db.session.add(entry())
    with pytest.raises(IntegrityError, match="insert-only"), transaction():
        db.session.execute(text("DELETE FROM audit_entry"))
    with transaction(), purging():
        db.session.execute(text("DELETE FROM audit_entry"))
    assert actions() == []


def test_purging_ends_with_its_block(app):
    with pytest.raises(IntegrityError, match="insert-only"), transaction():
        db.session.add(entry())
        with purging():
            db.session.flush()
        db.session.execute(text("DELETE FROM audit_entry"))


def test_the_database_knows_cyrillic_case(app):
    assert db.session.scalar(text("SELECT lower('Ё')")) == "ё"


def is_idle() -> bool:
    """Whether the session's connection has no transaction open on the server."""
    driver = db.session.connection().connection.driver_connection
    return driver.info.transaction_status is TransactionStatus.IDLE


def test_reading_leaves_no_transaction_open(app):
    assert actions() == []
    assert is_idle()


def test_a_transaction_after_reading_is_one_still(app):
    assert actions() == []
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.add(entry())
        db.session.flush()
        assert not is_idle()
        1 / 0
    assert actions() == []
    assert is_idle()


def test_a_connection_read_with_is_given_back_as_it_was(app):
    actions()
    db.session.remove()
    with pytest.raises(ZeroDivisionError), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE unfinished ()"))
        1 / 0
    with db.engine.begin() as connection:
        assert connection.scalar(text("SELECT to_regclass('unfinished')")) is None


def test_what_was_prepared_outlives_a_request_that_only_reads(app):
    for _request in range(8):  # the driver prepares what it has sent five times
        actions()
        db.session.remove()
    prepared = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%audit_entry%'"
    assert db.session.scalar(text(prepared)) == 1


def test_a_connection_the_server_has_ended_is_replaced(app, monkeypatch):
    with db.engine.connect() as other:
        ended = db.session.scalar(text("SELECT pg_backend_pid()"))
        db.session.remove()
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": ended})
    monkeypatch.setattr("app.db.TRUSTED_FOR", 0.0)
    with db.engine.connect():  # the last one returned, `other`, is taken first
        assert db.session.scalar(text("SELECT pg_backend_pid()")) != ended
