"""The Celery application: two tasks that say "there is work"; the job table knows which."""

from celery import Celery
from flask import Flask

QUEUES = ("score", "mail", "report", "import")

celery_app = Celery("opora")


def init(flask_app: Flask) -> None:
    """Give Celery the broker of `flask_app` and the application its tasks run in."""
    celery_app.conf.update(
        broker_url=flask_app.config["REDIS_URL"],
        task_serializer="json",
        accept_content=["json"],
        task_ignore_result=True,
    )
    celery_app.flask_app = flask_app
