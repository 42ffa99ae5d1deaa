"""Web routes of surveys."""

from flask import Flask

from surveys.views import answer, author, diagnostics, group_results, own, paper, results, rosters


def register(flask_app: Flask) -> None:
    """Attach the blueprints of this package."""
    flask_app.register_blueprint(answer.bp)
    flask_app.register_blueprint(own.bp)
    flask_app.register_blueprint(paper.bp)
    flask_app.register_blueprint(results.bp)
    flask_app.register_blueprint(group_results.bp)
    flask_app.register_blueprint(diagnostics.bp)
    flask_app.register_blueprint(rosters.bp)
    flask_app.register_blueprint(author.bp)
