"""How the processes talk to Redis, and what beat costs."""

import os
import subprocess
import sys

from tasks.celery_app import celery_app


def test_a_request_never_waits_long_for_redis(app):
    options = celery_app.conf.broker_transport_options
    assert (options["socket_timeout"], options["socket_connect_timeout"]) == (0.5, 0.5)
    assert options["max_retries"] == 0


def test_messages_are_json_and_acknowledged_early(app):
    assert celery_app.conf.accept_content == ["json"]
    assert celery_app.conf.task_acks_late is False
    assert {name for name in celery_app.tasks if not name.startswith("celery.")} == {
        "opora.work",
        "opora.tick",
    }


def test_beat_rings_the_tick_without_loading_the_application(redis_url):
    code = (
        "import sys; from app.jobs.beat import celery_app as c; "
        "print(c.conf.beat_schedule['tick']['task'], c.conf.broker_url is not None, "
        "[m for m in ('flask', 'sqlalchemy', 'numpy') if m in sys.modules])"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OPORA_")}
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**environment, "REDIS_URL": redis_url},
    )
    assert run.stdout.strip() == "opora.tick True []"
