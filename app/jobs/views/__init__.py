"""Web routes of the jobs and letters page."""

from flask import Flask


def register(flask_app: Flask) -> None:
    """Attach the blueprints of this package."""
