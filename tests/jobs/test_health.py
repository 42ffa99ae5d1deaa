"""What monitors are told: /healthz names the dead part, /metrics counts for whoever holds the token."""

from datetime import timedelta

import pytest

from app.clock import utcnow
from app.jobs import worker
from app.jobs.models import Heartbeat
from tests.factories.jobs import make_job
from tests.factories.people import add


def test_all_is_well_when_database_redis_and_a_worker_are_there(app, client):
    worker.show_alive("worker@host:1")
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json["services"] == {"database": "ok", "redis": "ok", "worker": "ok"}


def test_a_worker_not_seen_for_a_while_is_named(app, client):
    add(Heartbeat(name="worker@host:1", seen_at=utcnow() - timedelta(minutes=1)))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json["dead"] == ["worker"]


def test_a_dead_redis_is_named(app, client, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "REDIS_URL", f"unix://{tmp_path}/nobody.sock")
    worker.show_alive("worker@host:1")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json["dead"] == ["redis"]


def test_the_process_answers_whatever_the_others_do(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "REDIS_URL", "unix:///nowhere")
    assert client.get("/livez").json == {"status": "ok"}


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer ё"}])
def test_figures_are_for_the_token_alone(app, client, headers):
    assert client.get("/metrics", headers=headers).status_code == 404


def test_figures_count_jobs_and_say_how_long_the_oldest_waits(app, client, handle):
    handle("count", lambda claimed: None)
    make_job("count", key="a", run_after=utcnow() - timedelta(hours=1))
    make_job("count", key="b", run_after=utcnow() + timedelta(hours=1))
    figures = client.get("/metrics", headers={"Authorization": "Bearer tests-metrics"}).text
    assert 'opora_jobs{kind="count",state="waiting"} 2.0' in figures
    overdue = next(line for line in figures.splitlines() if line.startswith("opora_jobs_overdue_seconds{"))
    assert 3600 <= float(overdue.split()[1]) < 3700
