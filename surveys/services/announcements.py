"""Letters about results: a link to one's own, and after publication the figures of the group."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from app.accounts.models import Cluster
from app.clock import local_date
from app.db import db
from app.mail import letters
from surveys.letters import FINAL_SUMMARY, GROUP_SUMMARY, PROFILE_READY
from surveys.models import Wave, WaveKind
from surveys.queries import announcements as queries
from surveys.queries.announcements import Recipient

NEWS = timedelta(days=2)
"""What is older is no news: scores computed anew, programmes loaded from an archive."""


def announce_profiles(response_ids: Iterable[int], *, now: datetime) -> None:
    """Tell people whose answers were just scored that their profile is ready; a repeat writes none twice."""
    by_cluster: dict[int, list[Recipient]] = defaultdict(list)
    for recipient in queries.recipients_of(response_ids, submitted_after=now - NEWS):
        by_cluster[recipient.cluster_id].append(recipient)
    for cluster_id, recipients in by_cluster.items():
        letters.queue_many(PROFILE_READY, map(_addressed, recipients), cluster_id=cluster_id)


def announce_results(wave_id: int, *, now: datetime) -> None:
    """Send the published figures of a final wave to those who answered in it and to those who read groups."""
    wave = db.session.get(Wave, wave_id)
    if wave is None or wave.kind is not WaveKind.FINAL or wave.published_at is None:
        return
    if wave.published_at <= now - NEWS:
        return
    letters.queue_many(
        FINAL_SUMMARY,
        map(_addressed, queries.recipients_of_wave(wave_id)),
        cluster_id=wave.diagnostic.cluster_id,
    )
    cluster = db.session.get_one(Cluster, wave.diagnostic.cluster_id)
    readers = queries.readers_of(wave.diagnostic_id, on=local_date(now, cluster.time_zone))
    letters.queue_many(
        GROUP_SUMMARY,
        [
            letters.Addressed(
                person_id, f"diagnostic:{wave.diagnostic_id}", {"diagnostic_id": wave.diagnostic_id}
            )
            for person_id in readers
        ],
        cluster_id=cluster.id,
    )


def _addressed(recipient: Recipient) -> letters.Addressed:
    return letters.Addressed(
        recipient.person_id,
        f"response:{recipient.response_id}",
        {"response_id": recipient.response_id},
    )
