"""A time limit on a piece of work in the main thread of a process."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TimeLimitExceeded(KeyboardInterrupt):
    """The work took longer than its handler may.

    An interrupt, not an Exception: no handler swallows it, and the database driver stops a running statement for
    it, so that the connection can still roll back.
    """


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeLimitExceeded` in the block once `seconds` have passed; for the main thread only."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeLimitExceeded(f"more than {seconds:g} s")

    former = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)
