"""Wilcoxon's signed ranks of the changes."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray, IntArray, as_pairs
from psychometrics.distributions import normal_cdf

# Differences equal on paper differ in the 14th digit; ranked unrounded they would not be tied.
DECIMALS = 9
LARGEST_EXACT = 50


class Zeros(StrEnum):
    """What becomes of the pairs without a change."""

    DROPPED = "dropped"  # Wilcoxon (1945): they take no rank
    PRATT = "pratt"  # Pratt (1959): they are ranked with the others, then their ranks are left out


class RankMethod(StrEnum):
    """Where the p value comes from."""

    EXACT = "exact"
    NORMAL = "normal"
    UNDEFINED = "undefined"


@dataclass(frozen=True)
class SignedRanks:
    """Wilcoxon's test of the changes, with every choice it rests on.

    Attributes
    ----------
    n : int
        Complete pairs.
    n_zero : int
        Pairs without a change, after rounding the differences.
    n_ranked : int
        Pairs with a change: n - n_zero.
    has_ties : bool
        Some changes are of equal size.
    w_plus, w_minus : float
        Sums of the ranks of positive and of negative changes; tied sizes share their mean rank.
    z : float
        Normal deviate behind `p_value`, corrected for ties; NaN where the method is exact.
    p_value : float
        Two-sided; NaN where nothing changed.
    method : RankMethod
    zeros : Zeros
    has_continuity : bool
        The normal deviate was moved half a unit towards 0.
    rank_biserial : float
        (w_plus - w_minus) / (w_plus + w_minus); NaN where nothing changed.
    """

    n: int
    n_zero: int
    n_ranked: int
    has_ties: bool
    w_plus: float
    w_minus: float
    z: float
    p_value: float
    method: RankMethod
    zeros: Zeros
    has_continuity: bool
    rank_biserial: float


def signed_ranks(
    starting: npt.ArrayLike,
    final: npt.ArrayLike,
    *,
    zeros: Zeros | str = Zeros.DROPPED,
    decimals: int = DECIMALS,
    largest_exact: int = LARGEST_EXACT,
    continuity: bool = True,
) -> SignedRanks:
    """Wilcoxon's signed-rank test of final - starting.

    Exact where no sizes are tied, zeros (if any) are dropped and at most `largest_exact` pairs
    are ranked; otherwise normal, the variance corrected for ties.

    Parameters
    ----------
    starting, final : array_like, shape (n_respondents,)
        Scores in the same units, paired by position; a pair with a NaN is left out.
    zeros : Zeros
    decimals : int
        The differences are rounded to so many decimals before they are ranked.
    largest_exact : int
    continuity : bool
        For the normal approximation.

    Returns
    -------
    SignedRanks

    Raises
    ------
    ValueError
        If the shapes differ or `zeros` is no rule.

    References
    ----------
    Wilcoxon (1945), Biometrics Bull. 1(6), 80-83; Pratt (1959), JASA 54(287), 655-667; ties: Hollander
    & Wolfe (1999), Nonparametric statistical methods, section 3.1. Rank-biserial: Kerby (2014),
    Compr. Psychol. 3:1.
    """
    rule = Zeros(zeros)
    before, after = as_pairs(starting, final)
    change = after - before
    change = np.round(change[~np.isnan(change)], decimals)
    is_zero = change == 0
    ranked = change if rule is Zeros.PRATT else change[~is_zero]
    ranks, tied = _mean_ranks(np.abs(ranked))
    w_plus, w_minus = float(ranks[ranked > 0].sum()), float(ranks[ranked < 0].sum())
    n_zero = int(is_zero.sum())
    n_ranked = change.size - n_zero
    # Under Pratt's rule the zeros are the lowest tie: they keep no rank, so they need no correction.
    sizes = tied[1:] if rule is Zeros.PRATT and n_zero else tied
    has_ties = bool((sizes > 1).any())
    n_skipped = n_zero if rule is Zeros.PRATT else 0
    is_exact = n_ranked <= largest_exact and not has_ties and n_skipped == 0
    if n_ranked == 0:
        z, p_value, method = nan, nan, RankMethod.UNDEFINED
    elif is_exact:
        z, p_value, method = nan, _exact_p(int(min(w_plus, w_minus)), n_ranked), RankMethod.EXACT
    else:
        z = _deviate(w_plus, len(ranked), n_skipped, sizes, continuity)
        p_value, method = float(2 * normal_cdf(-abs(z))), RankMethod.NORMAL
    return SignedRanks(
        n=change.size,
        n_zero=n_zero,
        n_ranked=n_ranked,
        has_ties=has_ties,
        w_plus=w_plus,
        w_minus=w_minus,
        z=z,
        p_value=p_value,
        method=method,
        zeros=rule,
        has_continuity=continuity and method is RankMethod.NORMAL,
        rank_biserial=(w_plus - w_minus) / (w_plus + w_minus) if n_ranked else nan,
    )


def _mean_ranks(sizes: FloatArray) -> tuple[FloatArray, IntArray]:
    """Ranks from 1, equal sizes sharing their mean; how many share each, ascending by size."""
    _values, place, count = np.unique(sizes, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2)[place], count


def _deviate(w_plus: float, n: int, n_skipped: int, tied: IntArray, continuity: bool) -> float:
    mean = (n * (n + 1) - n_skipped * (n_skipped + 1)) / 4
    squares = n * (n + 1) * (2 * n + 1) - n_skipped * (n_skipped + 1) * (2 * n_skipped + 1)
    shared = tied.astype(np.float64)
    variance = (squares - float((shared**3 - shared).sum()) / 2) / 24
    distance = w_plus - mean
    if continuity:
        distance -= float(np.sign(distance)) * min(0.5, abs(distance))
    return distance / sqrt(variance)


def _exact_p(smaller: int, n: int) -> float:
    return min(1.0, 2 * float(_rank_sum_probabilities(n)[: smaller + 1].sum()))


@lru_cache(maxsize=LARGEST_EXACT)
def _rank_sum_probabilities(n: int) -> FloatArray:
    """Probability of each sum of a random half of the ranks 1..n; shape (n (n + 1) / 2 + 1,)."""
    probabilities = np.zeros(n * (n + 1) // 2 + 1)
    probabilities[0] = 1
    for rank in range(1, n + 1):
        taken = np.zeros_like(probabilities)
        taken[rank:] = probabilities[:-rank]
        probabilities = (probabilities + taken) / 2
    return probabilities
