"""Addresses in letters: absolute, under BASE_URL, made without a request."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask


class Links:
    """`link("surveys.answer", token=...)` in the template of a letter."""

    def __init__(self, flask_app: Flask, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._adapter = flask_app.url_map.bind(
            parts.netloc, script_name=parts.path or "/", url_scheme=parts.scheme
        )

    def __call__(self, endpoint: str, **values: Any) -> str:
        return self._adapter.build(endpoint, values, force_external=True)
