"""The database: model base, the transaction every change of state goes through, and shared column types."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import structlog
from flask_sqlalchemy import SQLAlchemy
from psycopg import Connection as Driver
from psycopg import OperationalError
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Enum,
    Identity,
    MetaData,
    TypeDecorator,
    Uuid,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, mapped_column, registry
from sqlalchemy.pool import ConnectionPoolEntry, Pool, PoolProxiedConnection

log = structlog.get_logger()


class UTCDateTime(TypeDecorator[datetime]):
    """timestamptz that refuses naive times and always answers in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"a naive time came to the database: {value!r}")
        return value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None


BigIdentity = Annotated[int, mapped_column(BigInteger, Identity(always=False), primary_key=True)]
PublicId = Annotated[
    uuid.UUID,
    mapped_column(Uuid, unique=True, default=uuid.uuid4, server_default=text("gen_random_uuid()")),
]
"""What stands in a URL, a file or a letter: sequential numbers would tell how many there are."""


_metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Base(DeclarativeBase):
    """Base of all models; constraint names follow one convention so that migrations can name them."""

    registry = registry(
        metadata=_metadata,
        type_annotation_map={
            datetime: UTCDateTime,
            int: BigInteger,
            dict[str, Any]: JSONB,
            list[Any]: JSONB,
        },
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

TRUSTED_FOR = 1.0
"""Seconds since its last use within which a pooled connection is taken to live."""


@event.listens_for(db.session, "after_begin")
def _read_without_transaction(
    session: Session, _transaction: SessionTransaction, connection: Connection
) -> None:
    """Outside `transaction()` every statement is a transaction of its own.

    Two round trips a request less; and the driver forgets its prepared statements whenever something is rolled
    back, which is how a request that only reads would end.
    """
    if not session.info.get("in_transaction"):
        pooled = connection.connection
        _driver_of(pooled).autocommit = pooled.info["reads_alone"] = True


def _end_reading(connection: Connection) -> None:
    """Let what follows on this connection be one transaction."""
    pooled = connection.connection
    if pooled.info.pop("reads_alone", False):
        _driver_of(pooled).autocommit = False


@event.listens_for(Pool, "checkin")
def _return_as_taken(driver: Driver | None, entry: ConnectionPoolEntry) -> None:
    if entry.info.pop("reads_alone", False) and driver is not None and not driver.closed:
        driver.autocommit = False
    entry.info["used_at"] = monotonic()


@event.listens_for(Pool, "checkout")
def _ask_whether_it_lives(driver: Driver, entry: ConnectionPoolEntry, _pooled: PoolProxiedConnection) -> None:
    """Replace a connection the server has ended; to ask those in constant use would cost each request a trip."""
    if monotonic() - entry.info.get("used_at", 0) < TRUSTED_FOR:
        return
    autocommit = driver.autocommit
    try:
        driver.autocommit = True
        driver.execute("")
        driver.autocommit = autocommit
    except OperationalError as error:
        raise DisconnectionError from error  # the pool tries another


def driver_connection() -> Driver:
    """The driver's connection of the session, in its transaction, for the few statements of every click.

    What the session has not flushed yet is not seen there.
    """
    return _driver_of(db.session.connection().connection)


def _driver_of(pooled: PoolProxiedConnection) -> Driver:
    driver: Driver = pooled.driver_connection  # type: ignore[assignment]
    return driver


if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model  # Base with Flask-SQLAlchemy's session bound to it


def text_enum(enum: type[StrEnum], name: str) -> Enum:
    """A StrEnum stored as text under a CHECK: a new member is a plain migration."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        name=name,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


class TransactionAlreadyOpen(RuntimeError):
    """A transaction was opened inside another: services never open one, entry points open it once."""


@contextmanager
def transaction() -> Iterator[None]:
    """One change of state: flush, commit, then the `on_commit` callbacks; roll back on any error."""
    session = db.session()
    if session.info.get("in_transaction"):
        raise TransactionAlreadyOpen
    session.info["in_transaction"] = True
    session.info["on_commit"] = []
    try:
        _end_reading(session.connection())
        yield
        session.flush()
        session.commit()
        callbacks = session.info["on_commit"]
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["in_transaction"] = False
        session.info["on_commit"] = []
    for callback in callbacks:
        try:
            callback()
        except Exception:
            # The change is committed: a failed callback (a hint to a worker) must not look like a failed change.
            log.exception("on_commit_failed", callback=getattr(callback, "__qualname__", str(callback)))


def ensure_transaction() -> None:
    """Refuse what would be lost, or committed by chance, outside a transaction."""
    if not db.session().info.get("in_transaction"):
        raise RuntimeError("this needs an open transaction")


def on_commit(callback: Callable[[], None]) -> None:
    """Run `callback` once the open transaction has committed."""
    ensure_transaction()
    db.session().info["on_commit"].append(callback)


@contextmanager
def purging() -> Iterator[None]:
    """Let this transaction delete from insert-only tables (erasure of personal data, end of a log's term)."""
    db.session.execute(text("SET LOCAL opora.purge = 'on'"))
    yield
    db.session.flush()
    # Reached on success only: after an error the transaction rolls back and the setting goes with it.
    db.session.execute(text("SET LOCAL opora.purge = 'off'"))


__all__ = [
    "Base",
    "BigIdentity",
    "Mapped",
    "Model",
    "PublicId",
    "UTCDateTime",
    "db",
    "driver_connection",
    "ensure_transaction",
    "mapped_column",
    "on_commit",
    "purging",
    "text_enum",
    "transaction",
]
