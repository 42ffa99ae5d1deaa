"""Pages about letters: stopping them, what became of them, and the demo's mailbox."""

from flask import Flask

from app.mail.views import admin, mailbox, stop


def register(flask_app: Flask) -> None:
    """Attach the blueprints of this package."""
    for module in (stop, admin, mailbox):
        flask_app.register_blueprint(module.bp)
