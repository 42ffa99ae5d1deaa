"""Comparisons: each person's two waves, and the figures of a whole wave or diagnostic."""

from collections.abc import Sequence
from datetime import datetime

from app.jobs import queue
from app.jobs.handlers import ClaimedJob, handles
from surveys.services import person_changes, snapshots

COMPARE = "compare_person"
BUILD = "build_figures"


@handles(COMPARE, queue="score", batch=500, time_limit=60)
def compare_people(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Compare a batch of final responses with their starting ones."""
    person_changes.compare_people([job.payload["response_id"] for job in claimed])


def add_comparisons(response_ids: Sequence[int]) -> None:
    """Let a worker compare the pairs these responses belong to."""
    pairs = person_changes.find_pairs(response_ids)
    queue.add_many(COMPARE, [(str(number), {"response_id": number}) for number in pairs])


@handles(BUILD, queue="report", time_limit=600)
def build_figures(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Build the group figures of a closed wave."""
    # Imported here: web processes import this module to add jobs and must not load what draws.
    from surveys import charts

    for job in claimed:
        snapshots.build_figures(job.payload["wave_id"], now, charts.draw)


def add_figures(wave_id: int) -> None:
    """Let a worker build the figures of a wave."""
    queue.add(BUILD, key=str(wave_id), payload={"wave_id": wave_id})
