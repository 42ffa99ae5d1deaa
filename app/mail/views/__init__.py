"""Pages about letters: stopping them without sign-in."""

from flask import Flask

from app.mail.views import stop


def register(flask_app: Flask) -> None:
    """Attach the blueprints of this package."""
    flask_app.register_blueprint(stop.bp)
