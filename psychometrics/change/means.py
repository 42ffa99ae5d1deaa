"""A mean with the uncertainty that is printed beside it."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import as_vector
from psychometrics.distributions import t_quantile
from psychometrics.moments import Moments


@dataclass(frozen=True)
class MeanEstimate:
    """Mean of `n` scores with its t interval, in the units of the scores; NaN where undefined."""

    n: int
    mean: float
    sd: float
    standard_error: float
    interval: tuple[float, float]
    confidence: float


def estimate_mean(scores: npt.ArrayLike, *, confidence: float = 0.95) -> MeanEstimate:
    """Mean, standard deviation (ddof=1), standard error and t interval of the scores present.

    Parameters
    ----------
    scores : array_like, shape (n_respondents,)
        NaN where missing.
    confidence : float
        Of the interval, in (0, 1).

    Returns
    -------
    MeanEstimate
        SD, error and interval are NaN with one respondent; the interval also where all are equal.

    Raises
    ------
    ValueError
        If `scores` is no vector or `confidence` is out of range.

    References
    ----------
    Student (1908), Biometrika 6(1), 1-25.
    """
    moments = Moments.of(as_vector("scores", scores)[:, np.newaxis])
    return mean_from_moments(moments, confidence=confidence)


def mean_from_moments(moments: Moments, *, variable: int = 0, confidence: float = 0.95) -> MeanEstimate:
    """`estimate_mean` of one variable of merged moments, by its position.

    Raises
    ------
    ValueError
        If `confidence` is out of range.
    """
    mean, sd = float(moments.mean[variable]), float(moments.sd[variable])
    error = standard_error_of_mean(sd, moments.count)
    return MeanEstimate(
        moments.count, mean, sd, error, t_interval(mean, error, moments.count - 1, confidence), confidence
    )


def standard_error_of_mean(sd: float, n: int) -> float:
    """sd / sqrt(n), in the units of `sd` (ddof=1); NaN below two respondents."""
    return sd / sqrt(n) if n > 1 else nan


def t_interval(
    estimate: float, standard_error: float, df: float, confidence: float = 0.95
) -> tuple[float, float]:
    """estimate -/+ t * standard_error, in their units; NaN where the error is 0 or unknown.

    Without spread there is no interval. `df` are the degrees of freedom of the error.

    Raises
    ------
    ValueError
        If `confidence` does not lie in (0, 1).

    References
    ----------
    Student (1908), Biometrika 6(1), 1-25.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie in (0, 1), got {confidence}")
    if not standard_error > 0:
        return nan, nan
    reach = t_quantile((1 + confidence) / 2, df) * standard_error
    return estimate - reach, estimate + reach
