"""How other `opora` commands reach the services: those of a running supervisor, or their own for a while."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from app.embedded.databases import Databases
from app.embedded.home import Home, HomeLock, RunningServices, end_leftovers
from app.embedded.keys import make_keys, read_keys
from app.embedded.process_table import find_process
from app.embedded.run_settings import RunSettings

LOCK_WITHIN = 15.0  # seconds another command is waited for


@dataclass(frozen=True)
class ServiceAddresses:
    """Where the services are; `environment` is what the application's settings read, secrets included."""

    home: Path
    environment: dict[str, str]
    is_ready: bool = False

    @property
    def database_url(self) -> str:
        return self.environment["DATABASE_URL"]

    @property
    def redis_url(self) -> str | None:
        return self.environment.get("REDIS_URL")

    @property
    def mail_url(self) -> str | None:
        return self.environment.get("MAIL_URL")

    @property
    def base_url(self) -> str:
        return self.environment["BASE_URL"]

    @property
    def mail_folder(self) -> Path:
        """Where the SMTP catcher keeps letters."""
        return Home(self.home).mail


def join_services(home: Path, environment: Mapping[str, str] = os.environ) -> ServiceAddresses | None:
    """The services of the supervisor that runs over this folder; None if none does."""
    home = home.absolute()
    recorded = RunningServices.read(Home(home))
    if recorded is None:
        return None
    found = find_process(recorded.supervisor.pid)
    if found is None or found.started != recorded.supervisor.started:
        return None
    keys = read_keys(home, environment)
    return ServiceAddresses(home, recorded.environment | keys, recorded.is_ready)


@contextmanager
def standalone_services(
    home: Path, *, redis: bool = False, environment: Mapping[str, str] = os.environ
) -> Iterator[ServiceAddresses]:
    """Services of our own for the length of one command; refused while another command has its own."""
    settings = replace(RunSettings.from_environment(environment), home=home.absolute())
    folders = settings.folders
    with HomeLock(folders, within=LOCK_WITHIN):
        end_leftovers(folders)
        keys = make_keys(folders.path, environment)
        databases = Databases(folders, environment, redis=redis)
        try:
            databases.start()
            addresses = databases.addresses | keys
            yield ServiceAddresses(folders.path, _ours(settings.service_environment(addresses), addresses))
        finally:
            databases.stop()


def _ours(environment: dict[str, str], addresses: Mapping[str, str]) -> dict[str, str]:
    names = (*addresses, "MAIL_URL", "BASE_URL", "FILES_URL", "OPORA_HOME", "OPORA_DEMO")
    return {name: environment[name] for name in names if name in environment}
