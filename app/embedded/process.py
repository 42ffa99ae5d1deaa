"""One server process as a foreground child: started, watched and ended without leaving anything behind."""

import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.embedded.logs import ServiceLog
from app.embedded.messages import reason_of

LONGEST_SOCKET_FOLDER = 90
"""Bytes: a socket's whole path may have 107, and the servers append their own file name."""


class EmbeddedServiceError(Exception):
    """A service cannot start or has died; the text is one line for the operator."""


@dataclass(frozen=True)
class Identity:
    """The user a server runs as when we are root ourselves (PostgreSQL refuses to be root)."""

    uid: int
    gid: int

    def take(self, folder: Path) -> None:
        """Give a folder that we have just created to this user."""
        os.chown(folder, self.uid, self.gid)

    def can_enter(self, path: Path) -> bool:
        """Whether every folder above `path` lets this user through."""
        return all(self._passes(parent.stat()) for parent in path.resolve().parents)

    def _passes(self, status: os.stat_result) -> bool:
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


class SocketFolder:
    """The folder of a server's Unix socket: nobody but the server's user and root can enter it."""

    def __init__(self, preferred: Path) -> None:
        self.path = self._preferred = preferred.absolute()

    def prepare(self, identity: Identity | None = None) -> Path:
        """Create the folder, or a temporary one where the preferred is too long or somebody else's."""
        self.path = self._preferred
        if len(os.fsencode(self.path)) > LONGEST_SOCKET_FOLDER:
            self.path = Path(tempfile.mkdtemp(prefix="opora-"))
        elif not make_folder(self.path, mode=0o700):
            if self._is_private(identity):
                return self.path
            self.path = Path(tempfile.mkdtemp(prefix="opora-"))
        if identity is not None:
            identity.take(self.path)
        return self.path

    def remove(self) -> None:
        """Remove a temporary folder; the preferred one stays for the next start."""
        if self.path != self._preferred:
            shutil.rmtree(self.path, ignore_errors=True)
            self.path = self._preferred

    def _is_private(self, identity: Identity | None) -> bool:
        status = self.path.stat()
        return status.st_uid == (identity.uid if identity else os.geteuid()) and not status.st_mode & 0o077


class ServerProcess:
    """A child in a process group of its own that is told to stop when the thread that started it dies.

    Start it from a thread that lives as long as the server is needed, normally the main one: Linux ties the
    death signal to the thread.
    """

    def __init__(self, name: str, log: ServiceLog, *, stop_signal: signal.Signals = signal.SIGTERM) -> None:
        self.name = name
        self.log = log
        self.stop_signal = stop_signal
        self.command: list[str] = []
        self._child: subprocess.Popen[bytes] | None = None
        self._asked = False

    @property
    def pid(self) -> int | None:
        """Process id while the server runs."""
        return self._child.pid if self._child is not None and self._child.poll() is None else None

    @property
    def exit_code(self) -> int | None:
        """Exit code of a server that has ended by itself, None while it runs or was never started."""
        return self._child.poll() if self._child is not None else None

    def start(
        self,
        command: Sequence[str | Path],
        *,
        environment: Mapping[str, str],
        identity: Identity | None = None,
        folder: Path | None = None,
    ) -> None:
        """Run the command, in `folder` if given; `identity` is for root only."""
        output = self.log.open_pipe()
        try:
            self._child = subprocess.Popen(
                [*launcher(self.stop_signal, identity, command), *map(str, command)],
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=0,
            )
        finally:
            os.close(output)
        self.command = [str(part) for part in command]
        self._asked = False

    def wait_until_ready(
        self,
        is_ready: Callable[[], bool],
        *,
        within: float,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """Return once `is_ready()`; a server that dies or is late raises, and so may `check()`."""
        deadline = time.monotonic() + within
        while not is_ready():
            check()
            if self.exit_code is not None:
                raise EmbeddedServiceError(f"служба {self.name} не запустилась: {self.reason()}")
            if time.monotonic() > deadline:
                self.end(within=2)
                raise EmbeddedServiceError(f"служба {self.name} не готова за {within:.0f} с: {self.reason()}")
            time.sleep(0.02)

    def reason(self) -> str:
        """Why it has died, as far as it said so."""
        code = self.exit_code
        if code is not None and code < 0:
            return f"процесс завершён сигналом {-code}"
        if code is not None:
            self.log.join()
        return self.log.complaint() or _without_a_word(code, self.log.path)

    def wait(self, *, within: float) -> int | None:
        """Wait for a server to end by itself; its exit code, or None if it still runs."""
        if self._child is None:
            return None
        try:
            code = self._child.wait(within)
        except subprocess.TimeoutExpired:
            return None
        self.log.join()
        return code

    def ask_to_stop(self) -> None:
        """Send the stop signal, once: some servers take a second one for impatience."""
        if self.pid is not None and self._child is not None and not self._asked:
            self._child.send_signal(self.stop_signal)
            self._asked = True

    def end(self, *, within: float, then: signal.Signals | None = None) -> None:
        """Stop it politely, by `then` if that was not heard, at last by killing its whole group."""
        child = self._child
        if child is None:
            return
        self.ask_to_stop()
        if self.wait(within=within) is None and then is not None:
            child.send_signal(then)
            self.wait(within=1.0)
        child.kill()
        child.wait()
        kill_group(child.pid)
        self.log.join()
        self._child = None


def launcher(
    death_signal: signal.Signals, identity: Identity | None, command: Sequence[str | Path]
) -> list[str]:
    """The `setpriv` prefix that ties a command to our life and, for root, gives it another user."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise EmbeddedServiceError("не найдена программа setpriv (пакет util-linux)")
    prefix = [setpriv, "--no-new-privs", "--pdeathsig", death_signal.name.removeprefix("SIG")]
    if identity is not None:
        prefix += ["--reuid", str(identity.uid), "--regid", str(identity.gid), "--clear-groups"]
        if not all(identity.can_enter(part) for part in command if isinstance(part, Path)):
            prefix += _permission_to_search()
    return [*prefix, "--"]


def kill_group(group: int, *, within: float = 1.0) -> None:
    """Kill what is left of a process group and wait until it has gone."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            return
        time.sleep(0.01)


def make_folder(path: Path, *, mode: int = 0o755) -> bool:
    """Create a folder with its parents; True if it is new, so that its owner and mode are ours to set."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=mode)
    except OSError as error:
        if path.is_dir():
            return False
        raise EmbeddedServiceError(f"нельзя создать папку {path}: {reason_of(error)}") from error
    return True


def _permission_to_search() -> list[str]:
    """Options that let an unprivileged server pass folders closed to it (a home under /root, say).

    Opening those folders to everybody would be the alternative, and they are not ours.
    """
    status = Path("/proc/self/status").read_text()
    effective = int(next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:")), 16)
    for bit, name in ((2, "dac_read_search"), (1, "dac_override")):
        if effective & 1 << bit:
            return [f"--inh-caps=+{name}", f"--ambient-caps=+{name}"]
    return []


def _without_a_word(code: int | None, log: Path) -> str:
    ended = "процесс ещё работает" if code is None else f"код выхода {code}"
    return f"{ended}, в {log} ничего нет"
