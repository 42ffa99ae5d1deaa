"""Large bodies: only signed-in people may send them, and only to routes that say so."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request, session

from app.db import db

View = TypeVar("View", bound=Callable[..., Any])


def accepts_upload(view: View) -> View:
    """Let the route take a body of up to `MAX_UPLOAD_BYTES`; all others keep `MAX_CONTENT_LENGTH`."""
    view.accepts_upload = True  # type: ignore[attr-defined]
    return view


def widen_body_limit() -> None:
    """Before the body is read, and before any connection to the database is taken."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "accepts_upload", False) and "_user_id" in session:
        request.max_content_length = current_app.config["MAX_UPLOAD_BYTES"]


def release_connection() -> None:
    """Give the connection back while bytes move; what was loaded stays readable."""
    if db.session.info.get("in_transaction"):
        raise RuntimeError("a transaction is open")
    db.session.commit()
