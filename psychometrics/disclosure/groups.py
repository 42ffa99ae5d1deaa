"""Suppression within one table: groups without common members, and their total.

Primary rules say which groups may not be printed; secondary ones hide more until
no printed total gives the hidden away by subtraction (Hundepool et al. (2012),
Statistical Disclosure Control, chapter 4).

Guaranteed against a reader who knows the printed figures of this table and of
the whole, and her own score: a hidden group is never alone, and what subtraction
yields (the hidden groups together) has at least five members besides her; groups
printed without level counts are never alone, and together they have ten members,
not alike in level. Not guaranteed: readers who pool what they know of themselves,
guesses from rounded means, tables by other attributes (see `crossing`) and other
dates (see `snapshots`).
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import BoolArray, IntArray, as_codes
from psychometrics.disclosure.decisions import (
    SMALLEST_DETAILED,
    SMALLEST_GROUP,
    SMALLEST_WITH_ANY_CELL,
    Detail,
    GroupDecision,
    PartitionDecision,
    Reason,
)

FULL = GroupDecision(Detail.FULL, Reason.ALLOWED)
SUBSTITUTE = GroupDecision(Detail.HIDDEN, Reason.PROTECTS_ANOTHER)
SMALL_CELLS = GroupDecision(Detail.HIDDEN, Reason.SMALL_CELLS)


def has_enough_data(sizes: npt.ArrayLike, *, viewers: npt.ArrayLike = 0) -> BoolArray:
    """All that is said of completion by school: enough (True) or not yet; shape (n_groups,).

    `sizes`, shape (n_groups,), are whole numbers of members (others are a ValueError); `viewers`, of the
    same shape or one for all, is 1 where somebody who reads the figure belongs to the group.
    """
    return np.asarray(as_codes("sizes", sizes, ndim=1) - np.asarray(viewers) >= SMALLEST_GROUP)


def protect_groups(
    sizes: npt.ArrayLike,
    level_counts: npt.ArrayLike | None = None,
    *,
    viewers: npt.ArrayLike = 0,
    withheld: npt.ArrayLike = False,
) -> PartitionDecision:
    """Decide for each group of one table how much of it is printed beside the whole.

    Parameters
    ----------
    sizes : array_like of int, shape (n_groups,)
        Members behind the printed figures. The groups make up the whole: people outside all
        of them are a group too, printed or not.
    level_counts : array_like of int, shape (n_groups, n_levels) or (n_groups, n_tables, n_levels)
        Members on each level; with several tables (waves, competences) one decision serves all,
        by the table with the fewest members. Without levels the rules on levels have no say.
    viewers : array_like of int, shape (n_groups,) or ()
        1 where somebody who reads the figures belongs to the group: she knows her own score.
    withheld : array_like of bool, shape (n_groups,) or ()
        Groups to hide for a reason outside this table.

    Returns
    -------
    PartitionDecision

    Raises
    ------
    ValueError
        If a size or count is negative, shapes differ, or levels count more members than there are.
    """
    members = _Members(sizes, level_counts, viewers)
    n_groups = len(members.sizes)
    everybody = np.ones(n_groups, dtype=np.bool_)
    whole = members.decide(everybody)
    own = [members.decide(np.arange(n_groups) == group) for group in range(n_groups)]
    if not whole.is_shown:
        unseen = GroupDecision(Detail.HIDDEN, Reason.WHOLE_HIDDEN)
        return PartitionDecision(tuple(unseen if group.is_shown else group for group in own), whole)

    must_hide = np.array([not group.is_shown for group in own], dtype=np.bool_)
    must_hide |= np.broadcast_to(np.asarray(withheld, dtype=np.bool_), must_hide.shape)
    hidden = _extend(must_hide, members.sizes, members.can_be_subtracted)
    is_coarse = np.array([not group.has_level_counts for group in own], dtype=np.bool_)
    coarse = _extend(hidden | is_coarse, members.sizes, members.can_be_counted)
    return PartitionDecision(tuple(map(_combine, own, hidden.tolist(), coarse.tolist())), whole)


def protect_transitions(matrices: npt.ArrayLike, groups: PartitionDecision) -> PartitionDecision:
    """Decide which groups' transition matrices are printed, whole or not at all.

    A matrix with a cell under five (an empty one is such a cell) is printed only for thirty
    members or more; a single withheld cell could be computed from the level counts beside it,
    hence all or nothing. Matrices not printed are several and obey the same rule together.

    Parameters
    ----------
    matrices : array_like of int, shape (n_groups, n_levels, n_levels)
        Transitions of groups that make up the whole.
    groups : PartitionDecision
        Of the same groups; only those printed in full have a matrix.

    Returns
    -------
    PartitionDecision
        `FULL` or `HIDDEN` for each.

    Raises
    ------
    ValueError
        If a count is negative or the numbers of groups differ.
    """
    cells = as_codes("matrices", matrices, ndim=3)
    if len(cells) != len(groups.groups) or cells.min(initial=0) < 0:
        raise ValueError(f"{len(cells)} matrices of counts expected to match {len(groups.groups)} groups")
    sizes = cells.sum(axis=(1, 2), dtype=np.int64)

    def can_print(matrix: npt.NDArray[np.signedinteger]) -> bool:
        return bool(matrix.sum() >= SMALLEST_WITH_ANY_CELL or (matrix >= SMALLEST_GROUP).all())

    def can_be_subtracted(mask: BoolArray) -> bool:
        unseen = mask & (sizes > 0)
        return not unseen.any() or bool(unseen.sum() > 1 and can_print(cells[mask].sum(axis=0)))

    if not (groups.whole.has_level_counts and can_print(cells.sum(axis=0))):
        return PartitionDecision((SMALL_CELLS,) * len(cells), SMALL_CELLS)
    allowed = [
        group.has_level_counts and can_print(matrix)
        for group, matrix in zip(groups.groups, cells, strict=True)
    ]
    must_hide = ~np.array(allowed, dtype=np.bool_)
    hidden = _extend(must_hide, sizes, can_be_subtracted)
    decisions = (
        SMALL_CELLS if own else SUBSTITUTE if extra else FULL
        for own, extra in zip(must_hide, hidden, strict=True)
    )
    return PartitionDecision(tuple(decisions), FULL)


class _Members:
    """Counts of the groups of one table, and the rules read on any union of them."""

    def __init__(
        self, sizes: npt.ArrayLike, level_counts: npt.ArrayLike | None, viewers: npt.ArrayLike
    ) -> None:
        self.sizes: IntArray = as_codes("sizes", sizes, ndim=1).astype(np.int64)
        n_groups = len(self.sizes)
        self.viewers = np.broadcast_to(np.asarray(viewers, dtype=np.int64), (n_groups,))
        counts = np.zeros((n_groups, 0, 1), np.int64) if level_counts is None else np.asarray(level_counts)
        if counts.ndim == 2:
            counts = counts[:, np.newaxis, :]
        self.counts = as_codes("level_counts", counts, ndim=3).astype(np.int64)
        if len(self.counts) != n_groups or min(self.sizes.min(initial=0), self.counts.min(initial=0)) < 0:
            raise ValueError(
                f"sizes and level counts must not be negative and must match, got {self.sizes.tolist()} "
                f"and counts of shape {self.counts.shape}"
            )
        if (self.counts.sum(axis=2) > self.sizes[:, np.newaxis]).any():
            raise ValueError(f"levels count more members than sizes {self.sizes.tolist()} have")

    def decide(self, union: BoolArray) -> GroupDecision:
        """The primary rules, for the members of these groups together."""
        size = self._size(union)
        if size - self._viewers(union) < SMALLEST_GROUP:
            return GroupDecision(Detail.HIDDEN, Reason.TOO_SMALL)
        if self._is_alike(union):
            return GroupDecision(Detail.HIDDEN, Reason.LEVELS_ALIKE)
        if size < SMALLEST_DETAILED:
            return GroupDecision(Detail.COARSE, Reason.UNDER_TEN)
        return FULL

    def can_be_subtracted(self, hidden: BoolArray) -> bool:
        """Whether the total less the printed groups says nothing of a few people."""
        nonempty = hidden & (self.sizes > 0)
        enough = self._size(hidden) - self._viewers(hidden) >= SMALLEST_GROUP
        return not nonempty.any() or bool(nonempty.sum() > 1 and enough)

    def can_be_counted(self, coarse: BoolArray) -> bool:
        """Whether the level counts of the total less those printed may be known."""
        nonempty = coarse & (self.sizes > 0)
        return not nonempty.any() or bool(
            nonempty.sum() > 1 and self._size(coarse) >= SMALLEST_DETAILED and not self._is_alike(coarse)
        )

    def _size(self, union: BoolArray) -> int:
        in_tables = self.counts[union].sum(axis=(0, 2))
        return int(min(self.sizes[union].sum(), in_tables.min(initial=np.iinfo(np.int64).max)))

    def _viewers(self, union: BoolArray) -> int:
        # Readers do not pool what they know: one of them looks at a time.
        return int(self.viewers[union].max(initial=0))

    def _is_alike(self, union: BoolArray) -> bool:
        counts = self.counts[union].sum(axis=0)
        exceptions = counts.sum(axis=1) - counts.max(axis=1, initial=0)
        return bool((exceptions <= 1 + self._viewers(union)).any())


def _extend(mask: BoolArray, sizes: IntArray, is_safe: Callable[[BoolArray], bool]) -> BoolArray:
    """Take in the smallest groups not yet in `mask`, first by position, until it is safe or full."""
    extended = mask.copy()
    for group in np.argsort(sizes, kind="stable"):
        if is_safe(extended):
            break
        extended[group] = True
    return extended


def _combine(own: GroupDecision, is_hidden: bool, is_coarse: bool) -> GroupDecision:
    if is_hidden:
        return SUBSTITUTE if own.is_shown else own
    if is_coarse and own.has_level_counts:
        return GroupDecision(Detail.COARSE, Reason.PROTECTS_ANOTHER)
    return own
