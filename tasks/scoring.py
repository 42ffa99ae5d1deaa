"""Scoring of responses and what follows from it."""

from collections.abc import Sequence
from datetime import datetime

from app.jobs import queue
from app.jobs.handlers import ClaimedJob, handles
from surveys.services import scoring, wave_statistics
from tasks import comparisons

SCORE = "score_response"
RESCORE = "rescore_version"


@handles(SCORE, queue="score", batch=500, time_limit=60)
def score_responses(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Score a batch of submitted responses."""
    scoring.score_responses([job.payload["response_id"] for job in claimed], now)


@handles(RESCORE, queue="score", time_limit=120)
def rescore_version(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Score all responses of a version anew after its keys were corrected."""
    for job in claimed:
        version_id = job.payload["version_id"]
        # First, so that the new scores find their standard errors and verdicts rest on the new reliability.
        for wave_id in scoring.list_closed_waves(version_id):
            wave_statistics.measure_wave(wave_id)
            comparisons.add_figures(wave_id)
        add_scoring(scoring.list_submitted(version_id))


def add_scoring(response_ids: Sequence[int]) -> None:
    """Let a worker score these responses."""
    queue.add_many(SCORE, [(str(number), {"response_id": number}) for number in response_ids])
