"""A service of the application under the supervisor: started again, ever more slowly, when it dies."""

import sys
import time
from collections.abc import Mapping

from app.embedded.home import Home
from app.embedded.messages import complain
from app.embedded.process import EmbeddedServiceError, ServerProcess
from app.embedded.run_settings import PROJECT, Service

CATCHER = "smtp"
LONGEST_PAUSE = 30.0  # seconds
PROVEN_AFTER = 60.0  # seconds of life after which a death counts as the first again
NOTHING_DUE = 60.0


class Supervised:
    """One service with the memory of how often it has died lately."""

    def __init__(self, service: Service, process: ServerProcess) -> None:
        self.service = service
        self.process = process
        self._deaths = 0
        self._started_at = 0.0
        self._due_at: float | None = None

    def start(self, environment: Mapping[str, str]) -> None:
        """Start it in the project's folder."""
        self.process.start(self.service.command, environment=environment, folder=PROJECT)
        self._started_at = time.monotonic()
        self._due_at = None

    def refuse_death_at_start(self) -> None:
        """A service that dies before the site was ever ready ends the start."""
        if self.process.exit_code is not None:
            raise EmbeddedServiceError(
                f"служба {self.service.name} не запустилась: {self.process.reason()} "
                f"(журнал {self.process.log.path})"
            )

    def tend(self, environment: Mapping[str, str]) -> float:
        """Notice its death, start it again when that is due; seconds until there may be more to do."""
        now = time.monotonic()
        if self.process.pid is not None:
            if now - self._started_at > PROVEN_AFTER:
                self._deaths = 0
            return NOTHING_DUE
        if self._due_at is None:
            self._due_at = now + self._pause()
            complain(f"служба {self.service.name} остановилась: {self.process.reason()}; запускаем снова")
            self.process.end(within=0)  # what is left of its group may still hold the port
        if now >= self._due_at:
            self.start(environment)
            return NOTHING_DUE
        return self._due_at - now

    def _pause(self) -> float:
        pause = min(2.0**self._deaths, LONGEST_PAUSE)
        self._deaths += 1
        return pause


def catcher_service(home: Home, *, port: int) -> Service:
    """The SMTP catcher; with port 0 it chooses one and writes it to `run/smtp.port`."""
    options = ("--folder", str(home.mail), "--port", str(port), "--port-file", str(home.run / "smtp.port"))
    return Service(CATCHER, (sys.executable, "-m", "app.embedded.smtp", *options))
