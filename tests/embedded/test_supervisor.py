import json
import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.embedded import supervisor
from app.embedded.process_table import find_process
from tests.embedded.processes import PROJECT, family, free_port, is_alive, wait_until

SLEEP = "import time; time.sleep(600)"
OUTLIVES_ITS_PARENT = """
import ctypes, time
ctypes.CDLL(None).prctl(1, 0)
print("on my own", flush=True)
time.sleep(600)
"""
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True: time.sleep(1)
"""


def answers(address: str) -> bool:
    host, _, port = address.partition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def environment_of_web(run) -> dict[str, str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{run.port}/", timeout=10) as answer:
        return json.load(answer)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_everything_starts_and_a_signal_ends_it_without_a_trace(opora_run, number):
    run = opora_run(background={"worker": SLEEP, "beat": SLEEP}).wait_until_ready()
    names = [service["name"] for service in run.services["services"]]
    assert names == ["PostgreSQL", "Redis", "smtp", "web", "worker", "beat"]
    assert all(os.getpgid(service["pid"]) == service["pid"] for service in run.services["services"])
    assert run.stop(number) == (0, "")
    assert not (run.home / "run/services.json").exists()
    assert not answers(f"127.0.0.1:{run.port}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_while_starting_ends_it_without_a_trace(opora_run, number):
    run = opora_run(prepare=["print('preparing', flush=True);" + SLEEP])
    wait_until(lambda: "preparing" in run.stdout)
    assert run.stop(number) == (0, "")


def test_a_signal_before_the_databases_answer_leaves_a_folder_that_starts(opora_run):
    run = opora_run()
    wait_until((run.home / "run/lock").exists)
    assert run.stop() == (0, "")
    assert opora_run().wait_until_ready().stop() == (0, "")


def test_services_get_their_addresses_and_secrets(opora_run):
    run = opora_run().wait_until_ready()
    seen = environment_of_web(run)
    assert seen["DATABASE_URL"].startswith("postgresql+psycopg://opora@/opora?host=")
    assert seen["REDIS_URL"].startswith("unix://")
    assert seen["MAIL_URL"].startswith("smtp://127.0.0.1:")
    assert seen["BASE_URL"] == f"http://127.0.0.1:{run.port}"
    assert seen["FILES_URL"] == f"file:{run.home}/files"
    assert seen["MALLOC_ARENA_MAX"] == "2"
    assert seen["SECRET_KEY"] != seen["LINK_KEY"]
    assert len(seen["SECRET_KEY"]) >= 40


def test_what_is_given_is_used_and_not_started(opora_run, redis):
    redis.start()
    given = {
        "REDIS_URL": redis.url(),
        "MAIL_URL": "smtp://127.0.0.1:2525",
        "SECRET_KEY": "s",
        "LINK_KEY": "l",
    }
    run = opora_run(given).wait_until_ready()
    seen = environment_of_web(run)
    assert {name: seen[name] for name in given} == given
    assert [service["name"] for service in run.services["services"]] == ["PostgreSQL", "web"]
    assert not (run.home / "secrets").exists()


def test_secrets_are_made_once_and_closed_to_others(opora_run):
    run = opora_run().wait_until_ready()
    first = environment_of_web(run)
    run.stop()
    secrets = run.home / "secrets"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets.iterdir()} == {0o600}
    run = opora_run().wait_until_ready()
    second = environment_of_web(run)
    assert [second[name] for name in ("SECRET_KEY", "LINK_KEY")] == [
        first[name] for name in ("SECRET_KEY", "LINK_KEY")
    ]


def test_what_stands_in_services_json_is_closed_to_others_and_without_secrets(opora_run):
    run = opora_run().wait_until_ready()
    path = run.home / "run/services.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert run.services["is_ready"] is True
    assert run.services["supervisor"]["pid"] == run.process.pid
    assert environment_of_web(run)["SECRET_KEY"] not in path.read_text()


def test_output_goes_to_stdout_and_to_files(opora_run):
    run = opora_run(
        prepare=["print('миграции готовы')"],
        background={"worker": "print('жду работу', flush=True);" + SLEEP},
        announce="print('пароль: demo')",
    ).wait_until_ready()
    wait_until(lambda: "пароль: demo" in run.stdout and "жду работу" in run.stdout)
    assert "миграции готовы" in run.stdout
    assert "миграции готовы" in (run.home / "log/prepare.log").read_text()
    assert "жду работу" in (run.home / "log/worker.log").read_text()
    assert not any("пароль" in path.read_text() for path in (run.home / "log").iterdir())


def test_metrics_of_the_last_run_are_gone(opora_run):
    run = opora_run().wait_until_ready()
    assert environment_of_web(run)["PROMETHEUS_MULTIPROC_DIR"] == str(run.home / "run/metrics")
    (run.home / "run/metrics/counter_7.db").write_text("")
    run.stop()
    opora_run().wait_until_ready()
    assert list((run.home / "run/metrics").iterdir()) == []


def test_a_second_run_is_refused_and_the_first_goes_on(opora_run):
    run = opora_run().wait_until_ready()
    code, stderr = opora_run().result()
    assert (code, stderr) == (
        1,
        f"opora: «Опора» с папкой {run.home} уже запущена (процесс {run.process.pid})\n",
    )
    assert environment_of_web(run)
    assert run.stop() == (0, "")


def test_a_taken_port_is_one_line(opora_run):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, stderr = opora_run(port=port).result()
    assert code == 1
    assert stderr == f"opora: порт {port} на 127.0.0.1 занят: задайте другой в PORT\n"


def test_a_folder_that_cannot_be_made_is_one_line(opora_run, tmp_path):
    (tmp_path / "file").write_text("")
    code, stderr = opora_run({"OPORA_HOME": str(tmp_path / "file/home")}).result()
    assert (code, stderr) == (
        1,
        f"opora: нельзя создать папку {tmp_path}/file/home: там лежит файл, а не папка\n",
    )
    code, stderr = opora_run({"OPORA_HOME": str(tmp_path / "file")}).result()
    assert (code, stderr) == (1, f"opora: нельзя создать папку {tmp_path}/file: там лежит файл, а не папка\n")


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"OPORA_DEMOO": "0"}, "неизвестная настройка OPORA_DEMOO; известны OPORA_DEMO, OPORA_HOME"),
        ({"PORT": "80 80"}, "PORT=80 80 — не номер порта"),
        ({"HOST": "0.0.0.0"}, "HOST=0.0.0.0 с учебными данными нельзя"),
        ({"OPORA_DEMO": "yes"}, "OPORA_DEMO задана неверно; ожидается 0 или 1"),
        ({"PROXY_HOPS": "abc"}, "PROXY_HOPS задана неверно"),
        ({"DATABASE_URL": "abc"}, "DATABASE_URL задана неверно; ожидается postgresql+psycopg://"),
        ({"DATABASE_URL": "postgresql://u:secret@[::/d"}, "DATABASE_URL задана неверно: это не адрес"),
        ({"DATABASE_URL": "postgresql://u:secret@h:99999/d"}, "DATABASE_URL задана неверно: это не адрес"),
        ({"REDIS_URL": "http://x"}, "REDIS_URL задана неверно"),
        ({"REDIS_URL": "unix:///nowhere.sock"}, "REDIS_URL: /nowhere.sock не отвечает (такого нет)"),
        ({"MAIL_URL": "mail.example.org"}, "MAIL_URL задана неверно"),
        ({"BASE_URL": "opora.example.org"}, "BASE_URL задана неверно"),
        ({"FILES_URL": "s3://x"}, "FILES_URL задана неверно"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL задана неверно"),
    ],
)
def test_a_wrong_setting_is_one_line(opora_run, environment, said):
    code, stderr = opora_run(environment).result()
    assert code == 1
    assert stderr.startswith(f"opora: {said}")
    assert stderr.count("\n") == 1
    assert "secret" not in stderr


@pytest.mark.parametrize(("name", "scheme"), [("DATABASE_URL", "postgresql+psycopg"), ("REDIS_URL", "redis")])
def test_a_given_server_that_does_not_answer_is_one_line(opora_run, name, scheme):
    port = free_port()
    code, stderr = opora_run({name: f"{scheme}://opora:secret@127.0.0.1:{port}/0"}).result()
    problem = f"127.0.0.1:{port} не отвечает (там никто не слушает)"
    assert (code, stderr) == (1, f"opora: {name}: {problem}\n")


def test_started_by_nohup_it_outlives_the_terminal(opora_run):
    run = opora_run(ignored="INT HUP").wait_until_ready()
    run.process.send_signal(signal.SIGHUP)
    os.kill(run.pid_of("smtp"), signal.SIGKILL)
    wait_until(lambda: "служба smtp остановилась" in run.errors.read_text())
    assert run.stop()[0] == 0


def test_a_failure_on_a_full_disk_names_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor.shutil, "disk_usage", lambda folder: SimpleNamespace(free=3 * 2**20))
    assert supervisor._little_room(tmp_path / "not/yet") == f"; на диске с папкой {tmp_path} осталось 3 МБ"
    monkeypatch.setattr(supervisor.shutil, "disk_usage", lambda folder: SimpleNamespace(free=2**30))
    assert supervisor._little_room(tmp_path) == ""


def test_a_preparation_that_fails_is_one_line(opora_run):
    run = opora_run(prepare=["raise SystemExit('нет таблицы')"])
    code, stderr = run.result()
    assert code == 1
    assert stderr.startswith("opora: команда «")
    assert stderr.endswith("не выполнена: нет таблицы\n")
    assert stderr.count("\n") == 1


def test_a_service_that_dies_at_start_is_one_line(opora_run):
    run = opora_run(web=SLEEP, background={"worker": "raise SystemExit('нет очереди')"})
    code, stderr = run.result()
    assert (code, stderr) == (
        1,
        f"opora: служба worker не запустилась: нет очереди (журнал {run.home}/log/worker.log)\n",
    )


def test_a_service_that_dies_later_is_started_again(opora_run):
    run = opora_run(background={"worker": SLEEP}).wait_until_ready()
    mail = environment_of_web(run)["MAIL_URL"]
    for name in ("worker", "smtp", "web"):
        before = run.pid_of(name)
        os.kill(before, signal.SIGKILL)
        wait_until(lambda name=name, before=before: run.pid_of(name) not in (None, before))
    wait_until(lambda: answers(mail.removeprefix("smtp://")))
    wait_until(lambda: answers(f"127.0.0.1:{run.port}"))
    code, stderr = run.stop()
    assert code == 0
    assert [line.split(" остановилась")[0] for line in stderr.splitlines()] == [
        "opora: служба worker",
        "opora: служба smtp",
        "opora: служба web",
    ]


@pytest.mark.parametrize("name", ["PostgreSQL", "Redis"])
def test_a_database_that_dies_ends_the_run(opora_run, name):
    run = opora_run(background={"worker": SLEEP}).wait_until_ready()
    pids = family(run.process.pid)
    os.kill(run.pid_of(name), signal.SIGKILL)
    code, stderr = run.result()
    assert code == 1
    assert stderr == f"opora: служба {name} остановилась: процесс завершён сигналом 9\n"
    wait_until(lambda: not any(is_alive(pid) for pid in pids))


def test_a_service_that_does_not_hear_is_killed(opora_run):
    run = opora_run(background={"worker": DEAF}, stop_within=3).wait_until_ready()
    assert run.stop() == (0, "")


def test_services_of_a_killed_supervisor_end_by_themselves(opora_run):
    run = opora_run(background={"worker": SLEEP}).wait_until_ready()
    pids = family(run.process.pid)
    run.process.kill()
    wait_until(lambda: not any(is_alive(pid) for pid in pids))
    assert opora_run().wait_until_ready().stop() == (0, "")


def test_what_a_killed_supervisor_left_is_ended_at_the_next_start(opora_run):
    run = opora_run(background={"worker": OUTLIVES_ITS_PARENT}).wait_until_ready()
    wait_until(lambda: "on my own" in run.stdout)
    worker = run.pid_of("worker")
    run.process.kill()
    run.process.wait()
    wait_until(lambda: not is_alive(run.pid_of("web")))
    assert is_alive(worker)
    second = opora_run().wait_until_ready()
    assert "завершён процесс worker, оставшийся" in second.stdout
    assert not is_alive(worker)


def test_a_process_that_only_has_the_number_of_a_leftover_is_left_alone(opora_run):
    run = opora_run(background={"worker": SLEEP}).wait_until_ready()
    recorded = run.services
    run.stop()
    stranger = subprocess.Popen([sys.executable, "-c", SLEEP], process_group=0)
    try:
        for service in recorded["services"]:
            service["pid"] = stranger.pid
        (run.home / "run/services.json").write_text(json.dumps(recorded))
        opora_run().wait_until_ready()
        assert find_process(stranger.pid) is not None
    finally:
        stranger.kill()
        stranger.wait()


def test_data_survive_a_second_start(opora_run):
    code = """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_URL"].replace("+psycopg", "")) as c:
    c.execute("create table if not exists run (name text)")
    c.execute("insert into run values (lower('ЗАПУСК'))")
    print(c.execute("select string_agg(name, ' ') from run").fetchone()[0])
"""
    opora_run(prepare=[code]).wait_until_ready().stop()
    run = opora_run(prepare=[code]).wait_until_ready()
    assert "запуск запуск" in run.stdout


def test_a_long_home_works(opora_run, tmp_path):
    long = tmp_path / ("школа" * 15)
    run = opora_run({"OPORA_HOME": str(long)})
    run.home = long
    assert run.wait_until_ready().stop() == (0, "")


def test_the_supervisor_imports_nothing_of_the_application():
    code = "import app.embedded.supervisor, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    modules = set(loaded.stdout.split())
    assert {name for name in modules if name.startswith("app.")} <= {
        "app.embedded",
        *(f"app.embedded.{path.stem}" for path in Path(PROJECT, "app/embedded").glob("*.py")),
    }
    assert not modules & {
        "flask",
        "sqlalchemy",
        "celery",
        "psycopg",
        "redis",
        "aiosmtpd",
        "asyncio",
        "wsgi",
    }
