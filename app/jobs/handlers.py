"""Which function does which kind of job, and what else a worker drains when its queue is rung."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Protocol, TypeVar
from uuid import UUID


class ClaimedJob(NamedTuple):
    """What of a job its handler needs."""

    id: int
    key: str
    payload: dict[str, Any]
    lease_token: UUID


class Work(Protocol):
    """Does a batch of jobs of one kind; must leave the same rows behind when it is run twice."""

    def __call__(self, claimed: Sequence[ClaimedJob], *, now: datetime) -> None: ...


Handled = TypeVar("Handled", bound=Work)


@dataclass(frozen=True)
class Handler:
    """How jobs of a kind are done."""

    kind: str
    queue: str
    batch: int
    time_limit: float  # seconds for one batch
    work: Work


@dataclass(frozen=True)
class Source:
    """Rows that are a queue of their own (letters), worked off whenever `queue` is rung."""

    queue: str
    has_due: Callable[[], bool]
    drain: Callable[[float], None]  # works until nothing is due or `time.monotonic()` passes the argument
    time_limit: float = 300  # seconds for what it has begun when its turn ends


class UnknownKind(LookupError):
    """No handler is registered for this kind of job."""


_handlers: dict[str, Handler] = {}
_sources: dict[str, Source] = {}


def handles(kind: str, *, queue: str, batch: int = 1, time_limit: float = 60) -> Callable[[Handled], Handled]:
    """Register a function as the one that does jobs of `kind`, up to `batch` of them at once.

    It runs inside a transaction that also marks the jobs as done. When it raises, nothing of the batch is kept
    and each of its jobs is tried again alone.
    """

    def register(work: Handled) -> Handled:
        known = _handlers.get(kind)
        if known is not None and known.work is not work:
            raise ValueError(f"two handlers for jobs of kind {kind!r}")
        _handlers[kind] = Handler(kind, queue, batch, time_limit, work)
        return work

    return register


def register_source(name: str, source: Source) -> None:
    """Let workers of `source.queue` drain it."""
    _sources[name] = source


def handler_of(kind: str) -> Handler:
    """The handler of `kind`; raises `UnknownKind`."""
    try:
        return _handlers[kind]
    except KeyError:
        raise UnknownKind(kind) from None


def find_handler(kind: str) -> Handler | None:
    return _handlers.get(kind)


def all_handlers() -> Sequence[Handler]:
    return tuple(_handlers.values())


def sources_of(queue: str) -> Sequence[Source]:
    return tuple(source for source in _sources.values() if source.queue == queue)


def all_sources() -> Sequence[Source]:
    return tuple(_sources.values())
