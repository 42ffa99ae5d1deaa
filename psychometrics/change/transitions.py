"""Who moved from which level to which."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import IntArray, as_codes
from psychometrics.change.symmetry import (
    ChiSquareTest,
    McNemar,
    bhapkar,
    bowker,
    mcnemar,
    stuart_maxwell,
)


@dataclass(frozen=True, eq=False)
class LevelTransitions:
    """Counts of pairs by starting level (rows) and final level (columns).

    Sums of matrices are the transitions of the groups together, so chunks merge by `+`.
    """

    matrix: IntArray

    def __add__(self, other: "LevelTransitions") -> "LevelTransitions":
        return LevelTransitions(self.matrix + other.matrix)

    @property
    def n(self) -> int:
        """Pairs with a level in both waves."""
        return int(self.matrix.sum())

    @property
    def n_higher(self) -> int:
        """Pairs whose final level is above the starting one."""
        return int(np.triu(self.matrix, k=1).sum())

    @property
    def n_same(self) -> int:
        """Pairs on the same level in both waves."""
        return int(np.trace(self.matrix))

    @property
    def n_lower(self) -> int:
        """Pairs whose final level is below the starting one."""
        return int(np.tril(self.matrix, k=-1).sum())

    @property
    def starting(self) -> IntArray:
        """Pairs on each level at the start, shape (n_levels,)."""
        return np.asarray(self.matrix.sum(axis=1))

    @property
    def final(self) -> IntArray:
        """Pairs on each level at the end, shape (n_levels,)."""
        return np.asarray(self.matrix.sum(axis=0))

    def mcnemar(self, border: int = 1) -> McNemar:
        """Pairs that came to reach the level `border` against those who lost it."""
        return mcnemar(self.matrix, border=border)

    def bowker(self) -> ChiSquareTest:
        """Is each move as frequent as its reverse."""
        return bowker(self.matrix)

    def stuart_maxwell(self) -> ChiSquareTest:
        """Are the shares of the levels the same in both waves."""
        return stuart_maxwell(self.matrix)

    def bhapkar(self) -> ChiSquareTest:
        """As `stuart_maxwell`, with the variance that does not assume it."""
        return bhapkar(self.matrix)


def level_transitions(
    starting_levels: npt.ArrayLike, final_levels: npt.ArrayLike, n_levels: int | None = None
) -> LevelTransitions:
    """Cross-tabulate the levels of the same respondents in two waves.

    Parameters
    ----------
    starting_levels, final_levels : array_like of int, shape (n_respondents,)
        0 for the lowest level; negative where missing, and the pair is left out.
    n_levels : int, optional
        Levels there are; without it as many as the highest one seen asks for, at least two.

    Returns
    -------
    LevelTransitions
        Matrix of shape (n_levels, n_levels).

    Raises
    ------
    ValueError
        If the shapes differ or a level is not below `n_levels`.
    """
    before = as_codes("starting_levels", starting_levels, ndim=1).astype(np.int64)
    after = as_codes("final_levels", final_levels, ndim=1).astype(np.int64)
    if before.shape != after.shape:
        raise ValueError(f"levels must be paired, got {before.size} and {after.size}")
    highest = max(before.max(initial=-1), after.max(initial=-1))
    if n_levels is None:
        n_levels = max(int(highest) + 1, 2)
    if highest >= n_levels:
        raise ValueError(f"level {highest} where there are {n_levels}, counted from 0")
    is_pair = (before >= 0) & (after >= 0)
    cells = np.bincount(before[is_pair] * n_levels + after[is_pair], minlength=n_levels**2)
    return LevelTransitions(cells.reshape(n_levels, n_levels))
