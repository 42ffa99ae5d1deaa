"""What the parts of one start page have in common: each thing is read once, however many roles meet there."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from app.accounts.models import Cluster
from app.clock import local_date, start_of_day
from app.db import db
from app.permissions import Actor, Permission
from seminars.models import SeminarSession, SessionState
from seminars.queries import SessionFilter, Standing, list_hosted, list_sessions, standings
from surveys.models import Diagnostic, Wave, WaveState
from surveys.queries.diagnostics import WaveCounts, count_waves
from surveys.queries.group_results import Published, list_readable

HOSTED_SINCE = timedelta(days=60)
"""A session left without marks for longer is the coordinator's affair."""


class Reading:
    """One page for one reader: the rights, the own cluster, the moment."""

    def __init__(self, actor: Actor, cluster: Cluster, now: datetime) -> None:
        self.actor, self.cluster, self.now = actor, cluster, now

    @property
    def today(self) -> date:
        return local_date(self.now, self.cluster.time_zone)

    @property
    def midnight(self) -> datetime:
        """When the reader's day began."""
        return start_of_day(self.today, self.cluster.time_zone)

    @cached_property
    def sessions(self) -> Sequence[SeminarSession]:
        """Sessions the reader may see, from the beginning of today."""
        return list_sessions(self.actor, SessionFilter(starts_from=self.midnight))

    @property
    def published_ahead(self) -> list[SeminarSession]:
        """Those one can still come to."""
        return [
            session
            for session in self.sessions
            if session.state is SessionState.PUBLISHED and session.starts_at >= self.now
        ]

    @cached_property
    def standings(self) -> Mapping[int, Standing]:
        """How the reader stands to them, by session."""
        return standings(self.actor.person_id, self.sessions, self.now)

    @cached_property
    def hosted(self) -> Sequence[SeminarSession]:
        """The reader's own sessions, not long over."""
        if not self.actor.may(Permission.SESSION_HOST):
            return ()
        return list_hosted(self.actor.person_id, since=self.now - HOSTED_SINCE)

    @cached_property
    def published(self) -> list[Published]:
        """Group figures the reader may open, newest first."""
        return list_readable(self.actor.clusters(Permission.COMPARISON_VIEW))

    def count(self, waves: Sequence[Wave]) -> list[tuple[Wave, WaveCounts]]:
        """These waves in counts as the reader may know them, nobody's name."""
        counts = count_waves([wave.id for wave in waves], viewer_id=self.actor.person_id, now=self.now)
        return [(wave, counts[wave.id]) for wave in waves]


def list_open_waves(cluster_ids: Collection[int]) -> Sequence[Wave]:
    """Waves that collect answers now, with their diagnostics; the one that closes first on top."""
    return db.session.scalars(
        select(Wave)
        .join(Wave.diagnostic)
        .where(Diagnostic.cluster_id.in_(cluster_ids), Wave.state == WaveState.OPEN)
        .options(contains_eager(Wave.diagnostic))
        .order_by(Wave.closes_at, Wave.id)
    ).all()
