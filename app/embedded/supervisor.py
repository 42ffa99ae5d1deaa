"""The foreground supervisor behind `opora run`: starts everything in order, watches it, stops it in order.

It imports nothing of the application: it must be able to say what is wrong when the application cannot start.
"""

import errno
import http.client
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from app.embedded.databases import Databases
from app.embedded.home import HomeLock, RunningServices, describe, describe_ourselves, end_leftovers
from app.embedded.keys import make_keys
from app.embedded.logs import ServiceLog
from app.embedded.messages import complain, reason_of, say
from app.embedded.process import EmbeddedServiceError, ServerProcess, launcher, make_folder
from app.embedded.run_settings import PROJECT, Command, RunSettings, Service
from app.embedded.services import ServiceAddresses, join_services, standalone_services
from app.embedded.stop_signals import StopRequested, StopSignals
from app.embedded.supervised import CATCHER, Supervised, catcher_service

__all__ = ["RunSettings", "ServiceAddresses", "join_services", "run", "standalone_services"]

# Of the time for stopping, what each stage leaves the later ones; web has 5.4 of 10 s, as Granian gives
# its own workers five.
LEFT_FOR_THE_REST = {"web": 0.46, "background": 0.22, CATCHER: 0.18}
LITTLE_ROOM = 64  # megabytes: less than the databases need to start
PUBLISHED = ("DATABASE_URL", "REDIS_URL", "MAIL_URL", "BASE_URL", "FILES_URL", "OPORA_HOME", "OPORA_DEMO")


def run(settings: RunSettings) -> int:
    """Run the whole tree until INT, TERM or HUP; the exit code, with one line on stderr if it is not 0."""
    try:
        with StopSignals() as signals, HomeLock(settings.folders):
            return Supervisor(settings, signals).run()
    except EmbeddedServiceError as error:
        complain(f"{error}{_little_room(settings.home)}")
        return 1


class Supervisor:
    """One run: everything it starts is stopped again, whatever happens in between."""

    def __init__(self, settings: RunSettings, signals: StopSignals) -> None:
        self._settings = settings
        self._home = settings.folders
        self._signals = signals
        # A person at a terminal wants the address, not every request; a log collector wants all.
        self._echo = not sys.stdout.isatty()
        self._databases = Databases(self._home, settings.environment, echo=self._echo)
        self._environment: dict[str, str] = {}
        self._services: dict[str, Supervised] = {}
        self._written: RunningServices | None = None
        self._is_ready = False

    def run(self) -> int:
        """Start, watch until told to stop, stop."""
        try:
            self._start()
            while True:
                self._signals.sleep(self._tend())
        except StopRequested:
            say("«Опора» останавливается…")
            return 0
        except OSError as error:
            raise EmbeddedServiceError(f"{error.filename or 'система'}: {reason_of(error)}") from error
        finally:
            self._stop()

    def _start(self) -> None:
        for name in end_leftovers(self._home):
            say(f"завершён процесс {name}, оставшийся от прерванного запуска")
        self._refuse_a_taken_port()
        self._empty_metrics()
        keys = make_keys(self._home.path, self._settings.environment)
        self._databases.start(self._signals.check)
        self._signals.check()
        self._environment = self._settings.service_environment(self._databases.addresses | keys)
        self._write_down()
        self._start_catcher()
        for command in self._settings.prepare:
            self._prepare(command)
        for service in (self._settings.web, *self._settings.background):
            if service is not None:
                self._launch(service)
        self._wait_for_the_site()
        self._is_ready = True
        self._write_down()
        say(f"«Опора» готова: {self._settings.url}")
        if not self._echo:
            say(f"журналы: {self._home.log('web').parent}; Ctrl-C останавливает всё")
        if self._settings.announce is not None:
            self._announce(self._settings.announce)

    def _refuse_a_taken_port(self) -> None:
        host, port = self._settings.host, self._settings.port
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise EmbeddedServiceError(_port_refused(host, port, error)) from error

    def _empty_metrics(self) -> None:
        shutil.rmtree(self._home.metrics, ignore_errors=True)
        make_folder(self._home.metrics)

    def _start_catcher(self) -> None:
        if self._environment.get("MAIL_URL"):
            return
        port_file = self._home.run / "smtp.port"
        port_file.unlink(missing_ok=True)
        catcher = self._launch(catcher_service(self._home, port=0))
        catcher.process.wait_until_ready(port_file.exists, within=30, check=self._signals.check)
        port = int(port_file.read_text())
        # Started again it must be found where it was.
        catcher.service = catcher_service(self._home, port=port)
        self._environment["MAIL_URL"] = f"smtp://127.0.0.1:{port}"
        self._write_down()

    def _launch(self, service: Service) -> Supervised:
        log = ServiceLog(self._home.log(service.name), echo=self._echo)
        supervised = Supervised(service, ServerProcess(service.name, log))
        self._services[service.name] = supervised
        supervised.start(self._environment)
        self._write_down()
        return supervised

    def _prepare(self, command: Command) -> None:
        process = ServerProcess("preparation", ServiceLog(self._home.log("prepare"), echo=True))
        process.start(command, environment=self._environment, folder=PROJECT)
        try:
            while process.exit_code is None:
                self._signals.sleep(1)
            if process.exit_code != 0:
                raise EmbeddedServiceError(f"команда «{' '.join(command)}» не выполнена: {process.reason()}")
        finally:
            process.end(within=3)

    def _wait_for_the_site(self) -> None:
        if self._settings.web is None:
            return
        deadline = time.monotonic() + self._settings.ready_within
        while (problem := self._site_problem()) is not None:
            for supervised in self._services.values():
                supervised.refuse_death_at_start()
            self._refuse_dead_databases()
            if time.monotonic() > deadline:
                raise EmbeddedServiceError(f"сайт не готов к работе: {problem}")
            self._signals.sleep(0.1)

    def _site_problem(self) -> str | None:
        """None when the site says that all is well, else what it says."""
        # Not urllib, which would ask a proxy where the environment names one.
        connection = http.client.HTTPConnection(self._settings.own_host, self._settings.port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            body = answer.read(300).decode("utf-8", "replace").strip()
        except (OSError, http.client.HTTPException) as error:
            return f"/healthz не отвечает ({error})"
        finally:
            connection.close()
        return None if answer.status == http.client.OK else f"/healthz отвечает {answer.status} {body}"

    def _announce(self, command: Command) -> None:
        # Not through a log: what it prints are passwords.
        child = subprocess.Popen(
            [*launcher(signal.SIGTERM, None, command), *command],
            env=self._environment,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            process_group=0,
        )
        try:
            while child.poll() is None:
                self._signals.sleep(1)
            if child.returncode != 0:
                complain(f"команда «{' '.join(command)}» завершилась с кодом {child.returncode}")
        finally:
            child.kill()
            child.wait()

    def _tend(self) -> float:
        """Start again what has died and is due; the seconds until there may be more to do."""
        self._refuse_dead_databases()
        waits = [supervised.tend(self._environment) for supervised in self._services.values()]
        self._write_down()
        return min(waits, default=60.0)

    def _refuse_dead_databases(self) -> None:
        for process in self._databases.processes:
            if process.exit_code is not None:
                raise EmbeddedServiceError(f"служба {process.name} остановилась: {process.reason()}")

    def _write_down(self) -> None:
        """Write `services.json` if something has changed since."""
        processes = [*self._databases.processes, *(each.process for each in self._services.values())]
        described = (
            describe(process.name, process.pid, process.command, process.stop_signal)
            for process in processes
            if process.pid is not None
        )
        state = RunningServices(
            supervisor=describe_ourselves(),
            environment={name: self._environment[name] for name in PUBLISHED if self._environment.get(name)},
            services=[service for service in described if service is not None],
            is_ready=self._is_ready,
        )
        if state != self._written:
            state.write(self._home)
            self._written = state

    def _stop(self) -> None:
        seconds = self._settings.stop_within
        deadline = time.monotonic() + seconds
        stages: dict[str, list[ServerProcess]] = {"web": [], "background": [], CATCHER: []}
        for name, supervised in self._services.items():
            stages[name if name in stages else "background"].append(supervised.process)
        for stage, processes in stages.items():
            for process in processes:
                process.ask_to_stop()
            for process in processes:
                left = deadline - time.monotonic() - LEFT_FOR_THE_REST[stage] * seconds
                process.end(within=max(0, left))
        self._databases.stop(within=max(1.5, deadline - time.monotonic()))
        self._home.services_file.unlink(missing_ok=True)


def _little_room(home: Path) -> str:
    """What a server dies of on a full disk it says in many ways; this is the cause behind them."""
    while not home.exists():
        home = home.parent
    free = shutil.disk_usage(home).free // 2**20
    return f"; на диске с папкой {home} осталось {free} МБ" if free < LITTLE_ROOM else ""


def _port_refused(host: str, port: int, error: OSError) -> str:
    why = {errno.EADDRINUSE: "занят", errno.EACCES: "доступен только администратору"}.get(
        error.errno or 0, f"недоступен ({reason_of(error)})"
    )
    return f"порт {port} на {host} {why}: задайте другой в PORT"
