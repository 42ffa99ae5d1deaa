"""Suppression across tables that cut the same people by several attributes.

Each table alone may be safe while two of them are not: a profile of one school
printed beside the schools, or a subject taught by all but three. Every printed
sum is a linear equation in the people's scores; a sum over a set of people is
known to the reader exactly when the set is a linear combination of the printed ones.

Guaranteed, besides the rules of each table (`groups`): from all printed groups
together no combination yields a group hidden by a rule of its own, nor a cell of
fewer than five people alike in every attribute; and no printed group lies within
another with fewer than five people between them. Not guaranteed: other sets of
few people, bounds instead of exact values, knowledge from elsewhere.

Source of the linear test: Denning & Schloerer (1983), Inference controls for
statistical databases, Computer 16(7), 69-82; Chin & Ozsoyoglu (1982), Auditing
and inference control in statistical databases, IEEE Trans. Softw. Eng. 8(6), 574-582.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import BoolArray, FloatArray, IntArray, as_codes
from psychometrics.disclosure.decisions import SMALLEST_GROUP, PartitionDecision, Reason
from psychometrics.disclosure.groups import protect_groups

# Coordinates of 0/1 sets are small fractions; what is smaller is rounding.
TOLERANCE = 1e-7
OWN_REASONS = (Reason.TOO_SMALL, Reason.LEVELS_ALIKE)


def protect_crossed(
    labels: npt.ArrayLike,
    levels: npt.ArrayLike | None = None,
    *,
    n_levels: int = 0,
    is_viewer: npt.ArrayLike = False,
    withheld: Sequence[npt.ArrayLike] = (),
) -> tuple[PartitionDecision, ...]:
    """Decide for several tables of the same people at once.

    Parameters
    ----------
    labels : array_like of int, shape (n_people, n_partitions)
        Number of each person's group in each table, from 0; -1 for none.
    levels : array_like of int, shape (n_people, n_tables), optional
        Levels printed by group; negative where missing.
    n_levels : int
        Levels of the scale, when `levels` are given.
    is_viewer : array_like of bool, shape (n_people,) or ()
        People who read the tables.
    withheld : sequence of array_like of bool, shape (n_groups,), optional
        For each table the groups to hide for a reason outside these tables.

    Returns
    -------
    tuple of PartitionDecision
        One for each table, with a decision for each number up to its highest label. People
        without a group stand in the sums as a group of their own and are not returned.

    Raises
    ------
    ValueError
        If shapes differ or a label is below -1.

    Notes
    -----
    Work grows with (printed groups)^2 x (distinct rows of labels) for each group hidden.
    """
    tables = _as_tables(labels, levels, n_levels, is_viewer)
    masks = [np.zeros(len(table.sizes), dtype=np.bool_) for table in tables]
    for mask, given in zip(masks, withheld, strict=bool(withheld)):
        hidden = np.asarray(given, dtype=np.bool_)[: len(mask) - 1]
        mask[: len(hidden)] = hidden
    while True:
        decisions = [
            protect_groups(table.sizes, table.level_counts, viewers=table.viewers, withheld=mask)
            for table, mask in zip(tables, masks, strict=True)
        ]
        found = _find_culprit(tables, decisions)
        if found is None:
            return tuple(PartitionDecision(decision.groups[:-1], decision.whole) for decision in decisions)
        partition, group = found
        masks[partition][group] = True


@dataclass(frozen=True, eq=False)
class _Table:
    """One way to cut the people; the last group holds those without a label."""

    members: BoolArray  # (n_groups, n_cells)
    cells: IntArray  # (n_cells,): people alike in every attribute
    sizes: IntArray  # (n_groups,)
    viewers: IntArray  # (n_groups,)
    level_counts: IntArray | None  # (n_groups, n_tables, n_levels)


def _as_tables(
    labels: npt.ArrayLike, levels: npt.ArrayLike | None, n_levels: int, is_viewer: npt.ArrayLike
) -> list[_Table]:
    groups = as_codes("labels", labels, ndim=2)
    if groups.min(initial=0) < -1:
        raise ValueError(f"labels must be -1 or more, got {groups.min()}")
    reads = np.broadcast_to(np.asarray(is_viewer, dtype=np.bool_), (len(groups),))
    standing = None if levels is None else as_codes("levels", levels, ndim=2)
    if standing is not None and len(standing) != len(groups):
        raise ValueError(f"{len(standing)} rows of levels for {len(groups)} rows of labels")
    cells, cell_sizes = np.unique(groups, axis=0, return_counts=True)
    tables = []
    for column, cell_groups in zip(groups.T, cells.T, strict=True):
        n_groups = int(column.max(initial=-1)) + 2
        # -1 wraps to the last group.
        positions = column.astype(np.int64) % n_groups
        tables.append(
            _Table(
                members=cell_groups % n_groups == np.arange(n_groups)[:, np.newaxis],
                cells=cell_sizes,
                sizes=np.bincount(positions, minlength=n_groups),
                viewers=np.minimum(np.bincount(positions[reads], minlength=n_groups), 1),
                level_counts=None if standing is None else _count(positions, n_groups, standing, n_levels),
            )
        )
    return tables


def _count(
    positions: IntArray, n_groups: int, standing: npt.NDArray[np.signedinteger], n_levels: int
) -> IntArray:
    if standing.max(initial=-1) >= n_levels:
        raise ValueError(f"level {standing.max()} where there are {n_levels}, counted from 0")
    counts = np.zeros((n_groups, standing.shape[1], n_levels), dtype=np.int64)
    for table, levels in enumerate(standing.T):
        is_known = levels >= 0
        cells = positions[is_known] * n_levels + levels[is_known]
        counts[:, table] = np.bincount(cells, minlength=n_groups * n_levels).reshape(n_groups, n_levels)
    return counts


def _find_culprit(tables: list[_Table], decisions: list[PartitionDecision]) -> tuple[int, int] | None:
    """The smallest printed group whose hiding takes away one way to compute what is hidden."""
    owners = [
        (partition, int(group))
        for partition, (table, decision) in enumerate(zip(tables, decisions, strict=True))
        for group in np.flatnonzero(decision.shown & (table.sizes > 0))
    ]
    if not owners:
        return None
    cells = tables[0].cells
    # The whole is printed too; it comes last and is never the one to hide.
    printed = np.array([tables[p].members[g] for p, g in owners] + [np.ones(len(cells))], dtype=np.float64)
    within = _find_narrow_difference(printed, cells)
    if within is not None:
        return owners[within]
    target = _find_computable(printed, _secret_groups(tables, decisions), cells)
    if target is None:
        return None
    weights = np.linalg.lstsq(printed.T, target, rcond=None)[0]
    sizes = printed @ cells
    used = [row for row in range(len(owners)) if abs(weights[row]) > TOLERANCE]
    return owners[min(used, key=lambda row: (sizes[row], row))]


def _secret_groups(tables: list[_Table], decisions: list[PartitionDecision]) -> FloatArray:
    """Groups hidden by a rule of their own, shape (n_sets, n_cells)."""
    groups = [
        table.members[number]
        for table, decision in zip(tables, decisions, strict=True)
        for number, group in enumerate(decision.groups)
        if group.reason in OWN_REASONS and table.sizes[number] > 0
    ]
    return np.array(groups, dtype=np.float64).reshape(-1, len(tables[0].cells))


def _find_narrow_difference(printed: FloatArray, cells: IntArray) -> int | None:
    common = (printed * cells) @ printed.T
    sizes = np.diagonal(common)
    difference = sizes - sizes[:, np.newaxis]
    is_within = common == sizes[:, np.newaxis]
    narrow = np.argwhere(is_within & (difference >= 1) & (difference < SMALLEST_GROUP))
    return int(narrow[0, 0]) if len(narrow) else None


def _find_computable(printed: FloatArray, secret_groups: FloatArray, cells: IntArray) -> FloatArray | None:
    """The first secret group, else the first cell of few people, that the printed sets span."""
    _, strength, directions = np.linalg.svd(printed, full_matrices=False)
    basis = directions[strength > TOLERANCE * strength[0]]
    # A set is spanned when its projection on the span is as long as the set itself.
    outside = (secret_groups**2).sum(axis=1) - ((secret_groups @ basis.T) ** 2).sum(axis=1)
    spanned = np.flatnonzero(outside < TOLERANCE)
    if spanned.size:
        return np.asarray(secret_groups[spanned[0]])
    spanned = np.flatnonzero((cells < SMALLEST_GROUP) & (1 - (basis**2).sum(axis=0) < TOLERANCE))
    return np.where(np.arange(len(cells)) == spanned[0], 1.0, 0.0) if spanned.size else None
