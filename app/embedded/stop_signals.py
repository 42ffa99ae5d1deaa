"""INT, TERM and HUP as a wish to stop that is noticed between two steps, and a sleep that they end."""

import os
import select
import signal
from types import FrameType, TracebackType
from typing import Any, Self

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(Exception):
    """Somebody asked the supervisor to stop; not an error."""


class StopSignals:
    """Own handlers while the block runs.

    Started with `&` from a script, a program inherits an ignored SIGINT that nobody meant to be ignored. A
    handler only takes a note: raised in the middle of starting a child, an exception would lose that child.
    """

    def __init__(self) -> None:
        self._is_requested = False
        self._former: dict[signal.Signals, Any] = {}
        self._read_end = self._write_end = -1
        self._former_wakeup = -1

    def __enter__(self) -> Self:
        self._read_end, self._write_end = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._former_wakeup = signal.set_wakeup_fd(self._write_end, warn_on_full_buffer=False)
        for number in STOPPING:
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:
                continue  # started by nohup, to outlive the terminal
            self._former[number] = signal.signal(number, self._note)
        # Handled only to end the sleep below when a child dies.
        self._former[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._former.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._former_wakeup)
        os.close(self._read_end)
        os.close(self._write_end)

    def check(self) -> None:
        """Raise `StopRequested` if a signal has come."""
        if self._is_requested:
            raise StopRequested

    def sleep(self, seconds: float) -> None:
        """Sleep until a signal comes, a child ends or the time is over; raises if it is time to stop."""
        self.check()
        if select.select([self._read_end], [], [], seconds)[0]:
            os.read(self._read_end, 4096)
        self.check()

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._is_requested = True
