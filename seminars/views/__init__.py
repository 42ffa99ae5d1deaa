"""Web routes of seminars."""

from flask import Flask

from seminars.session_sections import add_section
from seminars.views import calendar, editing, hosting, materials, registering, sessions
from seminars.views.blueprint import bp


def register(flask_app: Flask) -> None:
    """Attach the blueprints of this package."""
    flask_app.register_blueprint(bp)
    flask_app.register_blueprint(materials.bp)
    add_section(materials.session_materials)
    flask_app.add_url_rule("/calendar/<token>.ics", "seminars_feed", calendar.feed)


__all__ = ["editing", "hosting", "register", "registering", "sessions"]  # imported for their routes
