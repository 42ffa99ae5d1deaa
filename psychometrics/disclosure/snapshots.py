"""Suppression in time: a new snapshot against those already published.

Two snapshots that differ by one withdrawal give that person's score away by
subtraction, however large the group. A snapshot therefore replaces the earlier
one whole or not at all: mixing new groups with earlier ones is itself a
difference. While it may not replace, the earlier figures stay, with their date.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import as_codes
from psychometrics.disclosure.decisions import SMALLEST_GROUP


class SnapshotReason(StrEnum):
    """What a group says to replacing the snapshot."""

    ALLOWED = "allowed"
    FEW_CHANGED = "few_changed"  # fewer than five people came or went
    HIDDEN_BEFORE = "hidden_before"  # printed now, it would be found in the earlier totals
    HIDDEN_NOW = "hidden_now"  # the earlier figures of the others would give it away


@dataclass(frozen=True)
class SnapshotDecision:
    """Whether a new snapshot may replace the earlier ones, with the reason of each group."""

    groups: tuple[SnapshotReason, ...]
    whole: SnapshotReason

    @property
    def can_replace(self) -> bool:
        return all(reason is SnapshotReason.ALLOWED for reason in (*self.groups, self.whole))


def compare_snapshots(
    changed: npt.ArrayLike, *, shown_before: npt.ArrayLike, shown_now: npt.ArrayLike
) -> SnapshotDecision:
    """Decide whether the table of a new snapshot may be published after earlier ones.

    Parameters
    ----------
    changed : array_like of int, shape (n_earlier, n_groups)
        People in exactly one of the two, earlier and new: those who left plus those who came,
        not the difference of sizes. Groups make up the whole; people do not move between them
        (attributes are frozen with the response).
    shown_before : array_like of bool, shape (n_earlier, n_groups)
        Groups printed in each earlier snapshot that was published.
    shown_now : array_like of bool, shape (n_groups,)
        Groups that would be printed. Pass those hidden before as `withheld` when deciding.

    Returns
    -------
    SnapshotDecision
        Allowed when, against every earlier snapshot, each printed group, the hidden ones
        together and the whole have the same people or differ by at least five; no group
        hidden before is printed; and none printed before is hidden after people changed.

    Raises
    ------
    ValueError
        If the shapes differ or a number is negative.
    """
    moved = as_codes("changed", changed, ndim=2)
    before = np.asarray(shown_before, dtype=np.bool_)
    now = np.asarray(shown_now, dtype=np.bool_)
    if before.shape != moved.shape or now.shape != moved.shape[1:]:
        raise ValueError(f"changed has shape {moved.shape}, shown {before.shape} and {now.shape}")
    if moved.min(initial=0) < 0:
        raise ValueError(f"changed must not be negative, got {moved.min()}")
    is_printed = before | now
    hidden_together = np.where(is_printed, 0, moved).sum(axis=1, keepdims=True)
    is_few = _is_few(np.where(is_printed, moved, np.where(moved > 0, hidden_together, 0)))
    in_whole = moved.sum(axis=1)
    reasons = [SnapshotReason.ALLOWED] * len(now)
    for reason, applies in (
        (SnapshotReason.HIDDEN_NOW, before & ~now & (in_whole > 0)[:, np.newaxis]),
        (SnapshotReason.HIDDEN_BEFORE, ~before & now),
        (SnapshotReason.FEW_CHANGED, is_few),
    ):
        for group in np.flatnonzero(applies.any(axis=0)):
            reasons[group] = reason
    whole = SnapshotReason.FEW_CHANGED if _is_few(in_whole).any() else SnapshotReason.ALLOWED
    return SnapshotDecision(tuple(reasons), whole)


def _is_few(moved: npt.NDArray[np.signedinteger]) -> npt.NDArray[np.bool_]:
    return np.asarray((moved > 0) & (moved < SMALLEST_GROUP))
