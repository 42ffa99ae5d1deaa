"""Responses as the estimation reads them: equal patterns collapsed, categories as 0/1 columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import BoolArray, CodeArray, FloatArray, IntArray

ByteArray = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
_FNV_OFFSET, _FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


@dataclass(frozen=True)
class Patterns:
    """Different answer patterns of each group with the number of respondents behind each.

    Attributes
    ----------
    numbers : ndarray of int8, shape (n_patterns, n_items)
        Category numbers from 0, -1 where there is no answer; the rows of a group are adjacent.
    counts : ndarray, shape (n_patterns,)
    bounds : tuple of int
        Rows of group g are bounds[g]:bounds[g + 1].
    columns : ndarray of bool, shape (n_items, max_steps)
        Which steps exist; their 0/1 columns are those of `reached`.
    reached : ndarray of uint8, shape (n_patterns, columns.sum())
        1 where the answer is category k of item i, k from 1.
    answered : ndarray of uint8, shape (n_patterns, n_items), or None
        None where every pattern answers every item.
    """

    numbers: CodeArray
    counts: FloatArray
    bounds: tuple[int, ...]
    columns: BoolArray
    reached: ByteArray
    answered: ByteArray | None

    @classmethod
    def of(cls, numbers: CodeArray, groups: Sequence[IntArray], n_steps: IntArray) -> "Patterns":
        """Collapse the rows of each group; `groups` holds the row numbers of each."""
        parts = [_collapsed(numbers[rows]) for rows in groups]
        bounds = np.cumsum([0, *(counts.size for _, counts in parts)])
        return cls._built(
            np.concatenate([rows for rows, _ in parts]),
            np.concatenate([counts for _, counts in parts]),
            tuple(int(bound) for bound in bounds),
            np.arange(n_steps.max(initial=1)) < n_steps[:, None],
        )

    @classmethod
    def _built(
        cls, numbers: CodeArray, counts: FloatArray, bounds: tuple[int, ...], columns: BoolArray
    ) -> "Patterns":
        items, steps = np.nonzero(columns)
        reached = (numbers[:, items] == (steps + 1).astype(np.int8)).view(np.uint8)
        complete = numbers.size == 0 or numbers.min() >= 0
        answered = None if complete else (numbers >= 0).astype(np.uint8)
        return cls(numbers, counts, bounds, columns, reached, answered)

    @property
    def n_groups(self) -> int:
        return len(self.bounds) - 1

    @property
    def n(self) -> float:
        return float(self.counts.sum())

    def thinned(self, n_patterns: int) -> "Patterns":
        """About `n_patterns` rows at equal distances in every group."""
        every = max(1, self.counts.size // n_patterns)
        chosen = [
            np.arange(start, stop, every) for start, stop in zip(self.bounds, self.bounds[1:], strict=False)
        ]
        rows = np.concatenate(chosen)
        bounds = np.cumsum([0, *(part.size for part in chosen)])
        return self._built(
            self.numbers[rows], self.counts[rows], tuple(int(bound) for bound in bounds), self.columns
        )

    def category_totals(self) -> FloatArray:
        """Respondents in each category, shape (n_items, max_steps + 1)."""
        width = self.columns.shape[1] + 1
        totals = [
            np.bincount(column[column >= 0], self.counts[column >= 0], minlength=width)
            for column in self.numbers.T
        ]
        return np.array(totals, dtype=np.float64)


def _collapsed(numbers: CodeArray) -> tuple[CodeArray, FloatArray]:
    """Different rows and how often each occurs, in an order that does not depend on the input's."""
    keys = np.full(len(numbers), _FNV_OFFSET)
    for column in numbers.T:
        keys ^= column.view(np.uint8)
        keys *= _FNV_PRIME
    _, first, inverse, counts = np.unique(keys, return_index=True, return_inverse=True, return_counts=True)
    rows = numbers[first]
    if not np.array_equal(rows[inverse], numbers):  # two patterns met in one key
        rows, counts = np.unique(numbers, axis=0, return_counts=True)
    return rows, counts.astype(np.float64)
