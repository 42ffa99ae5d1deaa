"""Kinds of jobs whose work the tests choose."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import pytest

from app.jobs import handlers
from app.jobs.handlers import ClaimedJob

Register = Callable[..., None]


@pytest.fixture
def handle(monkeypatch: pytest.MonkeyPatch) -> Iterator[Register]:
    """`handle("kind", work, batch=1)`: register a handler for this test only."""
    monkeypatch.setattr(handlers, "_handlers", dict(handlers._handlers))

    def register(kind: str, work: Callable[[Sequence[ClaimedJob]], None], **options: object) -> None:
        def run(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
            work(claimed)

        handlers.handles(kind, **{"queue": "score", **options})(run)

    return register
