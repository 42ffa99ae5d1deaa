"""What the kernel says about processes: enough to tell ours from one that got its number later."""

import os
from dataclasses import dataclass
from pathlib import Path

PROGRAM_BYTES = 15  # the kernel keeps no more of a program's name


@dataclass(frozen=True)
class Process:
    """One running process; number, start and program together mean one process only."""

    pid: int
    group: int
    started: int  # clock ticks since boot
    program: str


def program_name(command: str | Path) -> str:
    """The name under which the kernel lists a program."""
    return os.fsdecode(os.fsencode(Path(command).name)[:PROGRAM_BYTES])


def find_process(pid: int) -> Process | None:
    """The running process of this number; one that is dead and not yet collected does not count."""
    try:
        status = os.fsdecode(Path(f"/proc/{pid}/stat").read_bytes())
    except (FileNotFoundError, ProcessLookupError):
        return None
    head, _, tail = status.rpartition(") ")
    fields = tail.split()
    if fields[0] in "ZX":
        return None
    return Process(pid=pid, group=int(fields[2]), started=int(fields[19]), program=head.partition("(")[2])


def list_group(group: int) -> list[Process]:
    """The running processes of a process group."""
    pids = (int(name) for name in os.listdir("/proc") if name.isdigit())
    return [found for pid in pids if (found := find_process(pid)) is not None and found.group == group]
