"""Split-half reliability."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import BoolArray, as_matrix
from psychometrics.moments import Moments


@dataclass(frozen=True)
class SplitHalf:
    """Reliability of a sum of items from the agreement of its two halves.

    Attributes
    ----------
    correlation : float
        Pearson's, of the sums of both halves; NaN where one does not vary.
    spearman_brown : float
        The correlation stepped up to full length, halves being parallel; with halves of unequal
        length by Horst's formula. NaN as `correlation`.
    guttman : float
        Lambda 4 of this split, halves need not be parallel: 4 * covariance of the halves / variance
        of the sum (Rulon's coefficient). A lower bound of the reliability; the greatest over all
        splits is not sought, as it would capitalise on chance. NaN where the sum does not vary.
    n : int
        Respondents who answered every item; the others are left out.
    n_first, n_second : int
        Items of each half.
    """

    correlation: float
    spearman_brown: float
    guttman: float
    n: int
    n_first: int
    n_second: int


def split_half(responses: npt.ArrayLike, *, in_first: npt.ArrayLike | None = None) -> SplitHalf:
    """Split-half reliability, odd items against even ones unless told otherwise.

    Parameters
    ----------
    responses : array_like, shape (n_respondents, n_items)
        Item values after reversing; rows with a NaN are left out (listwise).
    in_first : array_like of bool, shape (n_items,), optional
        True puts the item into the first half; by default the first, third, fifth ... item.

    Returns
    -------
    SplitHalf
        NaN with fewer than two complete respondents or a half without items.

    Raises
    ------
    ValueError
        If `responses` has other than two dimensions or `in_first` another length.

    References
    ----------
    Spearman (1910) and Brown (1910), Br. J. Psychol. 3, 271-295 and 296-322; Horst (1951),
    Educ. Psychol. Meas. 11(3), 368-371; Guttman (1945), Psychometrika 10(4), 255-282.
    """
    items = as_matrix("responses", responses)
    first = _as_half(in_first, items.shape[1])
    n_first, n_second = int(np.count_nonzero(first)), int(np.count_nonzero(~first))
    moments = Moments.of(np.column_stack((items[:, first].sum(axis=1), items[:, ~first].sum(axis=1))))
    if moments.count < 2 or not n_first or not n_second:
        return SplitHalf(nan, nan, nan, moments.count, n_first, n_second)
    correlation = _correlation(moments)
    return SplitHalf(
        correlation=correlation,
        spearman_brown=_full_length(correlation, n_first / (n_first + n_second)),
        guttman=_lambda_4(moments),
        n=moments.count,
        n_first=n_first,
        n_second=n_second,
    )


def _as_half(in_first: npt.ArrayLike | None, n_items: int) -> BoolArray:
    if in_first is None:
        return np.asarray(np.arange(n_items) % 2 == 0)
    first = np.asarray(in_first, dtype=np.bool_)
    if first.shape != (n_items,):
        raise ValueError(f"in_first has shape {first.shape} for {n_items} items")
    return first


def _correlation(moments: Moments) -> float:
    sd = moments.sd
    if not (sd > 0).all():
        return nan
    return float(np.clip(moments.covariance[0, 1] / (sd[0] * sd[1]), -1, 1))


def _lambda_4(moments: Moments) -> float:
    if not (moments.sd > 0).any():
        return nan
    covariance = moments.covariance
    total = float(covariance.sum())
    # Halves that cancel each other leave only rounding in the variance of their sum.
    return 4 * float(covariance[0, 1]) / total if total > 1e-12 * float(np.trace(covariance)) else nan


def _full_length(correlation: float, share: float) -> float:
    """Horst's formula free of 0/0 at a correlation of 1; halves of equal length give 2r / (1 + r)."""
    lifted = sqrt(correlation**2 + 4 * share * (1 - share) * (1 - correlation**2))
    return 2 * correlation / (lifted + correlation) if lifted + correlation > 1e-12 else nan
