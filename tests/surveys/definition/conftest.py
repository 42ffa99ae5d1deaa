"""Sentences here are read as they stand in the code, whatever tests ran before these."""

from collections.abc import Iterator

import pytest
from flask_babel import force_locale


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    """The application's context, once a test has opened it, stays open and speaks Russian."""
    with force_locale("en"):
        yield
