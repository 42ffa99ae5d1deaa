"""Web routes about jobs."""

from flask import Flask

from app.jobs.views import jobs


def register(flask_app: Flask) -> None:
    """Attach the blueprints of this package."""
    flask_app.register_blueprint(jobs.bp)
