"""What the tests ask about processes."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def is_alive(pid: int) -> bool:
    """Whether a process exists; one that is dead and not yet collected does not count."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return fields[0] not in "ZX"


def family(pid: int) -> set[int]:
    """The process and everything below it."""
    found = {pid}
    for thread in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in thread.read_text().split():
            found |= family(int(child))
    return found


def wait_until(condition: Callable[[], object], *, within: float = 30) -> None:
    """Return as soon as the condition holds; fail if it does not come to that."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
