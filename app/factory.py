"""Builds the application: the one module that wires every package."""

import secrets
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, has_request_context, request
from flask_login import current_user
from werkzeug.middleware.proxy_fix import ProxyFix

import config
from app import appearance, error_pages, formats, health, logs, metrics, static_files, storage, uploads
from app import pages as app_pages
from app.accounts import security as accounts_security
from app.accounts import views as accounts_views
from app.accounts.imports import PEOPLE, SCHOOLS
from app.db import db
from app.extensions import babel, csrf, migrate
from app.imports import registry as import_kinds
from app.imports import views as imports_views
from app.jobs import views as jobs_views
from app.json_provider import JSONProvider
from app.mail import smtp as mail_server
from app.mail import views as mail_views
from app.permissions import check_access
from app.responses import WholeResponse
from programme import views as programme_views
from programme.imports import PLAN
from reports import views as reports_views
from seminars import survey_sections
from seminars import views as seminars_views
from seminars.imports import SESSIONS
from surveys import views as surveys_views
from tasks import celery_app, listeners

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


def create_app(settings: config.Base | None = None) -> Flask:
    """The application with everything registered; `settings` default to what the environment says."""
    flask_app = Flask("app", static_folder=None)  # app.static_files serves them
    flask_app.json_provider_class = JSONProvider  # Flask-Security builds its own upon it
    flask_app.response_class = WholeResponse
    flask_app.config.from_object(settings or config.from_environment())
    logs.init(flask_app)
    if flask_app.config["PROXY_HOPS"]:
        hops = flask_app.config["PROXY_HOPS"]
        flask_app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            flask_app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )

    db.init_app(flask_app)
    migrate.init_app(flask_app, db)
    babel.init_app(flask_app, locale_selector=_select_locale, timezone_selector=_select_time_zone)
    csrf.init_app(flask_app)
    accounts_security.init(flask_app)
    formats.register(flask_app)
    static_files.init(flask_app)
    appearance.register(flask_app)
    storage.init(flask_app)
    mail_server.init(flask_app)
    celery_app.init(flask_app)
    listeners.connect()
    survey_sections.register()
    import_kinds.register(SCHOOLS, PEOPLE, PLAN, SESSIONS)

    for package in (
        health,
        metrics,
        app_pages,
        accounts_views,
        jobs_views,
        mail_views,
        imports_views,
        surveys_views,
        seminars_views,
        programme_views,
        reports_views,
    ):
        package.register(flask_app)
    error_pages.register(flask_app)

    flask_app.before_request(_name_request)
    flask_app.before_request(uploads.widen_body_limit)
    flask_app.before_request(_protect_from_forgery)
    flask_app.before_request(check_access)
    flask_app.after_request(_harden)
    return flask_app


def _name_request() -> None:
    g.request_id = secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _protect_from_forgery() -> None:
    """Every changing request needs a token, but for routes whose secret stands in the address or page."""
    view: Any = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, "is_by_link", False):
        csrf.protect()


def _harden(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    # Addresses carry secrets (personal links): other sites never learn them.
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if response.mimetype == "text/html":
        headers.setdefault("Cache-Control", "no-store")
    headers["X-Request-Id"] = g.get("request_id", "")
    return response


def _select_locale() -> str:
    languages = current_app.config["LANGUAGES"]
    if not has_request_context():  # a worker writes for the people it works for
        return str(languages[0])
    chosen = request.cookies.get("language", "")
    if chosen in languages:
        return chosen
    return str(languages[0])


def _select_time_zone() -> str | None:
    if "time_zone" in g:  # a letter is written for a person of another cluster than the reader's
        return str(g.time_zone)
    if current_user and current_user.is_authenticated:
        return str(current_user.person.cluster.time_zone)
    return None
