import os
import signal
import stat
from pathlib import Path

import psycopg
import pytest

from app.embedded.postgres import PostgresServer
from app.embedded.process import EmbeddedServiceError
from tests.embedded.processes import family, is_alive


def connect(server: PostgresServer, database: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(server.url(database).replace("+psycopg", ""), autocommit=True)


@pytest.mark.parametrize("version", [16, 18])
def test_cyrillic_is_lower_cased_compared_and_searched(tmp_path, version):
    with PostgresServer(tmp_path / "pg", tmp_path / "run", fsync=False, version=version) as server:
        server.create_database("cluster")
        with connect(server, "cluster") as connection:
            row = connection.execute(
                "select lower('ЁЖ'), 'Ёж' ilike 'ёЖ',"
                " to_tsvector('russian', 'ЗАНЯТИЯ') @@ to_tsquery('russian', 'занятие'),"
                " current_setting('server_encoding'), current_setting('server_version_num')::int / 10000"
            ).fetchone()
    assert row == ("ёж", True, True, "UTF8", version)


def test_data_survive_a_restart(postgres):
    postgres.start()
    postgres.create_database("cluster")
    with connect(postgres, "cluster") as connection:
        connection.execute("create table school as select 'Школа № 7' as name")
    postgres.stop()
    postgres.start()
    with connect(postgres, "cluster") as connection:
        assert connection.execute("select name from school").fetchone() == ("Школа № 7",)


def test_a_database_is_copied_from_a_template_and_dropped_under_connections(postgres):
    postgres.start()
    postgres.create_database("template")
    with connect(postgres, "template") as connection:
        connection.execute("create table school as select 1 as id")
    postgres.create_database("copy", template="template")
    with connect(postgres, "copy") as connection:
        assert connection.execute("select id from school").fetchone() == (1,)
        postgres.drop_database("copy")
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")
    assert not postgres.has_database("copy")
    assert postgres.has_database("template")


def test_a_name_that_is_not_an_identifier_is_refused(postgres):
    with pytest.raises(ValueError, match="not a database name"):
        postgres.create_database('x"; drop database postgres; --')


def test_no_process_is_left_after_stop(postgres):
    postgres.start()
    pids = family(postgres.process.pid)
    with connect(postgres) as connection:
        connection.execute("select 1")
        postgres.stop()
    assert len(pids) > 3
    assert not any(is_alive(pid) for pid in pids)


def test_folders_are_closed_to_others_and_never_reached_over_the_network(postgres):
    postgres.start()
    for folder in (postgres.data_dir, postgres.socket_dir):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with connect(postgres) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)


def test_the_server_is_never_root_and_foreign_folders_keep_their_modes(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with PostgresServer(closed / "pg", closed / "run", fsync=False) as server:
        assert Path(f"/proc/{server.process.pid}").stat().st_uid != 0
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert closed.stat().st_uid == os.geteuid()


def test_a_long_path_gets_a_short_private_socket_folder_that_goes_with_the_server(tmp_path):
    long = tmp_path / ("школа" * 12)
    server = PostgresServer(long / "pg", long / "run", fsync=False)
    server.start()
    socket_dir = server.socket_dir
    try:
        assert len(os.fsencode(socket_dir)) <= 90
        assert stat.S_IMODE(socket_dir.stat().st_mode) == 0o700
        with connect(server) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
    finally:
        server.stop()
    assert not socket_dir.exists()


def test_a_socket_folder_open_to_others_is_not_used(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    with PostgresServer(tmp_path / "pg", shared, fsync=False) as server:
        assert server.socket_dir != shared
    assert stat.S_IMODE(shared.stat().st_mode) == 0o777


def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path):
    folder = tmp_path / "pg"
    folder.mkdir()
    (folder / "letter.txt").write_text("мой текст")
    with pytest.raises(EmbeddedServiceError, match="не пуста, и это не данные PostgreSQL"):
        PostgresServer(folder, tmp_path / "run").start()
    assert (folder / "letter.txt").read_text() == "мой текст"


def test_data_of_another_version_are_refused(postgres, tmp_path):
    postgres.initialise()
    with pytest.raises(EmbeddedServiceError, match="записаны PostgreSQL 18, а не 16"):
        PostgresServer(postgres.data_dir, tmp_path / "run", version=16).start()


def test_a_second_server_over_the_same_data_is_refused(postgres, tmp_path):
    postgres.start()
    with pytest.raises(EmbeddedServiceError, match=f"уже запущен .процесс {postgres.process.pid}"):
        PostgresServer(postgres.data_dir, tmp_path / "run2").start()
    with connect(postgres) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_a_lock_naming_somebody_elses_process_does_not_stop_the_start(tmp_path):
    postgres = PostgresServer(tmp_path / "pg", tmp_path / "run")
    postgres.start()
    with connect(postgres) as connection:
        connection.execute("create table school as select 1 as id")
    os.kill(postgres.process.pid, signal.SIGKILL)
    postgres.stop()
    lock = postgres.data_dir / "postmaster.pid"
    lines = lock.read_text().splitlines()
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with postgres, connect(postgres) as connection:
        assert connection.execute("select id from school").fetchone() == (1,)


def test_a_half_made_data_folder_is_made_anew(postgres):
    unfinished = postgres.data_dir.with_name(".pg.unfinished")
    unfinished.mkdir(parents=True)
    (unfinished / "rubbish").write_text("")
    postgres.start()
    assert not unfinished.exists()


def test_a_server_that_cannot_start_says_why_in_one_line(postgres):
    postgres.initialise()
    (postgres.data_dir / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(EmbeddedServiceError, match=r"не запустилась: .*configuration file") as caught:
        postgres.start()
    assert "\n" not in str(caught.value)


def test_a_statement_that_fails_is_one_line(postgres):
    postgres.start()
    postgres.create_database("cluster")
    with pytest.raises(EmbeddedServiceError, match='database "cluster" already exists') as caught:
        postgres.create_database("cluster")
    assert "\n" not in str(caught.value)
