"""Which figures of which groups a snapshot may hold: one decision over all its tables together.

The overall index is decided first, across all slices. A competence may then be printed for a group only if the
index is, and by the same rules on its own numbers. Since the index is the mean of the competences, a single
hidden competence could be computed from the rest: where one must be hidden, a second one is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import BoolArray, IntArray
from psychometrics.disclosure import Crossing, Detail, GroupDecision, PartitionDecision, Reason

ABSENT = GroupDecision(Detail.HIDDEN, Reason.TOO_SMALL)
COMPANION = GroupDecision(Detail.HIDDEN, Reason.PROTECTS_ANOTHER)


@dataclass(frozen=True, eq=False)
class Measure:
    """One scale: who has it, and her levels in each wave printed."""

    present: BoolArray  # (n_people,)
    levels: IntArray | None  # (n_people, n_waves)


@dataclass(frozen=True)
class TableDecision:
    """Decisions of one scale: for everybody, and for each group of each column."""

    whole: GroupDecision
    groups: tuple[tuple[GroupDecision, ...], ...]


def decide_tables(
    labels: IntArray,
    sizes: Sequence[int],
    overall: Measure,
    competences: Sequence[Measure],
    *,
    n_levels: int,
    is_viewer: BoolArray,
    withheld: Sequence[BoolArray],
) -> tuple[TableDecision, list[TableDecision]]:
    """Decide for the overall index and for each competence.

    `labels` is (n_people, n_columns): the number of each person's group in each column, -1 for none; `sizes` the
    number of groups of each column; `withheld` the groups hidden for a reason outside.
    """
    crossings = _Crossings(labels, is_viewer)
    own = _protect(crossings, sizes, overall, n_levels, withheld)
    hidden = [np.array([not group.is_shown for group in groups]) for groups in own.groups]
    masks = [[mask.copy() for mask in hidden] for _competence in competences]
    whole_hidden = np.full(len(competences), not own.whole.is_shown)
    while True:
        decisions = [
            _hide_whole(_protect(crossings, sizes, measure, n_levels, mask), is_hidden)
            for measure, mask, is_hidden in zip(competences, masks, whole_hidden, strict=True)
        ]
        if not _hide_companions(own, decisions, masks, whole_hidden, competences):
            return own, decisions


class _Crossings:
    """The people of each scale cut by all columns: scales that the same people have share one."""

    def __init__(self, labels: IntArray, is_viewer: BoolArray) -> None:
        # Everybody stands in a column of her own kind, so that the whole is decided even without slices.
        self._labels = np.column_stack((np.zeros(len(labels), dtype=np.int64), labels))
        self._is_viewer = is_viewer
        self._made: dict[bytes, Crossing] = {}

    def of(self, present: BoolArray) -> Crossing:
        key = present.tobytes()
        if key not in self._made:
            self._made[key] = Crossing(self._labels[present], self._is_viewer[present])
        return self._made[key]


def _protect(
    crossings: _Crossings,
    sizes: Sequence[int],
    measure: Measure,
    n_levels: int,
    withheld: Sequence[BoolArray],
) -> TableDecision:
    decisions = crossings.of(measure.present).protect(
        None if measure.levels is None else measure.levels[measure.present],
        n_levels=n_levels,
        withheld=[np.zeros(1, dtype=np.bool_), *withheld],
    )
    return TableDecision(
        decisions[0].whole,
        tuple(_padded(decision, size) for decision, size in zip(decisions[1:], sizes, strict=True)),
    )


def _padded(decision: PartitionDecision, size: int) -> tuple[GroupDecision, ...]:
    """Groups nobody of which has the scale are hidden."""
    return (*decision.groups, *(ABSENT,) * (size - len(decision.groups)))


def _hide_whole(decision: TableDecision, is_hidden: bool) -> TableDecision:
    if not is_hidden or not decision.whole.is_shown:
        return decision
    return TableDecision(COMPANION, tuple((COMPANION,) * len(groups) for groups in decision.groups))


def _hide_companions(
    own: TableDecision,
    decisions: Sequence[TableDecision],
    masks: Sequence[Sequence[BoolArray]],
    whole_hidden: BoolArray,
    competences: Sequence[Measure],
) -> bool:
    """Hide a second competence wherever exactly one is hidden; whether anything changed."""
    if len(decisions) < 2:
        return False
    # The one the fewest people have tells least when it goes.
    order = sorted(range(len(decisions)), key=lambda place: int(competences[place].present.sum()))
    has_changed = False
    shown = [place for place in order if decisions[place].whole.is_shown]
    if own.whole.is_shown and len(shown) == len(decisions) - 1:
        whole_hidden[shown[0]] = has_changed = True
    for column, groups in enumerate(own.groups):
        for group, decision in enumerate(groups):
            shown = [place for place in order if decisions[place].groups[column][group].is_shown]
            if decision.is_shown and len(shown) == len(decisions) - 1:
                masks[shown[0]][column][group] = has_changed = True
    return has_changed
