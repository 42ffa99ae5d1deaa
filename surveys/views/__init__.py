"""Web routes of surveys."""

from flask import Flask

from surveys.views import answer, results


def register(flask_app: Flask) -> None:
    """Attach the blueprints of this package."""
    flask_app.register_blueprint(answer.bp)
    flask_app.register_blueprint(results.bp)
