"""Snapshots of group figures: built by a worker, fixed by publishing, each checked against the earlier ones."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import numpy as np
from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from app.db import db
from app.errors import DomainError, NotFound
from psychometrics.disclosure import compare_snapshots
from psychometrics.disclosure.decisions import SMALLEST_GROUP
from surveys.models import Diagnostic, Snapshot, Wave, WaveKind, WaveState
from surveys.services.comparisons import Built, build_comparison
from surveys.services.scoring import find_unscored, score_responses
from surveys.services.starting_figures import build_starting
from surveys.services.wave_statistics import measure_wave
from surveys.services.waves import lock_wave, mark_published, mark_scored
from surveys.signals import figures_requested

Kind = Literal["starting", "comparison"]
KIND_OF_WAVE: Mapping[WaveKind, Kind] = {WaveKind.STARTING: "starting", WaveKind.FINAL: "comparison"}
WAVE_OF_KIND: Mapping[str, WaveKind] = {kind: wave for wave, kind in KIND_OF_WAVE.items()}
SCORED_AT_ONCE = 500

Drawing = Callable[[Mapping[str, Any]], Mapping[str, str]]
"""Charts of a content by name; given by the worker, web processes draw none."""


class TooLittleChanged(DomainError):
    """The new figures would tell, beside the earlier ones, about a few people."""

    title = _("These figures cannot be published")
    message = _(
        "Since the last publication the figures have changed by only a few people. Published beside each other, "
        "the two would tell about these people, so the earlier publication stays in force."
    )


class NothingToPublish(DomainError):
    """No figures wait to be published."""

    message = _("There are no new figures to publish. They are built after the diagnostics close.")


def build_figures(wave_id: int, now: datetime, draw: Drawing) -> None:
    """Score what is left of a closed wave, measure it, build its snapshot; a repeat replaces what waits."""
    wave = db.session.get(Wave, wave_id)
    if wave is None or wave.state in (WaveState.PREPARATION, WaveState.OPEN):
        return
    left = find_unscored(wave_id)
    for start in range(0, len(left), SCORED_AT_ONCE):
        score_responses(left[start : start + SCORED_AT_ONCE], now)
    mark_scored(wave_id)  # holds the wave: two builds of it run one after the other
    measure_wave(wave_id)
    kind = KIND_OF_WAVE.get(wave.kind)
    if kind is not None:
        store(wave.diagnostic_id, kind, now, draw)


def store(diagnostic_id: int, kind: Kind, now: datetime, draw: Drawing) -> Snapshot:
    """Build the working snapshot of a diagnostic, in place of the one that waits."""
    diagnostic = db.session.execute(
        select(Diagnostic).where(Diagnostic.id == diagnostic_id).with_for_update(of=Diagnostic)
    ).scalar_one()
    published = list_published(diagnostic_id, kind)
    built = _build(diagnostic, kind, published)
    snapshot = find_working(diagnostic_id, kind)
    if snapshot is None:
        number = db.session.scalar(
            select(func.coalesce(func.max(Snapshot.number), 0)).where(
                Snapshot.diagnostic_id == diagnostic_id, Snapshot.kind == kind
            )
        )
        snapshot = Snapshot(diagnostic_id=diagnostic_id, kind=kind, number=int(number or 0) + 1)
        db.session.add(snapshot)
    snapshot.built_at = now
    snapshot.content = built.content
    snapshot.basis = built.basis
    snapshot.charts = dict(draw(built.content))
    db.session.flush()
    return snapshot


def publish_snapshot(snapshot_id: int, now: datetime) -> Snapshot:
    """Open the figures to everybody who may see groups; a repeat changes nothing.

    The caller holds the diagnostic's right to publish. Raises `TooLittleChanged`.
    """
    wave_id = _wave_id_of(db.session.get_one(Snapshot, snapshot_id))
    lock_wave(wave_id)  # before the snapshot, as a build does
    snapshot = db.session.execute(
        select(Snapshot)
        .where(Snapshot.id == snapshot_id)
        .options(undefer(Snapshot.basis))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()
    if snapshot.published_at is not None:
        return snapshot
    kind: Kind = "starting" if snapshot.kind == "starting" else "comparison"
    earlier = [one.basis for one in list_published(snapshot.diagnostic_id, kind)]
    other: Kind = "comparison" if kind == "starting" else "starting"
    beside = list_published(snapshot.diagnostic_id, other)
    if not can_replace(snapshot.basis, earlier) or any(_would_tell_levels(snapshot, one) for one in beside):
        raise TooLittleChanged
    snapshot.published_at = now
    mark_published(wave_id, now=now)
    if kind == "starting":
        _renew_comparison(snapshot.diagnostic_id)
    return snapshot


def _renew_comparison(diagnostic_id: int) -> None:
    """What waits was built without knowing what the start has now told: it would be refused."""
    waiting = find_working(diagnostic_id, "comparison")
    if waiting is not None:
        figures_requested.send(wave_id=_wave_id_of(waiting))


def _wave_id_of(snapshot: Snapshot) -> int:
    return db.session.scalars(
        select(Wave.id).where(
            Wave.diagnostic_id == snapshot.diagnostic_id, Wave.kind == WAVE_OF_KIND[snapshot.kind]
        )
    ).one()


def list_published(diagnostic_id: int, kind: Kind) -> list[Snapshot]:
    """Published snapshots with their basis, oldest first."""
    return list(
        db.session.scalars(
            select(Snapshot)
            .where(
                Snapshot.diagnostic_id == diagnostic_id,
                Snapshot.kind == kind,
                Snapshot.published_at.is_not(None),
            )
            .options(undefer(Snapshot.basis))
            .order_by(Snapshot.number)
        )
    )


def find_working(diagnostic_id: int, kind: str) -> Snapshot | None:
    """The snapshot that waits to be published."""
    return db.session.scalars(
        select(Snapshot).where(
            Snapshot.diagnostic_id == diagnostic_id, Snapshot.kind == kind, Snapshot.published_at.is_(None)
        )
    ).one_or_none()


def get_working(diagnostic_id: int, kind: str) -> Snapshot:
    snapshot = find_working(diagnostic_id, kind)
    if snapshot is None:
        raise NothingToPublish
    return snapshot


def get_numbered(diagnostic_id: int, kind: str, number: int) -> Snapshot:
    """The snapshot the coordinator looked at; one built anew meanwhile is not it."""
    snapshot = db.session.scalars(
        select(Snapshot).where(
            Snapshot.diagnostic_id == diagnostic_id, Snapshot.kind == kind, Snapshot.number == number
        )
    ).one_or_none()
    if snapshot is None:
        raise NothingToPublish
    return snapshot


def groups_in_words(content: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """Of each slice: code, groups shown, groups hidden. What the coordinator confirms, without a figure."""
    return [(one["code"], len(one["groups"]), one["hidden"]) for one in content["slices"]]


def can_replace(basis: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]) -> bool:
    """Whether no difference between these figures and any published before tells about fewer than five people."""
    if not earlier:
        return True
    now = set(basis["responses"])
    whole = [[len(now ^ set(one["responses"]))] for one in earlier]
    if not compare_snapshots(whole, shown_before=[[True]] * len(earlier), shown_now=[True]).can_replace:
        return False
    keys = {_key(column) for one in (basis, *earlier) for column in one["columns"]}
    return all(_column_can_be_replaced(key, basis, earlier) for key in sorted(keys))


def _would_tell_levels(snapshot: Snapshot, beside: Snapshot) -> bool:
    """Both print how many stood on each level at the start, of nearly the same people."""
    apart = set(snapshot.basis["responses"]) ^ set(beside.basis["responses"])
    return 0 < len(apart) < SMALLEST_GROUP and all(
        any("starting_levels" in scale for scale in one.content["scales"]) for one in (snapshot, beside)
    )


def _column_can_be_replaced(
    key: tuple[str, str], basis: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]
) -> bool:
    now, shown_now = _members(basis, key)
    before = [_members(one, key) for one in earlier]
    codes = sorted(set(now).union(*(members for members, _shown in before)))
    if not codes:
        return True
    changed = [
        [len(now.get(code, set()) ^ members.get(code, set())) for code in codes] for members, _s in before
    ]
    return compare_snapshots(
        np.array(changed),
        shown_before=[[code in shown for code in codes] for _members_then, shown in before],
        shown_now=[code in shown_now for code in codes],
    ).can_replace


def _key(column: Mapping[str, Any]) -> tuple[str, str]:
    """A slice's column; an overlapping slice has one for each group."""
    return column["slice"], column["codes"][0] if len(column["codes"]) == 1 else ""


def _members(basis: Mapping[str, Any], key: tuple[str, str]) -> tuple[dict[str, set[int]], set[str]]:
    """Responses by group code ("" for those in none), and the codes printed.

    What stands beside a single printed group is as good as printed: the whole is.
    """
    members: dict[str, set[int]] = {}
    shown: set[str] = set()
    for column in basis["columns"]:
        if _key(column) != key:
            continue
        for response_id, label in zip(basis["responses"], column["labels"], strict=True):
            members.setdefault(column["codes"][label] if label >= 0 else "", set()).add(response_id)
        shown.update(
            code for code, is_shown in zip(column["codes"], column["shown"], strict=True) if is_shown
        )
    if len(shown) == len(members) - 1 and "" in members:
        shown.add("")
    return members, shown


def _build(diagnostic: Diagnostic, kind: Kind, published: Sequence[Snapshot]) -> Built:
    printed = _printed_always(one.basis for one in published) if published else None
    if kind == "starting":
        return build_starting(diagnostic.id, diagnostic.cluster_id, printed_before=printed)
    starting = list_published(diagnostic.id, "starting")
    return build_comparison(
        diagnostic.id,
        diagnostic.cluster_id,
        printed_before=printed,
        starting_basis=starting[-1].basis["responses"] if starting else None,
    )


def _printed_always(bases: Iterable[Mapping[str, Any]]) -> dict[str, set[str]]:
    """By slice, the groups that every one of these snapshots prints."""
    found: dict[str, set[str]] | None = None
    for basis in bases:
        printed: dict[str, set[str]] = {}
        for column in basis["columns"]:
            shown = {
                code for code, is_shown in zip(column["codes"], column["shown"], strict=True) if is_shown
            }
            printed.setdefault(column["slice"], set()).update(shown)
        found = printed if found is None else {code: found[code] & printed.get(code, set()) for code in found}
    return found or {}


def get_published(diagnostic_id: int, kind: str, number: int | None = None) -> Snapshot:
    """The latest published snapshot, or the one of that number, read without its basis."""
    statement = select(Snapshot).where(
        Snapshot.diagnostic_id == diagnostic_id, Snapshot.kind == kind, Snapshot.published_at.is_not(None)
    )
    if number is not None:
        statement = statement.where(Snapshot.number == number)
    snapshot = db.session.scalars(statement.order_by(Snapshot.number.desc()).limit(1)).one_or_none()
    if snapshot is None:
        raise NotFound
    return snapshot
