"""Hints over Redis: at most one unheard a queue, and none that costs a request its time."""

import socket
import time

import pytest
import redis
from flask import Flask

from app.jobs import ringing
from app.jobs.celery_settings import PRODUCER_TIMEOUT, broker_url
from app.jobs.ringing import Bell


class Messages:
    """Stands for Celery and keeps what would be sent."""

    def __init__(self):
        self.sent = []

    def send_task(self, name, *, args, queue, retry):
        self.sent.append((name, args, queue))


@pytest.fixture
def messages():
    return Messages()


@pytest.fixture
def bell(app: Flask, messages, redis_url):
    with redis.Redis.from_url(redis_url) as client:
        client.delete("opora:rung:score", "opora:rung:mail")
        yield Bell(messages, redis_url)
        client.delete("opora:rung:score", "opora:rung:mail")


def test_a_thousand_rings_are_one_message_until_it_is_heard(bell, messages):
    for _ in range(3):
        bell.ring("score")
    bell.ring("mail")
    assert messages.sent == [("opora.work", ["score"], "score"), ("opora.work", ["mail"], "mail")]
    bell.heard("score")
    bell.ring("score")
    assert len(messages.sent) == 3


def test_a_hint_nobody_heard_is_given_again(bell, messages, redis_url):
    bell.ring("score")
    with redis.Redis.from_url(redis_url) as client:
        assert 0 < client.ttl("opora:rung:score") <= ringing.HINT_LIVES


def test_a_dead_redis_is_asked_once_in_a_while(app, messages, tmp_path, monkeypatch):
    bell = Bell(messages, f"unix://{tmp_path}/nobody.sock")
    asked = []
    real = bell._redis.set
    monkeypatch.setattr(bell._redis, "set", lambda *a, **k: asked.append(1) or real(*a, **k))
    bell.ring("score")
    bell.ring("mail")
    assert len(asked) == 1
    monkeypatch.setattr(ringing.time, "monotonic", lambda: now)
    now = time.time() + ringing.PAUSE  # far beyond any monotonic clock
    bell.ring("score")
    assert len(asked) == 2
    assert messages.sent == []


def test_a_redis_that_does_not_answer_costs_half_a_second_and_no_error(app, messages):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        bell = Bell(messages, f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        assert bell._redis.connection_pool.connection_kwargs["socket_timeout"] == PRODUCER_TIMEOUT
        bell.ring("score")
        bell.heard("score")
    assert messages.sent == []


@pytest.mark.parametrize(
    ("given", "celerys"),
    [
        ("redis://host:6379/2", "redis://host:6379/2"),
        ("unix:///run/opora/redis.sock?db=3", "redis+socket:///run/opora/redis.sock?virtual_host=3"),
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock?virtual_host=0"),
        ("unix:///home/%D0%AF/redis.sock", "redis+socket:///home/Я/redis.sock?virtual_host=0"),
    ],
)
def test_celery_gets_the_address_in_its_own_spelling(given, celerys):
    assert broker_url(given) == celerys
