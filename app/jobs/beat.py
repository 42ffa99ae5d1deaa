"""Beat: it only rings the tick and loads no application.

`celery -A app.jobs.beat:celery_app beat -s FILE`, or `python -m app.jobs.beat FILE` without Celery's command line,
which weighs 12 MiB.
"""

import sys

from celery import Celery

import config
from app.jobs.celery_settings import SETTINGS, broker_url

celery_app = Celery("opora", broker=broker_url(config.from_environment().REDIS_URL), set_as_current=False)
celery_app.conf.update(SETTINGS)

if __name__ == "__main__":
    celery_app.Beat(schedule=sys.argv[1], quiet=True).run()
