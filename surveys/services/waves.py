"""The life of a wave: preparation -> open -> closed -> scored -> published, and whom it invites."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import bindparam, select, text

from app.accounts.models import Cluster
from app.accounts.services.audit import record
from app.clock import end_of_day, local_date
from app.db import UTCDateTime, db
from app.errors import DomainError, InvalidInput, NotFound
from app.mail import letters
from app.permissions import Actor
from surveys.letters import INVITATION
from surveys.links import link_hash, token_for
from surveys.models import Assignment, Diagnostic, InstrumentVersion, Wave, WaveKind, WaveState
from surveys.services.instruments import number_parts
from surveys.signals import wave_closed, wave_opened, wave_published

NEXT_STATES: Mapping[WaveState, frozenset[WaveState]] = {
    WaveState.PREPARATION: frozenset({WaveState.OPEN}),
    WaveState.OPEN: frozenset({WaveState.CLOSED}),
    WaveState.CLOSED: frozenset({WaveState.SCORED}),
    WaveState.SCORED: frozenset({WaveState.PUBLISHED}),
    WaveState.PUBLISHED: frozenset(),
}


class WrongWaveState(DomainError):
    """The wave is past this step, or has not come to it yet."""

    message = _("The wave has moved on meanwhile. Please refresh the page.")


class AnotherWaveOpen(DomainError):
    """Two waves of one diagnostic at once would ask the same people twice."""

    message = _("Another wave of these diagnostics is open. Close it first.")


class NothingToCompareWith(DomainError):
    """A later wave without a closed starting one."""

    message = _("First the starting wave has to be held and closed.")


class NotComparable(InvalidInput):
    """Another instrument, or another major version of it."""

    message = _("This version of the instrument cannot be compared with the one of the starting wave.")


class DeadlineTooEarly(InvalidInput):
    """The last day lies in the past, or before the present deadline."""

    message = _("The last day must be later.")


class EmptyRoster(DomainError):
    """Nobody would be invited."""

    message = _("Nobody is in the list yet. Choose the participants first.")


@dataclass(frozen=True)
class Invited:
    """What inviting came to."""

    people: int
    letters: int
    """Of these, letters queued: the rest have no address of their own and get a printed slip."""


def prepare_wave(
    diagnostic_id: int,
    kind: WaveKind,
    *,
    version_id: int,
    last_day: date,
    sends_reminders: bool,
    now: datetime,
) -> Wave:
    """A wave in preparation, its deadline at 24:00 of `last_day` in the cluster's time zone."""
    diagnostic = _lock_diagnostic(diagnostic_id)
    waves = {wave.kind: wave for wave in _waves_of(diagnostic_id)}
    if kind in waves:
        raise WrongWaveState
    if kind is not WaveKind.STARTING:
        starting = waves.get(WaveKind.STARTING)
        if starting is None or starting.state in (WaveState.PREPARATION, WaveState.OPEN):
            raise NothingToCompareWith
        _ensure_comparable(starting.version_id, version_id)
    closes_at = _deadline(last_day, _time_zone(diagnostic), after=now)
    wave = Wave(
        diagnostic_id=diagnostic_id,
        version_id=version_id,
        kind=kind,
        opens_at=now,
        closes_at=closes_at,
        sends_reminders=sends_reminders,
    )
    db.session.add(wave)
    db.session.flush()
    return wave


def change_preparation(
    wave_id: int, *, version_id: int, last_day: date, sends_reminders: bool, now: datetime
) -> None:
    """Correct what was chosen for a wave nobody has been invited to yet."""
    wave = lock_wave(wave_id)
    if wave.state is not WaveState.PREPARATION:
        raise WrongWaveState
    if wave.kind is not WaveKind.STARTING:
        starting = next(w for w in _waves_of(wave.diagnostic_id) if w.kind is WaveKind.STARTING)
        _ensure_comparable(starting.version_id, version_id)
    wave.version_id = version_id
    wave.opens_at = now
    wave.closes_at = _deadline(last_day, _time_zone(wave.diagnostic), after=now)
    wave.sends_reminders = sends_reminders


def open_wave(wave_id: int, *, now: datetime, actor: Actor | None = None, invites: bool = True) -> Invited:
    """Open a prepared wave to its whole roster; a second opening changes nothing.

    Without `invites` no letters are queued: links are handed out by other means.
    """
    _lock_diagnostic(_diagnostic_id_of(wave_id))
    wave = lock_wave(wave_id)
    if wave.state is WaveState.OPEN:
        return Invited(0, 0)
    if wave.state is not WaveState.PREPARATION:
        raise WrongWaveState
    if any(other.state is WaveState.OPEN for other in _waves_of(wave.diagnostic_id)):
        raise AnotherWaveOpen
    if now >= wave.closes_at:
        raise DeadlineTooEarly
    _move(wave, WaveState.OPEN)
    wave.opens_at = wave.opened_at = now
    db.session.flush()
    invited = invite_roster(wave, now=now, invites=invites)
    if not invited.people:
        raise EmptyRoster
    _record("wave_opened", wave, actor, people=invited.people)
    wave_opened.send(wave_id=wave.id, closes_at=wave.closes_at)
    return invited


def invite_roster(wave: Wave, *, now: datetime, invites: bool = True) -> Invited:
    """Give everybody of the roster who has none yet a place in an open wave, a link and a letter."""
    cluster = db.session.get_one(Cluster, wave.diagnostic.cluster_id)
    placed = (
        db.session.execute(
            _PLACE,
            {
                "wave_id": wave.id,
                "diagnostic_id": wave.diagnostic_id,
                "now": now,
                "today": local_date(now, cluster.time_zone),
            },
        )
        .scalars()
        .all()
    )
    if not placed:
        return Invited(0, 0)
    hashes = [link_hash(token_for(assignment_id, 1)) for assignment_id in placed]
    db.session.execute(_LINK, {"ids": list(placed), "hashes": hashes})
    n_letters = _queue_invitations(placed, cluster_id=cluster.id) if invites else 0
    return Invited(len(placed), n_letters)


def invite_added(wave_id: int, *, now: datetime) -> Invited:
    """Invite those put into the list since the wave was opened."""
    wave = lock_wave(wave_id)
    if wave.state is not WaveState.OPEN:
        raise WrongWaveState
    return invite_roster(wave, now=now)


def reissue_link(assignment_id: int, *, actor: Actor | None = None) -> None:
    """A new personal link by a new letter; the links sent before work no longer."""
    assignment = db.session.execute(
        select(Assignment)
        .where(Assignment.id == assignment_id)
        .with_for_update(of=Assignment)
        .execution_options(populate_existing=True)
    ).scalar_one()
    if assignment.wave.state is not WaveState.OPEN:
        raise WrongWaveState
    assignment.generation += 1
    assignment.link_hash = link_hash(token_for(assignment.id, assignment.generation))
    _queue_invitations(
        [assignment.id],
        cluster_id=assignment.wave.diagnostic.cluster_id,
        period=f"link-{assignment.generation}",
    )
    record(
        "diagnostic_link_reissued",
        actor=actor,
        cluster_id=assignment.wave.diagnostic.cluster_id,
        object_kind="person",
        object_id=assignment.person_id,
    )


def extend_wave(wave_id: int, *, last_day: date, now: datetime, actor: Actor | None = None) -> None:
    """Move the deadline of an open wave to a later day."""
    wave = lock_wave(wave_id)
    if wave.state is not WaveState.OPEN:
        raise WrongWaveState
    wave.closes_at = _deadline(last_day, _time_zone(wave.diagnostic), after=max(now, wave.closes_at))
    _record("wave_extended", wave, actor, last_day=last_day.isoformat())


def close_wave(wave_id: int, *, now: datetime, actor: Actor | None = None) -> None:
    """End answering; a wave closed before stays as it is."""
    wave = lock_wave(wave_id)
    if wave.state is WaveState.PREPARATION:
        raise WrongWaveState
    if wave.state is not WaveState.OPEN:
        return
    _move(wave, WaveState.CLOSED)
    wave.closed_at = now
    wave.closes_at = min(wave.closes_at, now)
    db.session.flush()
    _record("wave_closed", wave, actor)
    wave_closed.send(wave_id=wave.id)


def close_when_due(wave_id: int, *, now: datetime) -> datetime | None:
    """Close an open wave whose deadline has passed; otherwise the moment to look again, if any."""
    wave = find_wave_under_lock(wave_id)
    if wave is None or wave.state is not WaveState.OPEN:
        return None
    if now < wave.closes_at:
        return wave.closes_at
    close_wave(wave_id, now=wave.closes_at)
    return None


def mark_scored(wave_id: int) -> None:
    """Every response of a closed wave has its scores; a repeat changes nothing."""
    wave = lock_wave(wave_id)
    if wave.state is WaveState.CLOSED:
        _move(wave, WaveState.SCORED)
    elif wave.state not in (WaveState.SCORED, WaveState.PUBLISHED):
        raise WrongWaveState


def mark_published(wave_id: int, *, now: datetime) -> None:
    """The wave's figures are open to whoever may see groups; a repeat changes nothing."""
    wave = lock_wave(wave_id)
    if wave.state is WaveState.PUBLISHED:
        return
    _move(wave, WaveState.PUBLISHED)
    wave.published_at = now
    db.session.flush()
    wave_published.send(wave_id=wave.id)


def lock_wave(wave_id: int) -> Wave:
    """The wave as it stands now, held until the end of the transaction."""
    wave = find_wave_under_lock(wave_id)
    if wave is None:
        raise NotFound
    return wave


def find_wave_under_lock(wave_id: int) -> Wave | None:
    return db.session.execute(
        select(Wave)
        .where(Wave.id == wave_id)
        .with_for_update(of=Wave)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


_PLACE = text(
    """
INSERT INTO assignment (wave_id, person_id, invited_at)
SELECT :wave_id, p.id, :now
  FROM roster_entry r JOIN person p ON p.id = r.person_id
 WHERE r.diagnostic_id = :diagnostic_id AND (p.left_on IS NULL OR p.left_on > :today)
 ORDER BY p.id
    ON CONFLICT (wave_id, person_id) DO NOTHING
RETURNING id
"""
).bindparams(bindparam("now", type_=UTCDateTime()))

_LINK = text(
    """
UPDATE assignment
   SET link_hash = given.hash
  FROM unnest(CAST(:ids AS bigint[]), CAST(:hashes AS bytea[])) AS given (id, hash)
 WHERE assignment.id = given.id
"""
)

_REACHABLE = text(
    """
SELECT a.id, a.person_id
  FROM assignment a JOIN person p ON p.id = a.person_id
 WHERE a.id = ANY(CAST(:ids AS bigint[])) AND p.email IS NOT NULL AND p.email_state = 'usable'
"""
)


def _queue_invitations(assignment_ids: Sequence[int], *, cluster_id: int, period: str = "") -> int:
    """Letters to those of the people who have an address of their own."""
    rows = db.session.execute(_REACHABLE, {"ids": list(assignment_ids)}).all()
    letters.queue_many(
        INVITATION,
        [letters.Addressed(row.person_id, f"assignment:{row.id}", {"assignment_id": row.id}) for row in rows],
        cluster_id=cluster_id,
        period=period,
    )
    return len(rows)


def _record(action: str, wave: Wave, actor: Actor | None, **details: Any) -> None:
    record(
        action,
        actor=actor,
        cluster_id=wave.diagnostic.cluster_id,
        object_kind="wave",
        object_id=wave.id,
        **details,
    )


def _move(wave: Wave, to: WaveState) -> None:
    if to not in NEXT_STATES[wave.state]:
        raise WrongWaveState
    wave.state = to


def _deadline(last_day: date, time_zone: str, *, after: datetime) -> datetime:
    closes_at = end_of_day(last_day, time_zone)
    if closes_at <= after:
        raise DeadlineTooEarly
    return closes_at


def _ensure_comparable(starting_version_id: int, version_id: int) -> None:
    """The same questions: another minor version of the same instrument at most."""
    old = db.session.get_one(InstrumentVersion, starting_version_id)
    new = db.session.get_one(InstrumentVersion, version_id)
    if old.instrument_id != new.instrument_id or number_parts(old.number)[0] != number_parts(new.number)[0]:
        raise NotComparable


def _lock_diagnostic(diagnostic_id: int) -> Diagnostic:
    """Waves of one diagnostic are prepared and opened one after another."""
    return db.session.execute(
        select(Diagnostic).where(Diagnostic.id == diagnostic_id).with_for_update(of=Diagnostic)
    ).scalar_one()


def _diagnostic_id_of(wave_id: int) -> int:
    found = db.session.scalar(select(Wave.diagnostic_id).where(Wave.id == wave_id))
    if found is None:
        raise NotFound
    return found


def _waves_of(diagnostic_id: int) -> Sequence[Wave]:
    return db.session.scalars(
        select(Wave).where(Wave.diagnostic_id == diagnostic_id).execution_options(populate_existing=True)
    ).all()


def _time_zone(diagnostic: Diagnostic) -> str:
    return db.session.get_one(Cluster, diagnostic.cluster_id).time_zone
