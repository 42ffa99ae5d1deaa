"""A mentor: what to expect, and the sessions to recommend."""

from typing import Any

from app.pages.reading import Reading

SHOWN = 5


def block(reading: Reading) -> dict[str, Any]:
    """The nearest sessions of the cluster."""
    return {"sessions": reading.published_ahead[:SHOWN]}
