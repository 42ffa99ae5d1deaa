"""From responses to category numbers: which items, categories and groups can be estimated."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import CodeArray, FloatArray, IntArray, as_matrix
from psychometrics.irt.calibration import Anchor, Model, Note, NoteKind

MOST_CATEGORIES = 127
FEWEST_IN_A_GROUP = 2  # below, a group has no SD


@dataclass(frozen=True)
class Coded:
    """Responses as category numbers, and what had to be left out.

    Attributes
    ----------
    numbers : ndarray of int8, shape (n_respondents, n_items)
        From 0; -1 where missing or where the item is not estimated.
    categories : tuple of tuple of int
        Codes of each item, ascending: those of the anchor, else those observed.
    n_steps : ndarray of int, shape (n_items,)
        0 for an item that is not estimated.
    group_labels : tuple
    group_rows : tuple of ndarray of int
        Respondents with an answer, by group; none of a group that is too small.
    notes : tuple of Note
    """

    numbers: CodeArray
    categories: tuple[tuple[int, ...], ...]
    n_steps: IntArray
    group_labels: tuple[object, ...]
    group_rows: tuple[IntArray, ...]
    notes: tuple[Note, ...]

    @property
    def n(self) -> int:
        return sum(rows.size for rows in self.group_rows)


def coded(
    responses: npt.ArrayLike,
    model: Model,
    groups: npt.ArrayLike | None,
    anchors: Mapping[int, Anchor],
    declared: Sequence[Sequence[int]] | None,
    *,
    free_first_group: bool,
) -> Coded:
    """Read responses for `model`; ValueError for what no calibration could be made of."""
    matrix = as_matrix("responses", responses)
    _ensure_anchors(anchors, matrix.shape[1], model)
    if declared is not None and len(declared) != matrix.shape[1]:
        raise ValueError(f"categories must be given for {matrix.shape[1]} items, got {len(declared)}")
    labels, members = _groups(groups, len(matrix))
    answers = ~np.isnan(matrix).all(axis=1) if matrix.shape[1] else np.zeros(len(matrix), dtype=bool)
    notes: list[Note] = []
    rows = []
    for position in range(len(labels)):
        chosen = np.flatnonzero((members == position) & answers)
        has_sd = position > 0 or free_first_group
        if has_sd and chosen.size < FEWEST_IN_A_GROUP:
            notes.append(Note(NoteKind.GROUP_TOO_SMALL, value=position))
            chosen = chosen[:0]
        rows.append(chosen)
    used = np.zeros(len(matrix), dtype=bool)
    used[np.concatenate(rows)] = True
    numbers = np.full(matrix.shape, -1, dtype=np.int8)
    categories, n_steps = [], []
    for item in range(matrix.shape[1]):
        observed = _observed_codes(matrix[used, item], item)
        anchor, possible = anchors.get(item), None if declared is None else declared[item]
        _ensure_known(observed, item, anchor.categories if anchor else possible)
        codes = anchor.categories if anchor else observed
        notes.extend(_remarks(observed, item, anchor, possible))
        if model.is_dichotomous and len(codes) > 2:
            raise ValueError(f"model {model} needs two categories, item {item} has {list(codes)}")
        categories.append(codes)
        n_steps.append(max(len(codes) - 1, 0))
        if n_steps[-1]:
            _number(matrix[:, item], codes, used, out=numbers[:, item])
    return Coded(
        numbers, tuple(categories), np.array(n_steps, dtype=np.int64), labels, tuple(rows), tuple(notes)
    )


def _ensure_anchors(anchors: Mapping[int, Anchor], n_items: int, model: Model) -> None:
    for item, anchor in anchors.items():
        if not 0 <= item < n_items:
            raise ValueError(f"anchor for item {item}, responses have {n_items} items")
        if len(anchor.categories) != len(anchor.thresholds) + 1 or len(anchor.thresholds) == 0:
            raise ValueError(f"anchor of item {item} must have one category more than thresholds: {anchor}")
        if not np.isfinite([anchor.slope, *anchor.thresholds]).all() or anchor.slope == 0:
            raise ValueError(f"anchor of item {item} must have finite parameters and a slope: {anchor}")
        falling = np.diff(anchor.thresholds) * anchor.slope <= 0
        if model.is_graded and falling.any():
            raise ValueError(f"graded thresholds of the anchor of item {item} must be ordered: {anchor}")
    if model.has_common_slope and len({anchor.slope for anchor in anchors.values()}) > 1:
        raise ValueError(f"model {model} has one slope, anchors have {[a.slope for a in anchors.values()]}")


def _groups(groups: npt.ArrayLike | None, n: int) -> tuple[tuple[object, ...], IntArray]:
    if groups is None:
        return (0,), np.zeros(n, dtype=np.int64)
    values = np.asarray(groups)
    if values.shape != (n,):
        raise ValueError(f"groups must have one label per respondent ({n}), got shape {values.shape}")
    if values.dtype.kind == "f" and np.isnan(values).any():
        raise ValueError("groups must not be NaN: leave such respondents out")
    labels, members = np.unique(values, return_inverse=True)
    return tuple(labels.tolist()) or (0,), members.astype(np.int64)


def _observed_codes(column: FloatArray, item: int) -> tuple[int, ...]:
    answers = column[~np.isnan(column)]
    if not np.isfinite(answers).all() or (answers != np.rint(answers)).any():
        raise ValueError(f"responses to item {item} must be whole numbers or NaN")
    observed = _different(answers)
    if len(observed) > MOST_CATEGORIES:
        raise ValueError(f"item {item} has {len(observed)} categories, more than {MOST_CATEGORIES}")
    return observed


def _ensure_known(observed: tuple[int, ...], item: int, known: Sequence[int] | None) -> None:
    unknown = set(observed).difference(observed if known is None else known)
    if unknown:
        raise ValueError(f"item {item} has codes {sorted(unknown)}, known are {list(known or ())}")


def _remarks(
    observed: tuple[int, ...], item: int, anchor: Anchor | None, declared: Sequence[int] | None
) -> Iterator[Note]:
    """What is said of an item's categories; one that is held loses none."""
    if not observed:
        yield Note(NoteKind.NOBODY_ANSWERED, item)
    elif anchor is None:
        expected = range(observed[0], observed[-1]) if declared is None else declared
        for code in sorted(set(expected).difference(observed)):
            yield Note(NoteKind.DROPPED_CATEGORY, item, code)
        if len(observed) == 1:
            yield Note(NoteKind.ONE_CATEGORY, item, observed[0])


def _different(answers: FloatArray) -> tuple[int, ...]:
    if answers.size == 0:
        return ()
    lowest, highest = int(answers.min()), int(answers.max())
    if highest - lowest > MOST_CATEGORIES:
        return tuple(int(code) for code in np.unique(answers))
    present = np.bincount((answers - lowest).astype(np.int64))
    return tuple(int(code) + lowest for code in np.flatnonzero(present))


def _number(column: FloatArray, codes: tuple[int, ...], used: np.ndarray, *, out: CodeArray) -> None:
    answered = used & ~np.isnan(column)
    out[answered] = np.searchsorted(np.array(codes, dtype=np.float64), column[answered])
