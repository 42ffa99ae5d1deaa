"""Where the output of a server process goes: a rotated file, and our own output if asked."""

import os
import re
import sys
import threading
from collections import deque
from logging import makeLogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE_BYTES = 10 * 1024 * 1024
FILES_KEPT = 5
LONGEST_LINE = 64 * 1024
EXCEPTION = re.compile(r"[A-Za-z_][\w.]*(Error|Exception): ")


class ServiceLog:
    """Reads what a service prints from a pipe until the last writer has gone.

    `open_pipe()` gives the descriptor that the service writes to. The thread behind it only copies bytes, so
    a service never waits for anything but the disk.
    """

    def __init__(self, path: Path, *, echo: bool = False) -> None:
        self.path = path
        self._echo = echo
        self._last: deque[str] = deque(maxlen=20)
        self._thread: threading.Thread | None = None

    def open_pipe(self) -> int:
        """Start reading; the caller hands the descriptor to the service and closes its own copy."""
        self.join()
        self._last.clear()
        self.path.parent.mkdir(parents=True, exist_ok=True)
        read_end, write_end = os.pipe()
        self._thread = threading.Thread(target=self._copy, args=(read_end,), daemon=True)
        self._thread.start()
        return write_end

    def join(self, within: float = 2.0) -> None:
        """Wait until everything that was printed has been stored."""
        if self._thread is not None:
            self._thread.join(within)

    def complaint(self) -> str:
        """With a service that has just died, the reason: its last Python exception, else its last words."""
        lines = [line.strip() for line in reversed(self._last) if line.strip()]
        return next((line for line in lines if EXCEPTION.match(line)), lines[0] if lines else "")

    def _copy(self, read_end: int) -> None:
        file = RotatingFileHandler(
            self.path, maxBytes=FILE_BYTES, backupCount=FILES_KEPT - 1, encoding="utf-8", delay=True
        )
        with open(read_end, "rb") as stream:
            while line := stream.readline(LONGEST_LINE):
                text = line.decode("utf-8", "replace").rstrip("\n")
                self._last.append(text)
                # A full disk is told on stderr by the handler and must not stop the service.
                file.handle(makeLogRecord({"msg": text}))
                if self._echo:
                    self._print(text)
        file.close()

    def _print(self, text: str) -> None:
        try:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
        except (OSError, ValueError):
            self._echo = False  # the terminal has gone; the file remains
