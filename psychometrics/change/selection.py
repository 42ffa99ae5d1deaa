"""Who is compared: groups chosen by a low start, and those who left before the final wave."""

from dataclasses import dataclass
from math import exp, nan, pi, sqrt

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import as_pairs
from psychometrics.change.means import MeanEstimate, mean_from_moments, t_interval
from psychometrics.change.standardised import (
    UNKNOWN,
    Interval,
    hedges_correction,
    noncentrality_interval,
)
from psychometrics.distributions import normal_cdf, t_two_sided_p
from psychometrics.moments import RELATIVE_ZERO, Moments


@dataclass(frozen=True)
class RegressionToTheMean:
    """Mean change of a chosen group against what its low start alone would bring.

    Attributes
    ----------
    n : int
        Complete pairs of the group.
    mean_change : float
        In the units of the scores, as all that follows.
    expected : float
        (1 - correlation) * (population mean - mean start of the group).
    beyond : float
        mean_change - expected.
    interval : tuple of float
        Of `beyond`, population mean and correlation taken as known.
    confidence, p_value : float
    """

    n: int
    mean_change: float
    expected: float
    beyond: float
    interval: Interval
    confidence: float
    p_value: float


@dataclass(frozen=True)
class Attrition:
    """Starting scores of those who took part in both waves and of those who left.

    Attributes
    ----------
    stayers, leavers : MeanEstimate
    n_final_only : int
        Came later: they have no start.
    difference : float
        Mean of the leavers - mean of the stayers, in the units of the scores.
    interval, t, df, p_value
        Welch's; `df` by Satterthwaite.
    d_s, g_s : float
        The difference in pooled SDs, and with Hedges' exact correction, n - 2 degrees of freedom.
    d_s_interval : tuple of float
        Non-central t; exact for normal scores of equal spread; for `g_s` as well.
    """

    stayers: MeanEstimate
    leavers: MeanEstimate
    n_final_only: int
    difference: float
    interval: Interval
    t: float
    df: float
    p_value: float
    d_s: float
    g_s: float
    d_s_interval: Interval


def regression_to_the_mean(
    moments: Moments, *, population_mean: float, correlation: float, confidence: float = 0.95
) -> RegressionToTheMean:
    """How far a group chosen by its start changed beyond regression to the mean.

    Parameters
    ----------
    moments : Moments
        `paired_moments` of the chosen group.
    population_mean : float
        Mean start of all from whom the group was chosen.
    correlation : float
        Of two measurements of the same people without a change between them (the reliability, or
        the correlation of both waves in the whole population), in [-1, 1].
    confidence : float
        In (0, 1).

    Returns
    -------
    RegressionToTheMean
        Interval and p value are NaN without a spread.

    Raises
    ------
    ValueError
        If `correlation` or `confidence` is out of range.

    References
    ----------
    Galton (1886), J. Anthropol. Inst. 15, 246-263; Davis (1976), Am. J. Epidemiol. 104(5), 493-498.
    """
    _ensure_correlation(correlation)
    pull = 1 - correlation
    start, change = float(moments.mean[0]), float(moments.mean[2])
    expected = pull * (population_mean - start)
    # beyond is the mean of change + pull * start, but for a constant
    spread = moments.covariance
    variance = float(spread[2, 2] + pull**2 * spread[0, 0] + 2 * pull * spread[0, 2])
    sd = sqrt(variance) if variance > (RELATIVE_ZERO * abs(start)) ** 2 else 0.0
    error = sd / sqrt(moments.count) if moments.count > 1 else nan
    beyond = change - expected
    return RegressionToTheMean(
        n=moments.count,
        mean_change=change,
        expected=expected,
        beyond=beyond,
        interval=t_interval(beyond, error, moments.count - 1, confidence),
        confidence=confidence,
        p_value=t_two_sided_p(beyond / error, moments.count - 1) if error > 0 else nan,
    )


def expected_regression_below(cut: float, *, mean: float, sd: float, correlation: float) -> float:
    """Mean change that choosing everybody who starts below `cut` brings by itself, scores being normal.

    sd * (1 - correlation) * phi(z) / Phi(z) with z = (cut - mean) / sd, in units of the scores; NaN
    where `sd` is 0 or unknown or the cut so low that nobody is below it.

    Raises
    ------
    ValueError
        If `correlation` does not lie in [-1, 1].

    References
    ----------
    James (1973), Biometrics 29(1), 121-130; Davis (1976), Am. J. Epidemiol. 104(5), 493-498.
    """
    _ensure_correlation(correlation)
    if not sd > 0:
        return nan
    z = (cut - mean) / sd
    share = float(normal_cdf(z))
    density = exp(-z * z / 2) / sqrt(2 * pi)
    return sd * (1 - correlation) * density / share if share > 0 else nan


def attrition(starting: npt.ArrayLike, final: npt.ArrayLike, *, confidence: float = 0.95) -> Attrition:
    """Compare the starts of stayers and leavers.

    Parameters
    ----------
    starting, final : array_like, shape (n_respondents,)
        Scores paired by position; a leaver has a start and NaN at the end.
    confidence : float
        Of the intervals, in (0, 1).

    Returns
    -------
    Attrition
        NaN where a group is too small or nothing varies.

    Raises
    ------
    ValueError
        If the shapes differ or `confidence` is out of range.

    References
    ----------
    Welch (1947), Biometrika 34(1/2), 28-35; Hedges (1981), J. Educ. Stat. 6(2), 107-128.
    """
    before, after = as_pairs(starting, final)
    has_left = np.isnan(after)
    return attrition_from_moments(
        Moments.of(before[~has_left, np.newaxis]),
        Moments.of(before[has_left, np.newaxis]),
        n_final_only=int((np.isnan(before) & ~has_left).sum()),
        confidence=confidence,
    )


def attrition_from_moments(
    stayers: Moments, leavers: Moments, *, n_final_only: int = 0, confidence: float = 0.95
) -> Attrition:
    """`attrition` from merged moments of the starting scores of either group.

    Raises
    ------
    ValueError
        If `confidence` is out of range.
    """
    stayed, left = (mean_from_moments(part, confidence=confidence) for part in (stayers, leavers))
    difference = left.mean - stayed.mean
    first, second = stayed.standard_error**2, left.standard_error**2
    error = sqrt(first + second)
    has_spread = error > 0
    df = (first + second) ** 2 / (first**2 / (stayed.n - 1) + second**2 / (left.n - 1)) if has_spread else nan
    t = difference / error if has_spread else nan
    d_s, g_s, d_s_interval = _pooled(stayed, left, confidence)
    return Attrition(
        stayers=stayed,
        leavers=left,
        n_final_only=n_final_only,
        difference=difference,
        interval=t_interval(difference, error, df, confidence),
        t=t,
        df=df,
        p_value=t_two_sided_p(t, df),
        d_s=d_s,
        g_s=g_s,
        d_s_interval=d_s_interval,
    )


def _pooled(stayed: MeanEstimate, left: MeanEstimate, confidence: float) -> tuple[float, float, Interval]:
    """d_s, g_s and their interval."""
    df = stayed.n + left.n - 2
    if stayed.n < 2 or left.n < 2:
        return nan, nan, UNKNOWN
    pooled = sqrt(((stayed.n - 1) * stayed.sd**2 + (left.n - 1) * left.sd**2) / df)
    if not pooled > 0:
        return nan, nan, UNKNOWN
    d_s = (left.mean - stayed.mean) / pooled
    unit = sqrt(1 / stayed.n + 1 / left.n)
    low, high = noncentrality_interval(d_s / unit, df, confidence)
    return d_s, d_s * hedges_correction(df), (low * unit, high * unit)


def _ensure_correlation(correlation: float) -> None:
    if not -1 <= correlation <= 1:
        raise ValueError(f"correlation must lie in [-1, 1], got {correlation}")
