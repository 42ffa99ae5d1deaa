"""Pages of the seminar as a browser uses them: forms carry the token of their page."""

import re
from datetime import datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.clock import utcnow
from app.db import db
from seminars.models import Place, Registration, SeminarSession


def soon(**left: float) -> datetime:
    """A moment ahead: ten days, or what is given."""
    return utcnow() + timedelta(**(left or {"days": 10}))


def address(session: SeminarSession, tail: str = "") -> str:
    return f"/seminar/sessions/{session.public_id}{tail}"


def post(client: FlaskClient, page: str, action: str | None = None, **fields: Any) -> TestResponse:
    """Open `page` and send `fields` to `action` (or to the page) with the page's token."""
    opened = client.get(page)
    assert opened.status_code == 200, opened.text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', opened.text)
    assert found, opened.text
    return client.post(action or page, data={"csrf_token": found.group(1), **fields})


def places(session: SeminarSession) -> list[Place]:
    """Where each registration of the session stands, in the order they came."""
    db.session.expire_all()
    rows = select(Registration).where(Registration.session_id == session.id).order_by(Registration.id)
    return [registration.place for registration in db.session.scalars(rows)]
