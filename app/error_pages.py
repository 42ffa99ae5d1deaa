"""Errors as people and programs read them: one page, one JSON shape, the request's id on both."""

import structlog
from flask import Flask, current_app, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from psycopg import OperationalError as DriverError
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from app.db import db
from app.errors import DomainError

log = structlog.get_logger()

RETRY_AFTER = "5"
"""Seconds: a database that restarts is usually back by then."""


def register(flask_app: Flask) -> None:
    flask_app.register_error_handler(DomainError, _domain_error)
    flask_app.register_error_handler(CSRFError, _forgery)
    flask_app.register_error_handler(HTTPException, _http_error)
    flask_app.register_error_handler(Exception, _unexpected)


def _answer(status: int, message: str, title: str = "") -> ResponseReturnValue:
    request_id = g.get("request_id", "")
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        words = f"{title}. {message}" if title else message
        return jsonify(error=words, status=status, request_id=request_id), status
    if status >= 500:  # without context processors: what broke may be the database they read
        failure = current_app.jinja_env.get_template("errors/failure.html")
        return failure.render(status=status, request_id=request_id), status
    page = render_template(
        "errors/error.html", status=status, title=title, message=message, request_id=request_id
    )
    return page, status


def _domain_error(error: DomainError) -> ResponseReturnValue:
    return _answer(error.status, str(error), str(error.title or ""))


def _forgery(error: CSRFError) -> ResponseReturnValue:
    return _answer(400, _("The page stood open too long. Go back, refresh it and send once more."))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error  # a redirect is not an error
    return _answer(error.code, "")


def _unexpected(error: Exception) -> ResponseReturnValue:
    rule = request.url_rule.rule if request.url_rule else None
    if _is_database_away(error):
        log.error("database_away", path=rule, error=type(error).__name__)
        db.session().invalidate()  # rolling back over a dead connection would fail, and the answer with it
        response = make_response(_answer(503, ""))
        response.headers["Retry-After"] = RETRY_AFTER
        return response
    log.exception("unexpected_error", path=rule)
    return _answer(500, "")


def _is_database_away(error: Exception) -> bool:
    """Whether the connection was lost or refused; a lock or a statement that ran out of time is no outage."""
    if isinstance(error, (OperationalError, InterfaceError)):
        # Without a statement it was the connecting itself that failed.
        return error.connection_invalidated or error.statement is None
    # Queries that go straight to the driver. A server that is up says what is wrong by an SQLSTATE: of
    # these, class 57P is a shutdown, 08 and 53300 a connection it cannot keep.
    return isinstance(error, DriverError) and (
        error.sqlstate is None or error.sqlstate.startswith(("08", "57P", "53300"))
    )
