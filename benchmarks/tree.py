"""A tree of our own to measure: `opora run` over a folder of its own, on a port of its own."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from flask import Flask

from app.embedded.services import join_services
from benchmarks.processes import cpu_milliseconds, memory_mib

PROJECT = Path(__file__).parents[1]
STARTS_WITHIN = 180.0
GROUPS = {"web": ("web",), "database": ("PostgreSQL",), "Redis": ("Redis",), "worker": ("worker", "beat")}
DUE = "SELECT count(*) FROM job WHERE state IN ('waiting', 'running') AND run_after <= now()"
NOTHING_DUE_FOR = 0.3  # seconds, so that a letter or a job that follows another is waited for too


@dataclass(frozen=True)
class Tree:
    """A running tree: its commands, its database, and what it costs."""

    home: Path
    port: int

    def opora(self, *arguments: str) -> str:
        """What an `opora` command prints."""
        command = (sys.executable, "-m", "app.cli", *arguments)
        return subprocess.run(
            command, env=self._environment(), cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def demo(self, *arguments: str) -> dict[str, Any]:
        """The JSON that `opora demo` prints."""
        printed: dict[str, Any] = json.loads(self.opora("demo", *arguments, "--json"))
        return printed

    def database(self) -> psycopg.Connection[Any]:
        """A connection of the observer, who changes nothing."""
        url = self._addresses()["DATABASE_URL"].replace("+psycopg", "")
        return psycopg.connect(url, autocommit=True)

    @contextmanager
    def application(self) -> Iterator[Flask]:
        """The application over this tree's database, in its context; its connections end with it."""
        os.environ.update(self._addresses() | {"OPORA_HOME": str(self.home), "LOG_LEVEL": "WARNING"})
        import config
        from app.db import db
        from app.factory import create_app

        flask_app = create_app(config.from_environment())
        with flask_app.app_context():
            yield flask_app
            db.session.remove()
            db.engine.dispose()

    def cpu(self) -> dict[str, float]:
        """Milliseconds of CPU used so far by web, database, Redis and worker."""
        return cpu_milliseconds(self._groups())

    def memory(self) -> dict[str, float]:
        """MiB of every group, and of the rest of the tree."""
        supervisor = self._running()["supervisor"]["pid"]
        by_group = memory_mib(self._groups())
        whole = memory_mib({"whole": [supervisor]})["whole"]
        return {**by_group, "the rest": whole - sum(by_group.values()), "whole tree": whole}

    def wait_until_idle(self) -> None:
        """Until no job has been due for a moment."""
        with self.database() as connection:
            idle_since = time.monotonic()
            while time.monotonic() - idle_since < NOTHING_DUE_FOR:
                time.sleep(0.05)
                if connection.execute(DUE).fetchone() != (0,):
                    idle_since = time.monotonic()

    def _running(self) -> dict[str, Any]:
        written: dict[str, Any] = json.loads((self.home / "run" / "services.json").read_text())
        return written

    def _groups(self) -> dict[str, list[int]]:
        services = self._running()["services"]
        return {
            group: [service["pid"] for service in services if service["name"] in names]
            for group, names in GROUPS.items()
        }

    def _addresses(self) -> dict[str, str]:
        addresses = join_services(self.home)
        if addresses is None:
            raise SystemExit(f"nothing runs over {self.home}")
        return addresses.environment

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "OPORA_HOME": str(self.home), "PORT": str(self.port)}


@contextmanager
def running_tree(port: int) -> Iterator[Tree]:
    """Start a tree with the demonstration cluster, and end it."""
    with tempfile.TemporaryDirectory(prefix="opora-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)  # under root the database is another user, who must pass
        tree = Tree(Path(folder) / "home", port)
        log = Path(folder) / "run.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                (sys.executable, "-m", "app.cli", "run"),
                env=tree._environment(),
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait_until_ready(tree, process, log)
            yield tree
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def _wait_until_ready(tree: Tree, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while True:
        addresses = join_services(tree.home)
        if addresses is not None and addresses.is_ready:
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"the tree did not start:\n{log.read_text()[-2000:]}")
        time.sleep(0.2)
