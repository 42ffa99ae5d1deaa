"""Forms filled in as a browser does: the token comes from the page."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def token_of(page: TestResponse) -> str:
    """The CSRF token of the first form on a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found, page.text[:2000]
    return found.group(1)


def post_form(client: FlaskClient, page: str, action: str | None = None, **fields: Any) -> TestResponse:
    """Open `page`, send `fields` to it (or to `action`) with its token."""
    opened = client.get(page, follow_redirects=True)
    return client.post(action or page, data={"csrf_token": token_of(opened), **fields})
