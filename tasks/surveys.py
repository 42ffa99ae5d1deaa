"""Waves of diagnostics: reminders, closing at the deadline, what is erased and what is told afterwards."""

from collections.abc import Sequence
from datetime import datetime

from app.jobs import queue
from app.jobs.handlers import ClaimedJob, handles
from app.jobs.timed import Period
from surveys.queries.invitations import list_waves_to_remind
from surveys.services import announcements, erasure, reminders, waves

CLOSE = "close_wave"
REMIND = "remind_wave"
ERASE = "erase_responses"
PURGE_LOG = "purge_response_log"
TELL_RESULTS = "tell_results"


@handles(CLOSE, queue="report", time_limit=60)
def close_wave(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Close a wave at its deadline; one that was extended meanwhile is looked at again."""
    for job in claimed:
        later = waves.close_when_due(job.payload["wave_id"], now=now)
        if later is not None:
            add_closing(job.payload["wave_id"], later)


def add_closing(wave_id: int, closes_at: datetime) -> None:
    """Let a worker close the wave at that moment."""
    queue.add(CLOSE, key=str(wave_id), payload={"wave_id": wave_id}, run_after=closes_at)


@handles(REMIND, queue="mail", time_limit=60)
def remind_wave(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Queue the reminders of a wave that were due by the moment the job names."""
    for job in claimed:
        reminders.remind_wave(job.payload["wave_id"], now=datetime.fromisoformat(job.payload["at"]))


def plan_reminders(period: Period) -> None:
    """A job for each open wave that reminds."""
    at = period.start.isoformat()
    queue.add_many(
        REMIND,
        [(f"{number}:{period.name}", {"wave_id": number, "at": at}) for number in list_waves_to_remind()],
    )


@handles(ERASE, queue="report", time_limit=60)
def erase_responses(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Delete what was answered under a consent that was withdrawn."""
    for job in claimed:
        erasure.erase_responses(job.payload["person_id"], now=now)


def add_erasure(person_id: int) -> None:
    queue.add(ERASE, key=str(person_id), payload={"person_id": person_id})


@handles(PURGE_LOG, queue="report", time_limit=300)
def purge_log(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Delete the log of a wave closed long ago."""
    for job in claimed:
        erasure.purge_log(job.payload["wave_id"])


def plan_log_purge(period: Period) -> None:
    """A job for each wave whose log has outlived its term."""
    waves_due = erasure.list_waves_with_old_log(period.start)
    queue.add_many(PURGE_LOG, [(str(number), {"wave_id": number}) for number in waves_due])


@handles(TELL_RESULTS, queue="mail", time_limit=60)
def tell_results(claimed: Sequence[ClaimedJob], *, now: datetime) -> None:
    """Queue the final summary for everybody who answered in a published wave."""
    for job in claimed:
        announcements.announce_results(job.payload["wave_id"], now=now)


def add_results_letters(wave_id: int) -> None:
    queue.add(TELL_RESULTS, key=str(wave_id), payload={"wave_id": wave_id})
