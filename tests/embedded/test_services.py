import os
from pathlib import Path

import psycopg
import pytest

from app.embedded.home import Home, HomeLock
from app.embedded.process import EmbeddedServiceError
from app.embedded.run_settings import RunSettings
from app.embedded.supervisor import join_services, standalone_services


def count_schools(database_url: str) -> int:
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute("create table if not exists school (name text)")
        connection.execute("insert into school values ('Школа № 7')")
        return connection.execute("select count(*) from school").fetchone()[0]


def test_a_command_joins_the_services_of_a_running_supervisor(opora_run):
    run = opora_run().wait_until_ready()
    joined = join_services(run.home, environment={})
    assert joined.is_ready
    assert count_schools(joined.database_url) == 1
    assert joined.redis_url.startswith("unix://")
    assert joined.mail_url.startswith("smtp://127.0.0.1:")
    assert joined.base_url == f"http://127.0.0.1:{run.port}"
    assert joined.mail_folder == run.home / "mail"
    assert joined.environment["LINK_KEY"] == (run.home / "secrets/link_key").read_text().strip()


def test_nothing_is_joined_when_nothing_runs(opora_run, tmp_path):
    assert join_services(tmp_path / "nowhere") is None
    run = opora_run().wait_until_ready()
    run.process.kill()
    run.process.wait()
    assert (run.home / "run/services.json").exists()
    assert join_services(run.home) is None


def test_links_are_never_made_with_another_key_than_the_running_servers(opora_run):
    run = opora_run({"SECRET_KEY": "s", "LINK_KEY": "l"}).wait_until_ready()
    with pytest.raises(EmbeddedServiceError, match="задайте SECRET_KEY и LINK_KEY"):
        join_services(run.home, environment={})
    joined = join_services(run.home, environment={"SECRET_KEY": "s", "LINK_KEY": "l"})
    assert joined.environment["LINK_KEY"] == "l"


def test_a_command_runs_services_of_its_own_and_leaves_none(tmp_path):
    for rows in (1, 2):
        with standalone_services(tmp_path / "home", environment={}) as services:
            assert count_schools(services.database_url) == rows
            assert services.redis_url is None
            assert services.environment["FILES_URL"] == f"file:{tmp_path}/home/files"
            pid = int((tmp_path / "home/postgres/postmaster.pid").read_text().split()[0])
        assert not Path(f"/proc/{pid}").exists()
    with standalone_services(tmp_path / "home", redis=True, environment={}) as services:
        assert services.redis_url.startswith("unix://")


def test_a_given_database_is_used_and_none_started(tmp_path, postgres):
    postgres.start()
    given = {"DATABASE_URL": postgres.url("postgres"), "SECRET_KEY": "s", "LINK_KEY": "l"}
    with standalone_services(tmp_path / "home", environment=given) as services:
        assert count_schools(services.database_url) == 1
        assert services.environment["SECRET_KEY"] == "s"
    assert not (tmp_path / "home/postgres").exists()
    assert postgres.process.pid is not None


def test_services_of_a_supervisor_are_not_started_twice(opora_run, monkeypatch):
    monkeypatch.setattr("app.embedded.services.LOCK_WITHIN", 0.2)
    run = opora_run().wait_until_ready()
    with (
        pytest.raises(EmbeddedServiceError, match=f"уже запущена .процесс {run.process.pid}"),
        standalone_services(run.home, environment={}),
    ):
        pytest.fail("two servers over one data folder")


def test_a_supervisor_is_refused_while_a_command_has_the_folder(opora_run, tmp_path):
    with standalone_services(tmp_path / "home", environment={}):
        code, stderr = opora_run().result()
    assert (code, stderr) == (
        1,
        f"opora: «Опора» с папкой {tmp_path}/home уже запущена (процесс {os.getpid()})\n",
    )


def test_the_lock_goes_with_its_holder(tmp_path):
    home = Home(tmp_path / "home")
    with HomeLock(home):
        pass
    with HomeLock(home):
        assert (home.run / "lock").read_text() == str(os.getpid())


def test_a_damaged_services_file_is_one_line(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run/services.json").write_text('{"supervisor": 7}')
    with pytest.raises(EmbeddedServiceError, match="повреждён: удалите его"):
        join_services(tmp_path)


def test_the_command_lines_of_the_demo_and_of_an_empty_cluster(tmp_path):
    demo = RunSettings.from_environment({"OPORA_HOME": str(tmp_path)})
    assert [command[-2:] for command in demo.prepare] == [("demo", "--ensure")]
    assert demo.announce[-2:] == ("demo", "--accounts")
    assert [service.name for service in (demo.web, *demo.background)] == ["web", "worker", "beat"]
    empty = RunSettings.from_environment({"OPORA_HOME": str(tmp_path), "OPORA_DEMO": "0", "HOST": "0.0.0.0"})
    assert [command[-2:] for command in empty.prepare] == [("init", "--ensure")]
    assert empty.announce[-2:] == ("init", "--slip")
    assert empty.url == "http://127.0.0.1:8000"
