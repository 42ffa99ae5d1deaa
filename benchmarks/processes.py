"""CPU and memory of the processes of a running tree, read from /proc."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_milliseconds(roots: Mapping[str, Iterable[int]]) -> dict[str, float]:
    """CPU used so far by each group of processes and all their descendants, those that have ended included."""
    children = _children()
    return {
        group: sum(_ticks(pid) for root in pids for pid in _tree(root, children)) * 1000 / TICKS
        for group, pids in roots.items()
    }


def memory_mib(roots: Mapping[str, Iterable[int]]) -> dict[str, float]:
    """Proportional set size of each group: a page shared by several processes is counted once in all."""
    children = _children()
    return {
        group: sum(_pss_kib(pid) for root in pids for pid in _tree(root, children)) / 1024
        for group, pids in roots.items()
    }


def _tree(pid: int, children: Mapping[int, list[int]]) -> Iterator[int]:
    yield pid
    for child in children.get(pid, ()):
        yield from _tree(child, children)


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it ended between the listing and the reading
            found[int(_stat(int(folder.name))[1])].append(int(folder.name))
    return found


def _stat(pid: int) -> list[str]:
    """The fields after the program's name: state, parent and so on."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _ticks(pid: int) -> int:
    with suppress(OSError):
        # Own time, and that of children waited for: a database backend's is not lost when it ends.
        return sum(int(field) for field in _stat(pid)[11:15])
    return 0


def _pss_kib(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
