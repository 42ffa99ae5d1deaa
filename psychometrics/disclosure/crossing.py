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
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import BoolArray, FloatArray, IntArray, as_codes
from psychometrics.disclosure.decisions import SMALLEST_GROUP, PartitionDecision, Reason
from psychometrics.disclosure.groups import protect_groups

# Coordinates of 0/1 sets are small fractions; what is smaller is rounding.
TOLERANCE = 1e-7
OWN_REASONS = (Reason.TOO_SMALL, Reason.LEVELS_ALIKE)

Labels: TypeAlias = npt.NDArray[np.signedinteger]
Owners: TypeAlias = tuple[tuple[int, int], ...]
"""Printed groups: the place of the table, the number of the group."""


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
    return Crossing(labels, is_viewer).protect(levels, n_levels=n_levels, withheld=withheld)


class Crossing:
    """People cut in several ways at once; decides as `protect_crossed` does, for one set of levels after another.

    What follows from the printed groups alone is kept: scales of the same people mostly print the same groups.

    Parameters
    ----------
    labels, is_viewer : array_like
        As for `protect_crossed`.
    """

    def __init__(self, labels: npt.ArrayLike, is_viewer: npt.ArrayLike = False) -> None:
        groups = as_codes("labels", labels, ndim=2)
        if groups.min(initial=0) < -1:
            raise ValueError(f"labels must be -1 or more, got {groups.min()}")
        self._n_people = len(groups)
        reads = np.broadcast_to(np.asarray(is_viewer, dtype=np.bool_), (len(groups),))
        alike, self._cells = _count_alike(groups)
        self._tables = [
            _Table.of(column, cell_groups, reads)
            for column, cell_groups in zip(groups.T, alike.T, strict=True)
        ]
        self._known: dict[Owners, _Printed] = {}

    def protect(
        self,
        levels: npt.ArrayLike | None = None,
        *,
        n_levels: int = 0,
        withheld: Sequence[npt.ArrayLike] = (),
    ) -> tuple[PartitionDecision, ...]:
        """One decision for each table; see `protect_crossed`."""
        standing = None if levels is None else as_codes("levels", levels, ndim=2)
        if standing is not None and len(standing) != self._n_people:
            raise ValueError(f"{len(standing)} rows of levels for {self._n_people} rows of labels")
        counts = [
            None if standing is None else _count(table.positions, len(table.sizes), standing, n_levels)
            for table in self._tables
        ]
        masks = [np.zeros(len(table.sizes), dtype=np.bool_) for table in self._tables]
        for mask, given in zip(masks, withheld, strict=bool(withheld)):
            hidden = np.asarray(given, dtype=np.bool_)[: len(mask) - 1]
            mask[: len(hidden)] = hidden
        while True:
            decisions = [
                protect_groups(table.sizes, level_counts, viewers=table.viewers, withheld=mask)
                for table, level_counts, mask in zip(self._tables, counts, masks, strict=True)
            ]
            found = self._find_culprit(decisions)
            if found is None:
                return tuple(PartitionDecision(each.groups[:-1], each.whole) for each in decisions)
            partition, group = found
            masks[partition][group] = True

    def _find_culprit(self, decisions: list[PartitionDecision]) -> tuple[int, int] | None:
        """The smallest printed group whose hiding takes away one way to compute what is hidden."""
        owners = tuple(
            (partition, int(group))
            for partition, (table, decision) in enumerate(zip(self._tables, decisions, strict=True))
            for group in np.flatnonzero(decision.shown & (table.sizes > 0))
        )
        if not owners:
            return None
        if owners not in self._known:
            self._known[owners] = _Printed.of(self._sets(owners), self._cells)
        known = self._known[owners]
        if known.within is not None:
            return owners[known.within]
        target = self._find_computable(known, owners, decisions)
        if target is None:
            return None
        printed = self._sets(owners)
        weights = np.linalg.lstsq(printed.T, target, rcond=None)[0]
        sizes = printed @ self._cells
        used = [row for row in range(len(owners)) if abs(weights[row]) > TOLERANCE]
        return owners[min(used, key=lambda row: (sizes[row], row))]

    def _find_computable(
        self, known: "_Printed", owners: Owners, decisions: list[PartitionDecision]
    ) -> FloatArray | None:
        """The first group hidden by a rule of its own, else the first cell of few people, that the sets span."""
        secret = [
            table.members[number]
            for table, decision in zip(self._tables, decisions, strict=True)
            for number, group in enumerate(decision.groups)
            if group.reason in OWN_REASONS and table.sizes[number] > 0
        ]
        if secret:
            groups = np.array(secret, dtype=np.float64)
            inside = known.to_basis @ (self._sets(owners) @ groups.T)
            # A set is spanned when its projection on the span is as long as the set itself.
            spanned = np.flatnonzero((groups**2).sum(axis=1) - (inside**2).sum(axis=0) < TOLERANCE)
            if spanned.size:
                return np.asarray(groups[spanned[0]])
        if known.cell is None:
            return None
        return np.where(np.arange(len(self._cells)) == known.cell, 1.0, 0.0)

    def _sets(self, owners: Owners) -> FloatArray:
        """The printed groups by cell; the whole is printed too, comes last and is never the one to hide."""
        groups = [self._tables[partition].members[group] for partition, group in owners]
        return np.array([*groups, np.ones(len(self._cells))], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class _Table:
    """One way to cut the people; the last group holds those without a label."""

    members: BoolArray  # (n_groups, n_cells)
    positions: IntArray  # (n_people,)
    sizes: IntArray  # (n_groups,)
    viewers: IntArray  # (n_groups,)

    @classmethod
    def of(cls, labels: Labels, cell_labels: Labels, reads: BoolArray) -> "_Table":
        n_groups = int(labels.max(initial=-1)) + 2
        # -1 wraps to the last group.
        positions = labels.astype(np.int64) % n_groups
        return cls(
            members=cell_labels % n_groups == np.arange(n_groups)[:, np.newaxis],
            positions=positions,
            sizes=np.bincount(positions, minlength=n_groups),
            viewers=np.minimum(np.bincount(positions[reads], minlength=n_groups), 1),
        )


@dataclass(frozen=True, eq=False)
class _Printed:
    """What printed sets give away by themselves."""

    within: int | None  # a set that lies in another with too few people between them
    to_basis: FloatArray  # (rank, n_sets): takes products with the sets to coordinates in their span
    cell: int | None  # the first cell of few people that they span

    @classmethod
    def of(cls, printed: FloatArray, cells: IntArray) -> "_Printed":
        # The triangular factor has the singular values of the sets, and is small however many cells there are.
        triangle = np.linalg.qr(printed.T, mode="r")
        _, strength, directions = np.linalg.svd(triangle, full_matrices=False)
        is_used = strength > TOLERANCE * strength[0]
        to_basis = directions[is_used] / strength[is_used, np.newaxis]
        few = np.flatnonzero(cells < SMALLEST_GROUP)
        spanned = few[1 - ((to_basis @ printed[:, few]) ** 2).sum(axis=0) < TOLERANCE]
        within = _find_narrow_difference(printed, cells)
        return cls(within, to_basis, int(spanned[0]) if spanned.size else None)


def _count_alike(groups: Labels) -> tuple[Labels, IntArray]:
    """Distinct rows in order, and how often each stands: `np.unique` without comparing whole rows."""
    if groups.size == 0:
        return np.unique(groups, axis=0, return_counts=True)
    ordered = groups[np.lexsort(groups.T[::-1])]
    is_first = np.append(True, (ordered[1:] != ordered[:-1]).any(axis=1))
    starts = np.flatnonzero(is_first)
    return ordered[starts], np.diff(np.append(starts, len(ordered)))


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


def _find_narrow_difference(printed: FloatArray, cells: IntArray) -> int | None:
    common = (printed * cells) @ printed.T
    sizes = np.diagonal(common)
    difference = sizes - sizes[:, np.newaxis]
    is_within = common == sizes[:, np.newaxis]
    narrow = np.argwhere(is_within & (difference >= 1) & (difference < SMALLEST_GROUP))
    return int(narrow[0, 0]) if len(narrow) else None
