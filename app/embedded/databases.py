"""PostgreSQL and Redis of one data folder: private servers, or those the environment names."""

import socket
import time
from collections.abc import Callable, Mapping
from urllib.parse import unquote, urlsplit

from app.embedded.home import Home
from app.embedded.logs import ServiceLog
from app.embedded.messages import reason_of
from app.embedded.postgres import PostgresServer
from app.embedded.process import EmbeddedServiceError, ServerProcess
from app.embedded.redis import RedisServer

DATABASE = "opora"
PORTS = {"DATABASE_URL": 5432, "REDIS_URL": 6379}


class Databases:
    """What is not given by DATABASE_URL and REDIS_URL is started here and stopped here."""

    def __init__(
        self, home: Home, environment: Mapping[str, str], *, redis: bool = True, echo: bool = False
    ) -> None:
        self._given = {name: environment.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
        self._postgres: PostgresServer | None = None
        self._redis: RedisServer | None = None
        if not self._given["DATABASE_URL"]:
            log = ServiceLog(home.log("postgres"), echo=echo)
            self._postgres = PostgresServer(home.path / "postgres", home.run / "postgres", log=log)
        if not self._given["REDIS_URL"] and redis:
            log = ServiceLog(home.log("redis"), echo=echo)
            self._redis = RedisServer(home.path / "redis", home.run / "redis", log=log)

    @property
    def processes(self) -> list[ServerProcess]:
        """The servers we run ourselves."""
        return [server.process for server in (self._postgres, self._redis) if server is not None]

    @property
    def addresses(self) -> dict[str, str]:
        """DATABASE_URL and REDIS_URL; known once everything has started."""
        found = {name: value for name, value in self._given.items() if value}
        if self._postgres is not None:
            found["DATABASE_URL"] = self._postgres.url(DATABASE)
        if self._redis is not None:
            found["REDIS_URL"] = self._redis.url()
        return found

    def start(self, check: Callable[[], None] = lambda: None) -> None:
        """Start both; `check` is called while waiting and may raise to give up."""
        for name, url in self._given.items():
            _refuse_silence(name, url)
        if self._postgres is not None:
            self._postgres.start(check)
            if not self._postgres.has_database(DATABASE):
                self._postgres.create_database(DATABASE)
        if self._redis is not None:
            self._redis.start(check)

    def stop(self, *, within: float = 10.0) -> None:
        """Stop Redis, then PostgreSQL, whatever has been started of them."""
        deadline = time.monotonic() + within
        if self._redis is not None:
            self._redis.stop(within=within / 3)
        if self._postgres is not None:
            self._postgres.stop(within=max(0.5, deadline - time.monotonic() - 1))


def _refuse_silence(name: str, url: str) -> None:
    """Say plainly that nobody answers at a given address; several hosts are left to the driver."""
    if not url:
        return
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or PORTS[name]
    except ValueError as error:
        raise EmbeddedServiceError(f"{name} задана неверно: это не адрес") from error
    if parts.scheme == "unix":
        _refuse_silent_socket(name, unquote(parts.path))
    elif host and "," not in parts.netloc:
        try:
            socket.create_connection((host, port), timeout=5).close()
        except OSError as error:
            raise EmbeddedServiceError(f"{name}: {host}:{port} не отвечает ({reason_of(error)})") from error


def _refuse_silent_socket(name: str, path: str) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(5)
        try:
            connection.connect(path)
        except OSError as error:
            raise EmbeddedServiceError(f"{name}: {path} не отвечает ({reason_of(error)})") from error
