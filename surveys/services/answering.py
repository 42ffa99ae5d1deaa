"""Answering: beginning, refusing, saving and submitting a response."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import update

from app.clock import local_date
from app.db import db
from surveys.errors import (
    ConsentMissing,
    Refused,
    RespondentLeft,
    WaveClosed,
    WaveNotOpen,
)
from surveys.items import Answer, Problem
from surveys.models import Assignment
from surveys.queries import answering as queries
from surveys.queries.answering import Change, Draft, Sitting
from surveys.reading import FORM, Autosave
from surveys.screens import Screens, is_given
from surveys.signals import response_submitted
from surveys.versions import compiled_version

MOST_CLIENTS = 200
_SKIPPED = {"m": "skipped"}


@dataclass(frozen=True)
class Saved:
    """What saving came to."""

    revision: int
    is_late: bool = False
    """The response was submitted before: kept in the log, not applied."""
    changed_elsewhere: Sequence[str] = ()
    """Items another page has changed since this one was opened."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """What stands after a posted page was kept."""


@dataclass(frozen=True)
class Submission:
    """What submitting came to."""

    state: Literal["submitted", "late", "conflict", "incomplete"]
    problems: Mapping[str, Problem] = field(default_factory=dict)
    conflicts: Mapping[str, Answer] = field(default_factory=dict)
    """Items given differently here and, since this page was opened, elsewhere: what stands there now."""


def ensure_open(sitting: Sitting, now: datetime) -> None:
    """Raise why the wave takes no answers from this person now."""
    if sitting.left_on is not None and sitting.left_on <= local_date(now, sitting.time_zone):
        raise RespondentLeft
    if sitting.state == "preparation" or (sitting.state == "open" and now < sitting.opens_at):
        raise WaveNotOpen
    if sitting.state != "open" or now >= sitting.closes_at:
        raise WaveClosed


def ensure_answering(sitting: Sitting, now: datetime) -> None:
    """Raise why no answer of this person can be taken now."""
    ensure_open(sitting, now)
    if sitting.consent_id is None:
        raise ConsentMissing
    if sitting.refused_at is not None:
        raise Refused


def can_begin(sitting: Sitting) -> bool:
    """Whether nothing is left to ask before the first question: consent given, own data looked through."""
    return (
        sitting.consent_id is not None
        and sitting.refused_at is None
        and sitting.profile_checked_at is not None
        and sitting.profile_checked_at >= sitting.opens_at
    )


def begin_response(
    sitting: Sitting, *, device: str | None, language: str, order_seed: int, now: datetime
) -> Sitting:
    """Begin the response of a person who may, and hold it; one begun before is kept, whoever was first."""
    if not can_begin(sitting):
        raise ConsentMissing
    draft = queries.add_response(
        sitting.assignment_id,
        consent_id=sitting.consent_id,
        language=language,
        order_seed=order_seed,
        device=device,
        now=now,
    )
    if draft is not None:
        return replace(sitting, draft=draft)
    locked = queries.lock_sitting_by_id(sitting.public_id)
    return sitting if locked is None else locked


def refuse(assignment_id: int, *, now: datetime) -> None:
    """«Не участвовать»: reminders stop, nobody is told; what was answered stays a draft."""
    db.session.execute(
        update(Assignment)
        .where(Assignment.id == assignment_id, Assignment.refused_at.is_(None))
        .values(refused_at=now)
    )


def take_part(assignment_id: int) -> None:
    """The person has thought again."""
    db.session.execute(update(Assignment).where(Assignment.id == assignment_id).values(refused_at=None))


def autosave(sitting: Sitting, message: Autosave, *, device: str, now: datetime) -> Saved:
    """Merge what a page's script sent; what was seen before is dropped with the same answer."""
    draft = _draft(sitting)
    changes = message.read.answers
    if draft.submitted_at is not None:
        if changes:
            queries.log_late_answers(
                draft,
                changes=changes,
                device=device,
                client=message.client,
                sequence=message.sequence,
                now=now,
            )
        return Saved(draft.revision, is_late=True)
    ensure_answering(sitting, now)
    elsewhere = _changed_codes(_history(draft, message.base_revision, device, message.client).unseen)
    last_seen = draft.clients.get(message.client)
    if last_seen is not None and message.sequence <= last_seen[0]:
        return Saved(draft.revision, changed_elsewhere=elsewhere)
    overwritten = _overwritten(draft.answers, changes)
    if not overwritten:
        return Saved(draft.revision, changed_elsewhere=elsewhere)
    revision = queries.save_answers(
        draft,
        changes={code: changes[code] for code in overwritten},
        overwritten=overwritten,
        device=device,
        client=message.client,
        sequence=message.sequence,
        clients=_remember(draft, message),
        seconds=draft.seconds,
        now=now,
    )
    return Saved(revision, changed_elsewhere=elsewhere)


def save_page(
    sitting: Sitting,
    posted: Mapping[str, Answer],
    *,
    client: str,
    base_revision: int,
    device: str,
    seconds: Mapping[str, float],
    now: datetime,
) -> Saved:
    """Keep a posted page: only what was changed on it since it was opened."""
    draft = _draft(sitting)
    if draft.submitted_at is not None:
        _log_late(draft, posted, device=device, client=client, now=now)
        return Saved(draft.revision, is_late=True)
    ensure_answering(sitting, now)
    history = _history(draft, base_revision, device, client)
    changes, _conflicts = form_changes(draft.answers, posted, history)
    overwritten = _overwritten(draft.answers, changes)
    answers = {**draft.answers, **changes}
    if not overwritten:
        return Saved(draft.revision, answers=answers)
    revision = queries.save_answers(
        draft,
        changes={code: changes[code] for code in overwritten},
        overwritten=overwritten,
        device=device,
        client=client,
        sequence=0,
        clients=draft.clients,
        seconds=_add_seconds(draft, seconds),
        now=now,
    )
    return Saved(revision, changed_elsewhere=_changed_codes(history.unseen), answers=answers)


def submit_response(
    sitting: Sitting,
    posted: Mapping[str, Answer],
    *,
    key: str,
    client: str,
    base_revision: int,
    device: str,
    seconds: Mapping[str, float],
    now: datetime,
    unread: Collection[str] = (),
) -> Submission:
    """Close a locked response with these answers; a repeat with the same key changes nothing.

    `unread` names items whose posted answers could not be read: nothing is closed, the rest is kept.
    """
    draft = _draft(sitting)
    if draft.submitted_at is not None:
        if draft.submit_key == key:
            return Submission("submitted")
        _log_late(draft, posted, device=device, client=client, now=now)
        return Submission("late")
    ensure_answering(sitting, now)
    changes, conflicts = form_changes(draft.answers, posted, _history(draft, base_revision, device, client))
    if conflicts:
        disputed = {code: posted[code] for code in conflicts}
        _log_late(draft, disputed, device=device, client=client, now=now)
        changes = {code: answer for code, answer in changes.items() if code not in conflicts}
    answers = {**draft.answers, **changes}
    screens = Screens.of(compiled_version(sitting.version_id), sitting.kind, answers)
    problems = {} if conflicts else screens.problems_at_submit()
    is_closing = not (conflicts or problems or unread)
    if is_closing:
        changes |= screens.closing_answers()
    overwritten = _overwritten(draft.answers, changes)
    if overwritten or is_closing:
        queries.save_answers(
            draft,
            changes={code: changes[code] for code in overwritten},
            overwritten=overwritten,
            device=device,
            client=client,
            sequence=0,
            clients=draft.clients,
            seconds=_add_seconds(draft, seconds),
            now=now,
            submit_key=key if is_closing else None,
        )
    if conflicts:
        return Submission("conflict", conflicts=conflicts)
    if not is_closing:
        return Submission("incomplete", problems=problems)
    response_submitted.send(response_id=draft.id)
    return Submission("submitted")


@dataclass(frozen=True)
class History:
    """What happened since a page was opened."""

    unseen: Sequence[Change] = ()
    """Changes the page does not show."""
    own: Mapping[str, Answer] = field(default_factory=dict)
    """What its script has saved already, as saved last: whatever these items show was given here."""
    settled: frozenset[str] = frozenset()
    """Items last changed by a page without script in the same browser: going back there is no dispute."""


def form_changes(
    answers: Mapping[str, Answer], posted: Mapping[str, Answer], history: History
) -> tuple[dict[str, Answer], dict[str, Answer]]:
    """What a posted page changes, and where that meets another change made since the page was opened.

    A page posts all its fields; those that stand as they stood when it was opened were not touched and must
    not bring back what another page has replaced meanwhile.
    """
    opened_with = dict(answers)
    for change in reversed(history.unseen):
        opened_with.update(change.overwritten or {})
    changes: dict[str, Answer] = {}
    conflicts: dict[str, Answer] = {}
    for code, answer in posted.items():
        before, current = opened_with.get(code) or None, answers.get(code)
        if code in history.own:
            is_touched = answer != history.own[code]
        else:
            is_touched = answer != before and not (before is None and answer == _SKIPPED)
        if is_touched or current is None:  # changed here, or seen and left blank
            changes[code] = answer
        is_given_here = is_touched or code in history.own
        if is_given_here and current not in (None, before, answer) and code not in history.settled:
            conflicts[code] = current
    return changes, {code: current for code, current in conflicts.items() if is_given(current)}


def _draft(sitting: Sitting) -> Draft:
    if sitting.draft is None:
        raise ConsentMissing
    return sitting.draft


def _history(draft: Draft, base_revision: int, device: str, client: str) -> History:
    if base_revision >= draft.revision:
        return History()
    changes = queries.list_changes_since(draft.id, base_revision)
    last = {code: (change.device, change.client) for change in changes for code in change.changes}
    if client == FORM:
        return History(changes, settled=frozenset(code for code in last if last[code] == (device, FORM)))
    others = [change for change in changes if (change.device, change.client) != (device, client)]
    own: dict[str, Answer] = {}
    for change in changes:
        if (change.device, change.client) == (device, client):
            own.update(change.changes)
    return History(others, own)


def _changed_codes(history: Sequence[Change]) -> list[str]:
    return sorted({code for change in history for code in change.changes})


def _overwritten(answers: Mapping[str, Answer], changes: Mapping[str, Answer]) -> dict[str, Answer]:
    """What stands where something really changes; {} for nothing."""
    return {code: answers.get(code, {}) for code, answer in changes.items() if answers.get(code) != answer}


def _remember(draft: Draft, message: Autosave) -> dict[str, list[int]]:
    """The pages that saved last, so that their messages are known when they come again."""
    clients = {**draft.clients, message.client: [message.sequence, draft.revision + 1]}
    if len(clients) > MOST_CLIENTS:
        latest = sorted(clients.items(), key=lambda entry: entry[1][1])[-MOST_CLIENTS:]
        clients = dict(latest)
    return clients


def _add_seconds(draft: Draft, seconds: Mapping[str, float]) -> dict[str, float]:
    added = {part: draft.seconds.get(part, 0) + spent for part, spent in seconds.items()}
    return {**draft.seconds, **added}


def _log_late(draft: Draft, posted: Mapping[str, Any], *, device: str, client: str, now: datetime) -> None:
    if posted:
        queries.log_late_answers(
            draft, changes=dict(posted), device=device, client=client, sequence=0, now=now
        )
