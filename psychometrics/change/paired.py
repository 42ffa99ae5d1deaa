"""Change of a group between two waves: pairs of the same respondents."""

from dataclasses import dataclass, replace
from math import nan

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import as_pairs
from psychometrics.change.bootstrap import DRAWS, BootstrapChange, bootstrap_change
from psychometrics.change.means import standard_error_of_mean, t_interval
from psychometrics.change.ranks import SignedRanks, Zeros, signed_ranks
from psychometrics.change.standardised import (
    Interval,
    d_av_interval,
    d_z_interval,
    hedges_correction,
)
from psychometrics.distributions import t_two_sided_p
from psychometrics.moments import RELATIVE_ZERO, Moments


@dataclass(frozen=True)
class PairedChange:
    """Start against final of the respondents who have both; NaN where `n` pairs cannot define it.

    Means, SDs (ddof=1), the change, its standard error and interval are in the units of the
    scores; the correlation, `t` and the effect sizes have none.

    Attributes
    ----------
    d_z : float
        Mean change in SDs of the change.
    g_z : float
        `d_z` times Hedges' exact correction with n - 1 degrees of freedom.
    d_av : float
        Mean change in units of the mean of both waves' SDs.
    g_av : float
        `d_av` times Hedges' exact correction with 2 (n - 1) degrees of freedom.
    d_z_interval : tuple of float
        Of the population's d_z, by the non-central t: exact for normal changes, for `g_z` as well.
    d_av_interval : tuple of float
        Of the population's d_av, approximate (see `d_av_interval` of the package), for `g_av` as well.
    wilcoxon : SignedRanks or None
        None where only moments are known.
    bootstrap : BootstrapChange or None
        None where only moments are known or no generator was given.
    """

    n: int
    mean_starting: float
    mean_final: float
    sd_starting: float
    sd_final: float
    correlation: float
    mean_change: float
    sd_change: float
    standard_error: float
    interval: Interval
    confidence: float
    t: float
    df: int
    p_value: float
    d_z: float
    g_z: float
    d_av: float
    g_av: float
    d_z_interval: Interval
    d_av_interval: Interval
    wilcoxon: SignedRanks | None = None
    bootstrap: BootstrapChange | None = None


def paired_change(
    starting: npt.ArrayLike,
    final: npt.ArrayLike,
    *,
    confidence: float = 0.95,
    zeros: Zeros | str = Zeros.DROPPED,
    rng: np.random.Generator | None = None,
    draws: int = DRAWS,
) -> PairedChange:
    """Mean change with its t interval, paired t and Wilcoxon's test, named effect sizes.

    Parameters
    ----------
    starting, final : array_like, shape (n_respondents,)
        Scores in the same units, paired by position; a pair with a NaN is left out.
    confidence : float
        Of the intervals, in (0, 1).
    zeros : Zeros
        What Wilcoxon's test does with pairs that did not change; see `signed_ranks`.
    rng : numpy.random.Generator, optional
        Draws the bootstrap; without it there is none.
    draws : int
        Of the bootstrap.

    Returns
    -------
    PairedChange
        The change is final - starting. What rests on a spread that is not there is NaN.

    Raises
    ------
    ValueError
        If the shapes differ, or `confidence`, `zeros` or `draws` is out of range.

    References
    ----------
    Interval and test: Student (1908), Biometrika 6(1), 1-25. d_z, d_av: Lakens (2013), Front.
    Psychol. 4:863. Correction: Hedges (1981), J. Educ. Stat. 6(2), 107-128.
    """
    result = paired_change_from_moments(paired_moments(starting, final), confidence=confidence)
    ranks = signed_ranks(starting, final, zeros=zeros)
    if rng is None:
        return replace(result, wilcoxon=ranks)
    resampled = bootstrap_change(starting, final, rng=rng, draws=draws, confidence=confidence)
    return replace(result, wilcoxon=ranks, bootstrap=resampled)


def paired_moments(starting: npt.ArrayLike, final: npt.ArrayLike) -> Moments:
    """Moments of starting, final and change (in this order) over the complete pairs.

    The change is a variable of its own: taken from the moments of the other two, its spread
    would lose digits where the waves correlate highly. Both arguments have shape (n_respondents,).

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    before, after = as_pairs(starting, final)
    return Moments.of(np.column_stack((before, after, after - before)))


def paired_change_from_moments(moments: Moments, *, confidence: float = 0.95) -> PairedChange:
    """`paired_change` from merged `paired_moments`, without ranks and bootstrap.

    Raises
    ------
    ValueError
        If the moments are not those of three variables or `confidence` is out of range.
    """
    if moments.mean.size != 3:
        raise ValueError(f"moments of starting, final and change expected, got {moments.mean.size} variables")
    n, df = moments.count, moments.count - 1
    mean_starting, mean_final, mean_change = (float(mean) for mean in moments.mean)
    sd_starting, sd_final, sd_change = (float(sd) for sd in moments.sd)
    # Differences of equal steps keep the rounding of the scores, not only their own.
    if sd_change <= RELATIVE_ZERO * max(abs(mean_starting), abs(mean_final)):
        sd_change = 0.0
    error = standard_error_of_mean(sd_change, n)
    t = _ratio(mean_change, error)
    d_z = _ratio(mean_change, sd_change)
    d_av = _ratio(mean_change, (sd_starting + sd_final) / 2)
    correlation = _ratio(float(moments.covariance[0, 1]), sd_starting * sd_final)
    return PairedChange(
        n=n,
        mean_starting=mean_starting,
        mean_final=mean_final,
        sd_starting=sd_starting,
        sd_final=sd_final,
        correlation=correlation,
        mean_change=mean_change,
        sd_change=sd_change,
        standard_error=error,
        interval=t_interval(mean_change, error, df, confidence),
        confidence=confidence,
        t=t,
        df=max(df, 0),
        p_value=t_two_sided_p(t, df),
        d_z=d_z,
        g_z=d_z * hedges_correction(df),
        d_av=d_av,
        g_av=d_av * hedges_correction(2 * df),
        d_z_interval=d_z_interval(t, n, confidence),
        d_av_interval=d_av_interval(
            t,
            n,
            sd_starting=sd_starting,
            sd_final=sd_final,
            sd_change=sd_change,
            correlation=correlation,
            confidence=confidence,
        ),
    )


def median_change(starting: npt.ArrayLike, final: npt.ArrayLike) -> float:
    """Median of final - starting over the complete pairs, in their units; NaN without pairs.

    Both arguments have shape (n_respondents,). A median is not mergeable: it needs all pairs at once.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    before, after = as_pairs(starting, final)
    change = after - before
    present = change[~np.isnan(change)]
    return float(np.median(present)) if present.size else nan


def _ratio(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator > 0 else nan
