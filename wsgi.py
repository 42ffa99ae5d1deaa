"""What servers import: `wsgi:app` for the web, `wsgi:celery_app` for workers and beat."""

from app.factory import create_app
from tasks.celery_app import celery_app

app = create_app()

__all__ = ["app", "celery_app"]
