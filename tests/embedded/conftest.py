"""Servers and supervisors of their own for the tests of the servers."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from app.embedded.postgres import PostgresServer
from app.embedded.redis import RedisServer
from tests.embedded.processes import PROJECT, family, free_port, is_alive, wait_until

STAND_IN = (sys.executable, "-m", "tests.embedded.stand_in")


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[PostgresServer]:
    server = PostgresServer(tmp_path / "pg", tmp_path / "run", fsync=False)
    yield server
    server.stop()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path / "redis", tmp_path / "run-redis")
    yield server
    server.stop()


@dataclass
class Run:
    """One `opora run` with stand-ins for the application."""

    home: Path
    port: int
    process: subprocess.Popen[str]
    output: Path
    errors: Path

    @property
    def stdout(self) -> str:
        return self.output.read_text()

    @property
    def services(self) -> dict[str, Any]:
        return json.loads((self.home / "run/services.json").read_text())

    def pid_of(self, name: str) -> int | None:
        return {service["name"]: service["pid"] for service in self.services["services"]}.get(name)

    def wait_until_ready(self) -> "Run":
        wait_until(lambda: "«Опора» готова" in self.stdout or self.process.poll() is not None)
        assert self.process.poll() is None, self.errors.read_text()
        return self

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Stop it; the exit code and what it said on stderr. Nothing of it may be alive afterwards."""
        pids = family(self.process.pid)
        self.process.send_signal(number)
        code, stderr = self.result()
        assert [pid for pid in pids if is_alive(pid)] == []
        return code, stderr

    def result(self) -> tuple[int, str]:
        """Wait for its end; the exit code and what it said on stderr."""
        code = self.process.wait(timeout=60)
        return code, self.errors.read_text()


@pytest.fixture
def opora_run(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    """Start a supervisor over `tmp_path / "home"`, from a shell that ignores SIGINT as scripts with `&` do."""
    runs: list[Run] = []

    def start(
        environment: dict[str, str] | None = None, *, port: int = 0, ignored: str = "INT", **parts: Any
    ) -> Run:
        given = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        port = port or free_port()
        home = tmp_path / "home"
        settings = {"OPORA_HOME": str(home), "PORT": str(port), "STAND_IN": json.dumps(parts), "LC_ALL": "C"}
        output, errors = tmp_path / f"stdout-{len(runs)}", tmp_path / f"stderr-{len(runs)}"
        with output.open("w") as stdout, errors.open("w") as stderr:
            process = subprocess.Popen(
                [
                    "sh",
                    "-c",
                    f'trap "" {ignored}; exec "$@"',
                    "sh",
                    sys.executable,
                    "-m",
                    "tests.embedded.stand_in",
                ],
                env=given | settings | (environment or {}),
                cwd=PROJECT,
                stdout=stdout,
                stderr=stderr,
                text=True,
            )
        runs.append(Run(home, port, process, output, errors))
        return runs[-1]

    yield start
    for run in runs:
        run.process.terminate()
        run.result()
