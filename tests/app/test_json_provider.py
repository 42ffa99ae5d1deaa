"""A body nested beyond reading is a bad request, whoever reads it first."""

import pytest
from flask import Flask
from flask.testing import FlaskClient


def test_a_text_nested_too_deeply_is_unreadable(app: Flask) -> None:
    with pytest.raises(ValueError, match="nested too deeply"):
        app.json.loads("[" * 100_000)


def test_a_deeply_nested_body_does_not_break_a_page(client: FlaskClient) -> None:
    answer = client.patch(f"/d/{'A' * 43}/answers", data="[" * 100_000, content_type="application/json")
    assert answer.status_code == 404
