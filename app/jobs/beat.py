"""`celery -A app.jobs.beat:celery_app beat`: it only rings the tick and loads no application."""

from celery import Celery

import config
from app.jobs.celery_settings import SETTINGS, broker_url

celery_app = Celery("opora", broker=broker_url(config.from_environment().REDIS_URL), set_as_current=False)
celery_app.conf.update(SETTINGS)
