"""Web routes of people and accounts."""

from flask import Flask


def register(flask_app: Flask) -> None:
    """Attach the blueprints of this package."""
