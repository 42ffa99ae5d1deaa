"""The data folder of an installation: its parts, the lock that one command holds, what runs over it."""

import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.embedded.messages import reason_of
from app.embedded.process import EmbeddedServiceError, kill_group, make_folder
from app.embedded.process_table import Process, find_process, list_group, program_name

LEFTOVERS_END_WITHIN = 10.0  # seconds


@dataclass(frozen=True)
class Home:
    """`OPORA_HOME` and where everything lies in it."""

    path: Path

    @property
    def run(self) -> Path:
        return self.path / "run"

    @property
    def services_file(self) -> Path:
        return self.run / "services.json"

    @property
    def mail(self) -> Path:
        return self.path / "mail"

    @property
    def metrics(self) -> Path:
        return self.run / "metrics"

    def log(self, name: str) -> Path:
        return self.path / "log" / f"{name}.log"

    def create(self) -> None:
        """Make the folders; one line says why it is not possible."""
        # As root the database server is another user, who must be able to pass.
        passable = 0o711 if os.geteuid() == 0 else 0o700
        make_folder(self.path, mode=passable)
        for folder, mode in ((self.run, passable), (self.path / "log", 0o700)):
            make_folder(folder, mode=mode)
            if not os.access(folder, os.W_OK | os.X_OK):
                raise EmbeddedServiceError(f"в папку {folder} нельзя писать")


class HomeLock:
    """Held by the one command that runs services over a data folder."""

    def __init__(self, home: Home, *, within: float = 0) -> None:
        self._home = home
        self._within = within
        self._descriptor = -1

    def __enter__(self) -> Self:
        self._home.create()
        path = self._home.run / "lock"
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise EmbeddedServiceError(f"нельзя записать {path}: {reason_of(error)}") from error
        self._acquire(time.monotonic() + self._within)
        os.truncate(self._descriptor, 0)
        os.pwrite(self._descriptor, str(os.getpid()).encode(), 0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    def _acquire(self, deadline: float) -> None:
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() < deadline:
                    time.sleep(0.1)
                    continue
                holder = os.pread(self._descriptor, 20, 0).decode() or "?"
                os.close(self._descriptor)
                raise EmbeddedServiceError(
                    f"«Опора» с папкой {self._home.path} уже запущена (процесс {holder})"
                ) from None
            return


@dataclass(frozen=True)
class RunningService:
    """A service as `services.json` names it."""

    name: str
    pid: int
    started: int
    program: str
    command: list[str]
    stop_signal: int = signal.SIGTERM

    def processes(self) -> list[Process]:
        """What runs of it still: its first process and the rest of its group, nobody who got the number since."""
        leader = find_process(self.pid)
        if leader is not None and (leader.started, leader.program) != (self.started, self.program):
            return []
        return [
            member
            for member in list_group(self.pid)
            if member.program == self.program and member.started >= self.started
        ]


@dataclass(frozen=True)
class RunningServices:
    """The contents of `services.json`."""

    supervisor: RunningService
    environment: dict[str, str]
    services: list[RunningService] = field(default_factory=list)
    is_ready: bool = False

    def write(self, home: Home) -> None:
        """Replace the file; it names addresses with passwords, so it is closed to others."""
        unfinished = home.services_file.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(asdict(self), file, indent=2)
        unfinished.rename(home.services_file)

    @classmethod
    def read(cls, home: Home) -> Self | None:
        """What the last supervisor wrote; None without one."""
        try:
            stored: dict[str, Any] = json.loads(home.services_file.read_text())
            return cls(
                supervisor=RunningService(**stored["supervisor"]),
                environment=stored["environment"],
                services=[RunningService(**service) for service in stored["services"]],
                is_ready=stored["is_ready"],
            )
        except FileNotFoundError:
            return None
        except OSError as error:
            raise EmbeddedServiceError(
                f"нельзя прочитать {home.services_file}: {reason_of(error)}"
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise EmbeddedServiceError(f"файл {home.services_file} повреждён: удалите его") from error


def describe_ourselves() -> RunningService:
    """This process, as the supervisor of the others."""
    found = find_process(os.getpid())
    if found is None:
        raise EmbeddedServiceError("нет папки /proc, без неё не обойтись")
    return RunningService("supervisor", found.pid, found.started, found.program, sys.orig_argv)


def describe(
    name: str, pid: int, command: Sequence[str], stop_signal: signal.Signals = signal.SIGTERM
) -> RunningService | None:
    """A running process as it is written down; None if it has gone."""
    found = find_process(pid)
    if found is None:
        return None
    # Not the program of this moment: the launcher may not have made way for it yet.
    return RunningService(name, pid, found.started, program_name(command[0]), list(command), stop_signal)


def end_leftovers(home: Home) -> list[str]:
    """End what a killed supervisor left behind; the names of what was found."""
    recorded = RunningServices.read(home)
    if recorded is None:
        return []
    found = [service for service in recorded.services if service.processes()]
    for service in found:
        for process in service.processes():
            _signal(process.pid, service.stop_signal)
    deadline = time.monotonic() + LEFTOVERS_END_WITHIN
    while time.monotonic() < deadline and any(service.processes() for service in found):
        time.sleep(0.05)
    for service in found:
        if service.processes():
            kill_group(service.pid)
    home.services_file.unlink(missing_ok=True)
    return [service.name for service in found]


def _signal(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # it has gone by itself, which is what was wanted
