"""Hake's normalised gain: what part of the possible growth was achieved."""

from dataclasses import dataclass
from math import isfinite, nan, sqrt

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import ROUNDING_SLACK, FloatArray, as_pairs
from psychometrics.change.means import MeanEstimate, estimate_mean
from psychometrics.change.paired import paired_moments
from psychometrics.change.standardised import UNKNOWN, Interval
from psychometrics.distributions import t_quantile
from psychometrics.moments import Moments


@dataclass(frozen=True)
class NormalisedGain:
    """Normalised gain both ways, of `n` pairs; the two differ, so each is named.

    Attributes
    ----------
    n : int
        Complete pairs.
    n_at_ceiling : int
        Pairs that start at the maximum: they have no individual gain and stay in the gain of means.
    gain_of_means : float
        Hake's <g>: mean change / (maximum - mean start).
    interval : tuple of float
        Fieller's, of `gain_of_means`; NaN where it would not be bounded.
    mean_of_gains : MeanEstimate
        Of the individual gains (final - starting) / (maximum - starting), `n` those who have one;
        losses count in full, so one pair near the ceiling can weigh much.
    """

    n: int
    n_at_ceiling: int
    gain_of_means: float
    interval: Interval
    mean_of_gains: MeanEstimate


def normalised_gain(
    starting: npt.ArrayLike, final: npt.ArrayLike, *, maximum: float = 100.0, confidence: float = 0.95
) -> NormalisedGain:
    """Share of the possible growth that was achieved, as a ratio of means and as a mean of ratios.

    Parameters
    ----------
    starting, final : array_like, shape (n_respondents,)
        Scores in the same units, paired by position; a pair with a NaN is left out.
    maximum : float
        Highest possible score.
    confidence : float
        Of the intervals, in (0, 1).

    Returns
    -------
    NormalisedGain
        Dimensionless; NaN where nobody could grow.

    Raises
    ------
    ValueError
        If the shapes differ, a score lies above `maximum` or `confidence` is out of range.

    References
    ----------
    Hake (1998), Am. J. Phys. 66(1), 64-74; both ways: Bao (2006), Am. J. Phys. 74(10), 917-922.
    Interval: Fieller (1954), J. R. Stat. Soc. B 16(2), 175-185.
    """
    gains = individual_gains(starting, final, maximum=maximum)
    moments = paired_moments(starting, final)
    ratio, interval = gain_of_means(moments, maximum=maximum, confidence=confidence)
    estimate = estimate_mean(gains, confidence=confidence)
    return NormalisedGain(moments.count, moments.count - estimate.n, ratio, interval, estimate)


def individual_gains(starting: npt.ArrayLike, final: npt.ArrayLike, *, maximum: float = 100.0) -> FloatArray:
    """(final - starting) / (maximum - starting), shape (n_respondents,).

    NaN where a wave is missing or the start is at the maximum. Arguments and errors as
    `normalised_gain`.
    """
    before, after = as_pairs(starting, final)
    highest = max(np.fmax.reduce(scores, initial=-np.inf) for scores in (before, after))
    if highest > maximum + ROUNDING_SLACK:
        raise ValueError(f"scores must not lie above maximum {maximum}, got {highest}")
    room = maximum - before
    return np.asarray((after - before) / np.where(room > ROUNDING_SLACK, room, nan))


def gain_of_means(
    moments: Moments, *, maximum: float = 100.0, confidence: float = 0.95
) -> tuple[float, Interval]:
    """Hake's <g> and Fieller's interval from merged `paired_moments`; NaN where nobody could grow.

    The gains g with (mean change - g * mean room)^2 within t^2 times its own variance. The set is an
    interval only while the mean room itself differs from 0 at this confidence.

    Raises
    ------
    ValueError
        If `confidence` does not lie in (0, 1).
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie in (0, 1), got {confidence}")
    room, change = maximum - float(moments.mean[0]), float(moments.mean[2])
    if not room > ROUNDING_SLACK:
        return nan, UNKNOWN
    gain = change / room
    if moments.count < 2:
        return gain, UNKNOWN
    # The room is maximum - starting: its covariance with the change is that of the start, negative.
    errors = moments.covariance / moments.count
    reach = t_quantile((1 + confidence) / 2, moments.count - 1) ** 2
    a = room**2 - reach * float(errors[0, 0])
    b = room * change + reach * float(errors[0, 2])
    c = change**2 - reach * float(errors[2, 2])
    discriminant = b * b - a * c
    if not (a > 0 and discriminant > 0 and isfinite(discriminant)):
        return gain, UNKNOWN
    return gain, ((b - sqrt(discriminant)) / a, (b + sqrt(discriminant)) / a)
