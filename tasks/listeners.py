"""Reactions to facts: each adds a job inside the transaction that made the fact true."""

from typing import Any

from app.jobs import queue
from surveys.signals import response_submitted, scoring_corrected
from tasks import scoring


def connect() -> None:
    """Attach the listeners (a second call changes nothing)."""
    response_submitted.connect(score_later)
    scoring_corrected.connect(rescore_later)


def score_later(_sender: Any, *, response_id: int) -> None:
    scoring.add_scoring([response_id])


def rescore_later(_sender: Any, *, version_id: int, scoring_id: int) -> None:
    queue.add(scoring.RESCORE, key=str(version_id), payload={"version_id": version_id})
