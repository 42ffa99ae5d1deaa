"""Counts, means and co-moments that can be computed in chunks and merged."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray, as_matrix

# Rows worked on at a time: 4,096 x 40 float64 stay within a processor's cache.
BLOCK_ROWS = 4096
# A spread below this share of the mean is what is left of equal numbers after rounding.
RELATIVE_ZERO = 1e-12


@dataclass(frozen=True, eq=False)
class Moments:
    """First and second moments of several variables over the same respondents.

    Attributes
    ----------
    count : int
        Respondents with all variables present.
    mean : ndarray, shape (n_variables,)
        NaN without respondents.
    comoments : ndarray, shape (n_variables, n_variables)
        Sums of products of deviations from the means, in squared units; 0 without respondents.

    References
    ----------
    Chan, Golub & LeVeque (1983), Am. Stat. 37(3), 242-247.
    """

    count: int
    mean: FloatArray
    comoments: FloatArray

    @classmethod
    def empty(cls, n_variables: int) -> "Moments":
        """The moments of nobody: merging with them changes nothing."""
        return cls(0, np.full(n_variables, np.nan), np.zeros((n_variables, n_variables)))

    @classmethod
    def of(cls, values: npt.ArrayLike) -> "Moments":
        """Moments of the rows of (n_respondents, n_variables) that hold no NaN.

        Rows are taken in blocks, so memory beyond the argument does not grow with it, and
        the same rows give the same digits.

        Raises
        ------
        ValueError
            If the array has other than two dimensions.
        """
        rows = as_matrix("values", values)
        blocks = (rows[start : start + BLOCK_ROWS] for start in range(0, len(rows), BLOCK_ROWS))
        return cls.merge_all(map(_of_block, blocks), rows.shape[1])

    @classmethod
    def merge_all(cls, parts: Iterable["Moments"], n_variables: int) -> "Moments":
        """Merge in the order given; the same order gives the same digits."""
        return reduce(cls.merge, parts, cls.empty(n_variables))

    def merge(self, other: "Moments") -> "Moments":
        """Moments of both sets of respondents together, which must not overlap.

        Raises
        ------
        ValueError
            If the numbers of variables differ.
        """
        if self.mean.shape != other.mean.shape:
            raise ValueError(f"cannot merge {self.mean.size} variables with {other.mean.size}")
        if self.count == 0 or other.count == 0:
            return other if self.count == 0 else self
        count = self.count + other.count
        shift = other.mean - self.mean
        mean = self.mean + shift * (other.count / count)
        between = np.outer(shift, shift) * (self.count * (other.count / count))
        return Moments(count, mean, self.comoments + other.comoments + between)

    @property
    def covariance(self) -> FloatArray:
        """Sample covariances (ddof=1), shape (n_variables, n_variables); NaN below two respondents."""
        if self.count < 2:
            return np.full_like(self.comoments, np.nan)
        return self.comoments / (self.count - 1)

    @property
    def sd(self) -> FloatArray:
        """Sample standard deviations (ddof=1), shape (n_variables,); exactly 0 for equal values."""
        spread = np.sqrt(np.diagonal(self.covariance))
        return np.where(spread <= RELATIVE_ZERO * np.abs(self.mean), 0 * spread, spread)


def _of_block(block: FloatArray) -> Moments:
    complete = ~np.isnan(block).any(axis=1)
    rows = block if complete.all() else block[complete]
    if len(rows) == 0:
        return Moments.empty(block.shape[1])
    mean = rows.mean(axis=0)
    centred = rows - mean
    return Moments(len(rows), mean, centred.T @ centred)
