"""Web routes of reports."""

from flask import Flask


def register(flask_app: Flask) -> None:
    """Attach the blueprints of this package."""
