import stat

import pytest
from redis import Redis

from app.embedded import redis as module
from app.embedded.process import EmbeddedServiceError
from app.embedded.redis import RedisServer
from tests.embedded.processes import is_alive


def test_numbered_databases_are_apart_and_survive_a_restart(redis):
    redis.start()
    with Redis.from_url(redis.url(1)) as first, Redis.from_url(redis.url(2)) as second:
        first.set("key", "значение")
        assert second.get("key") is None
    redis.stop()
    redis.start()
    with Redis.from_url(redis.url(1)) as first:
        assert first.get("key").decode() == "значение"


def test_no_process_is_left_after_stop(redis):
    redis.start()
    pid = redis.process.pid
    redis.stop()
    assert not is_alive(pid)
    assert redis.process.pid is None


def test_only_its_user_can_reach_it(redis):
    redis.start()
    assert stat.S_IMODE(redis.socket_path.parent.stat().st_mode) == 0o700
    with Redis.from_url(redis.url()) as client:
        assert client.config_get("port") == {"port": "0"}


def test_a_long_path_gets_a_short_socket_folder(tmp_path):
    long = tmp_path / ("школа" * 12)
    with RedisServer(long / "redis", long / "run") as server, Redis.from_url(server.url()) as client:
        assert client.ping()


def test_a_server_that_cannot_start_says_why_in_one_line(redis):
    redis.data_dir.mkdir()
    (redis.data_dir / "dump.rdb").write_bytes(b"not a dump")
    with pytest.raises(EmbeddedServiceError, match="Redis не запустилась: ") as caught:
        redis.start()
    assert "\n" not in str(caught.value)


def test_without_a_server_program_the_setting_is_named(redis, monkeypatch):
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(EmbeddedServiceError, match="задайте REDIS_URL"):
        redis.start()


def test_a_program_from_the_path_serves_as_well(redis, monkeypatch, tmp_path):
    bundled = module._binary()
    (tmp_path / "valkey-server").symlink_to(bundled)
    monkeypatch.setattr(module.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert module._binary() == tmp_path / "valkey-server"
    redis.start()
    assert redis.process.pid is not None
