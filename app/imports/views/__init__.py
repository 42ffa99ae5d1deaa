"""Web routes of tables on their way in."""

from flask import Flask

from app.imports.views import runs


def register(flask_app: Flask) -> None:
    """Attach the blueprint of this package."""
    flask_app.register_blueprint(runs.bp)
