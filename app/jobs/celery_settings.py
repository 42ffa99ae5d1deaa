"""How Celery is used: two tasks that say "there is work", as JSON over Redis. Light, for beat needs no more."""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

QUEUES = ("score", "mail", "report", "import")
TICK_EVERY = 15.0  # seconds
PRODUCER_TIMEOUT = 0.5  # seconds a request may lose to a Redis that does not answer

# A request must not wait for a Redis that is away: one try, half a second.
PRODUCER_OPTIONS: dict[str, Any] = {
    "socket_timeout": PRODUCER_TIMEOUT,
    "socket_connect_timeout": PRODUCER_TIMEOUT,
    "max_retries": 0,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}

SETTINGS: dict[str, Any] = {
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_ignore_result": True,
    "task_acks_late": False,
    "task_default_queue": QUEUES[0],
    "task_routes": {"opora.tick": {"queue": "mail"}},
    "worker_prefetch_multiplier": 1,
    "worker_hijack_root_logger": False,
    "worker_send_task_events": False,
    "worker_enable_remote_control": False,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    # A tick nobody heard is worth nothing once the next one is due.
    "beat_schedule": {
        "tick": {"task": "opora.tick", "schedule": TICK_EVERY, "options": {"expires": TICK_EVERY}}
    },
}


def broker_url(redis_url: str) -> str:
    """REDIS_URL as Celery writes it: unix://PATH?db=N is redis+socket://PATH?virtual_host=N there."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{unquote(parts.path)}?virtual_host={number}"
