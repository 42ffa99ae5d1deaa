"""Waves of diagnostics: closing at the deadline."""

from collections.abc import Sequence
from datetime import datetime

from app.jobs import queue
from app.jobs.handlers import handles
from app.jobs.models import Job
from surveys.services import waves

CLOSE = "close_wave"


@handles(CLOSE, queue="report", time_limit=60)
def close_wave(claimed: Sequence[Job], *, now: datetime) -> None:
    """Close a wave at its deadline; one that was extended meanwhile is looked at again."""
    for job in claimed:
        later = waves.close_when_due(job.payload["wave_id"], now=now)
        if later is not None:
            add_closing(job.payload["wave_id"], later)


def add_closing(wave_id: int, closes_at: datetime) -> None:
    """Let a worker close the wave at that moment."""
    queue.add(CLOSE, key=str(wave_id), payload={"wave_id": wave_id}, run_after=closes_at)
