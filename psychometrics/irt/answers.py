"""Answers of respondents as the categories of a calibration, and equal patterns found once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import BoolArray, CodeArray, FloatArray, IntArray, as_matrix
from psychometrics.irt.calibration import Calibration, Model

BLOCK_ROWS = 1024
# Collapsing copies the different rows and spreads the results: not worth it above this share of all.
WORTHWHILE_SHARE = 0.9
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, eq=False)
class Answers:
    """Category numbers of respondents in a calibration's items.

    Attributes
    ----------
    numbers : ndarray of int8, shape (n_respondents, n_items)
        From 0; -1 where there is no answer, no estimates of the item, or a code it does not know.
    n_unknown : ndarray of int, shape (n_respondents,)
        Answers in a code the calibration has not met; they count as not given.
    """

    numbers: CodeArray
    n_unknown: IntArray

    @property
    def n_answered(self) -> IntArray:
        n: IntArray = np.count_nonzero(self.numbers >= 0, axis=1).astype(np.int64)
        return n


def read_answers(calibration: Calibration, responses: npt.ArrayLike) -> Answers:
    """Responses (n_respondents, n_items), NaN missing, as category numbers.

    Raises
    ------
    ValueError
        If `responses` has other than two dimensions, another number of items than the
        calibration, or values that are not whole numbers.
    """
    matrix = as_matrix("responses", responses)
    if matrix.shape[1] != calibration.n_items:
        raise ValueError(f"calibration has {calibration.n_items} items, responses have {matrix.shape[1]}")
    estimated = calibration.n_steps > 0
    lowest = np.array([codes[0] if codes else 0 for codes in calibration.categories], dtype=np.float64)
    highest = np.where(estimated, calibration.n_steps, -1)
    with_gaps = [
        item
        for item, codes in enumerate(calibration.categories)
        if estimated[item] and codes[-1] - codes[0] >= len(codes)
    ]
    numbers = np.full(matrix.shape, -1, dtype=np.int8)
    n_unknown = np.zeros(len(matrix), dtype=np.int64)
    for rows in blocks(len(matrix)):
        values = matrix[rows]
        offsets = values - lowest
        for item in with_gaps:
            offsets[:, item] = _positions(values[:, item], calibration.categories[item])
        is_known = (offsets >= 0) & (offsets <= highest)
        np.copyto(numbers[rows], offsets, where=is_known, casting="unsafe")
        unknown = ~(is_known | np.isnan(values)) & estimated
        if (is_known & (numbers[rows] != offsets)).any() or not _are_whole(values[unknown]):
            raise ValueError("responses must be whole numbers or NaN")
        n_unknown[rows] = np.count_nonzero(unknown, axis=1)
    return Answers(numbers, n_unknown)


def blocks(n: int) -> Iterator[slice]:
    """Row ranges that keep what is computed for them within a processor's cache."""
    return (slice(start, min(start + BLOCK_ROWS, n)) for start in range(0, n, BLOCK_ROWS))


def once_per_pattern(
    model: Model, numbers: CodeArray, work: Callable[[CodeArray], FloatArray], *, by_total: bool = True
) -> FloatArray:
    """`work` done on the different patterns of `numbers`, its rows given back to every respondent.

    With a common slope all patterns over the same items with one total have one likelihood up
    to a constant; `by_total` allows such patterns to be represented by one of them.
    """
    signs = numbers
    if by_total and model.has_common_slope:
        answered = numbers >= 0
        total = np.where(answered, numbers, 0).sum(axis=1, dtype=np.int64)
        signs = np.column_stack([answered, total])
    different = _different_rows(signs)
    if different is None:
        return work(numbers)
    first, inverse = different
    return work(numbers[first])[inverse]


@dataclass(frozen=True, eq=False)
class CategoryTables:
    """Sums over the answers given, at all nodes at once, as one matrix product.

    Attributes
    ----------
    items, steps : ndarray of int, shape (n_columns,)
        Item and category number (from 1) of each 0/1 column.
    above_lowest : ndarray, shape (n_columns, n_nodes)
        Table value of the category less that of the item's lowest.
    lowest : ndarray, shape (n_items, n_nodes)
        0 for an item without estimates.
    """

    items: IntArray
    steps: IntArray
    above_lowest: FloatArray
    lowest: FloatArray

    @classmethod
    def of(cls, values: FloatArray) -> "CategoryTables":
        """From values of the categories, shape (n_nodes, n_items, max_categories), NaN-padded."""
        items, steps = np.nonzero(~np.isnan(values[0, :, 1:]))
        lowest = np.nan_to_num(values[:, :, 0])
        above = values[:, items, steps + 1] - lowest[:, items]
        return cls(items, (steps + 1).astype(np.int8), above.T.copy(), lowest.T.copy())

    def sums(self, numbers: CodeArray) -> FloatArray:
        """Sum over answered items of the chosen categories' values, shape (n_respondents, n_nodes)."""
        reached = np.empty((len(numbers), self.items.size))
        np.equal(numbers[:, self.items], self.steps, out=reached)
        total: FloatArray = reached @ self.above_lowest
        total += over_answered(numbers >= 0, self.lowest)
        return total


def over_answered(answered: BoolArray, values: FloatArray) -> FloatArray:
    """Sum of the rows of `values` (n_items, n_nodes) over the items each respondent answered.

    Shape (n_respondents, n_nodes), or (1, n_nodes) where all answered the same items.
    """
    if len(answered) and (answered == answered[0]).all():
        answered = answered[:1]
    sums: FloatArray = answered.astype(np.float64) @ values
    return sums


def _positions(values: FloatArray, codes: tuple[int, ...]) -> FloatArray:
    known = np.array(codes, dtype=np.float64)
    positions = np.searchsorted(known, values).clip(max=known.size - 1)
    return np.where(known[positions] == values, positions, -1.0)


def _are_whole(values: FloatArray) -> bool:
    return bool(np.isfinite(values).all() and (values == np.rint(values)).all())


def _different_rows(signs: npt.NDArray[np.signedinteger]) -> tuple[IntArray, IntArray] | None:
    """First row of each different one and who has it; None where hardly any rows are equal."""
    with np.errstate(over="ignore"):
        weights = np.cumprod(np.full(signs.shape[1], _MULTIPLIER))
        keys = signs.astype(np.uint64) @ weights
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    if first.size > WORTHWHILE_SHARE * len(signs):
        return None
    if not np.array_equal(signs[first][inverse], signs):  # two patterns met in one key
        _, first, inverse = np.unique(signs, axis=0, return_index=True, return_inverse=True)
    return first, inverse
