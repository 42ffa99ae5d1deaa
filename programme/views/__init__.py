"""Web routes of programme."""

from flask import Flask

from programme.views import plan, start


def register(flask_app: Flask) -> None:
    """Attach the blueprints of this package."""
    flask_app.register_blueprint(plan.bp)
    flask_app.register_blueprint(start.bp)
