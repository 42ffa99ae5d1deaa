"""What `opora run` is to run, read from the environment; the commands are data, so tests run others."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

import config
from app.embedded.home import Home
from app.embedded.process import EmbeddedServiceError

PROJECT = Path(__file__).parents[2]
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to
LOOPBACK = ("127.0.0.1", "localhost")
QUEUES = "score,mail,report,import"

Command = tuple[str, ...]


@dataclass(frozen=True)
class Service:
    """A server of the application: a process that runs until it is told to stop."""

    name: str
    command: Command


@dataclass(frozen=True)
class RunSettings:
    """One run of the whole tree.

    `prepare` runs command by command once the databases answer; then the services start; `announce` runs when
    the site answers and may print what a visitor needs.
    """

    home: Path
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)
    prepare: tuple[Command, ...] = ()
    web: Service | None = None
    background: tuple[Service, ...] = ()
    announce: Command | None = None
    ready_within: float = 120.0
    stop_within: float = 10.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The settings of an ordinary `opora run`; a wrong one raises with a line that names it."""
        try:
            config.ensure_readable(environment)
        except config.SettingsError as error:
            raise EmbeddedServiceError(str(error)) from error
        demo = environment.get("OPORA_DEMO", "1") != "0"
        host = environment.get("HOST") or "127.0.0.1"
        if demo and host not in LOOPBACK:
            raise EmbeddedServiceError(
                f"HOST={host} с учебными данными нельзя, их пароли известны всем: 127.0.0.1 или OPORA_DEMO=0"
            )
        settings = cls(
            home=Path(environment.get("OPORA_HOME") or "var").absolute(),
            host=host,
            port=_port(environment.get("PORT") or "8000"),
            demo=demo,
            environment=dict(environment),
            announce=_opora(*("demo", "--accounts") if demo else ("init", "--slip")),
            # One command, which brings the schema up to date as well: each costs a start of the application.
            prepare=(_opora("demo" if demo else "init", "--ensure"),),
        )
        return replace(settings, web=_web(settings), background=_background(settings))

    @property
    def folders(self) -> Home:
        """The parts of the data folder."""
        return Home(self.home)

    @property
    def own_host(self) -> str:
        """The host under which this machine reaches its own site."""
        return "127.0.0.1" if self.host in EVERYWHERE else self.host

    @property
    def url(self) -> str:
        """Where the site answers on this machine."""
        host = f"[{self.own_host}]" if ":" in self.own_host else self.own_host
        return f"http://{host}:{self.port}"

    def service_environment(self, addresses: Mapping[str, str]) -> dict[str, str]:
        """The environment of every service: the one we were given, the addresses, and what must be so."""
        return {
            "BASE_URL": self.url,
            "FILES_URL": f"file:{self.home / 'files'}",
            "MALLOC_ARENA_MAX": "2",  # 64 threads would otherwise each keep memory of their own
            **self.environment,
            **addresses,
            "OPORA_HOME": str(self.home),
            "OPORA_DEMO": "1" if self.demo else "0",
            "HOST": self.host,
            "PORT": str(self.port),
            "PROMETHEUS_MULTIPROC_DIR": str(self.folders.metrics),
            "PYTHONUNBUFFERED": "1",
        }


def _web(settings: RunSettings) -> Service:
    options = {
        "interface": "wsgi",
        "host": settings.host,
        "port": str(settings.port),
        "workers": "2",
        "blocking-threads": "64",  # fewer, and a few slow uploads stop the site
        "backlog": "1024",
        "workers-kill-timeout": "5s",
        "log-level": "error",
    }
    flags = [text for name, value in options.items() for text in (f"--{name}", value)]
    return Service(
        "web", (sys.executable, "-m", "app.server", *flags, "--respawn-failed-workers", "wsgi:app")
    )


def _background(settings: RunSettings) -> tuple[Service, ...]:
    celery = (sys.executable, "-m", "celery", "--quiet", "-A")
    # Nobody else is there to be met, and waiting for them costs a second of every start.
    alone = ("--without-mingle", "--without-gossip")
    return (
        Service("worker", (*celery, "wsgi:celery_app", "worker", "-Q", QUEUES, "-c", "2", *alone)),
        Service("beat", (sys.executable, "-m", "app.jobs.beat", str(settings.folders.run / "beat"))),
    )


def _opora(*arguments: str) -> Command:
    return (sys.executable, "-m", "app.cli", *arguments)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise EmbeddedServiceError(f"PORT={text} — не номер порта")
    return int(text)
