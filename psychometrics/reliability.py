"""How much of a scale score is the person and how much is error."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import as_matrix, as_vector
from psychometrics.distributions import f_quantile
from psychometrics.moments import RELATIVE_ZERO, Moments


@dataclass(frozen=True)
class CronbachAlpha:
    """Internal consistency of a scale, with the sample behind it.

    Attributes
    ----------
    alpha : float
        At most 1, may be negative; NaN where the sample cannot define it.
    interval : tuple of float
        Ends of Feldt's interval; NaN where undefined.
    confidence : float
    n : int
        Respondents who answered every item; the others are left out.
    n_items : int
    """

    alpha: float
    interval: tuple[float, float]
    confidence: float
    n: int
    n_items: int


def cronbach_alpha(responses: npt.ArrayLike, *, confidence: float = 0.95) -> CronbachAlpha:
    """Cronbach's alpha: k / (k - 1) * (1 - sum of item variances / variance of the sum).

    Parameters
    ----------
    responses : array_like, shape (n_respondents, n_items)
        Item values after reversing; rows with a NaN are left out (listwise).
    confidence : float
        Of the interval, in (0, 1).

    Returns
    -------
    CronbachAlpha
        Alpha and interval are NaN with fewer than two items or complete respondents, or where
        the sum does not vary.

    Raises
    ------
    ValueError
        If `responses` has other than two dimensions or `confidence` is out of range.

    References
    ----------
    Cronbach (1951), Psychometrika 16(3), 297-334. Interval: Feldt, Woodruff & Salih (1987),
    Appl. Psychol. Meas. 11(1), 93-103.
    """
    return cronbach_alpha_from_moments(Moments.of(as_matrix("responses", responses)), confidence=confidence)


def cronbach_alpha_from_moments(moments: Moments, *, confidence: float = 0.95) -> CronbachAlpha:
    """`cronbach_alpha` from merged moments of the items, over the respondents who answered all.

    Raises
    ------
    ValueError
        If `confidence` is out of range.
    """
    _ensure_confidence(confidence)
    n_items = moments.mean.size
    total = float(moments.comoments.sum())
    noise = moments.count * (RELATIVE_ZERO * float(np.abs(np.nan_to_num(moments.mean)).sum())) ** 2
    if n_items < 2 or moments.count < 2 or total <= noise:
        return CronbachAlpha(nan, (nan, nan), confidence, moments.count, n_items)
    alpha = n_items / (n_items - 1) * (1 - float(np.trace(moments.comoments)) / total)
    return CronbachAlpha(
        alpha,
        feldt_interval(alpha, n=moments.count, n_items=n_items, confidence=confidence),
        confidence,
        moments.count,
        n_items,
    )


def feldt_interval(alpha: float, *, n: int, n_items: int, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of alpha: (1 - population alpha) / (1 - alpha) follows F(n - 1, (n - 1)(k - 1)).

    `n` respondents answered all of the k = `n_items` items. NaN where `alpha` is NaN or the degrees
    of freedom are not positive.

    Raises
    ------
    ValueError
        If `confidence` does not lie in (0, 1).

    References
    ----------
    Feldt (1965), Psychometrika 30(3), 357-370; Feldt, Woodruff & Salih (1987), Appl. Psychol.
    Meas. 11(1), 93-103.
    """
    _ensure_confidence(confidence)
    df = n - 1, (n - 1) * (n_items - 1)
    tail = (1 - confidence) / 2
    return 1 - (1 - alpha) * f_quantile(1 - tail, *df), 1 - (1 - alpha) * f_quantile(tail, *df)


def standard_error_of_measurement(sd: float, reliability: float) -> float:
    """Standard deviation of the error in one observed score: sd * sqrt(1 - reliability).

    Parameters
    ----------
    sd : float
        Standard deviation (ddof=1) of the scores, not negative, in scale units; NaN where unknown.
    reliability : float
        At most 1; a negative alpha is taken as it is. NaN where unknown.

    Returns
    -------
    float
        In scale units; NaN where an argument is.

    Raises
    ------
    ValueError
        If `sd` is negative or `reliability` is above 1.

    References
    ----------
    Lord & Novick (1968), Statistical theories of mental test scores, section 3.4.
    """
    if sd < 0 or reliability > 1:
        raise ValueError(f"sd must not be negative and reliability not above 1, got {sd} and {reliability}")
    return sd * sqrt(1 - reliability)


def composite_reliability(
    weights: npt.ArrayLike, covariance: npt.ArrayLike, reliabilities: npt.ArrayLike
) -> float:
    """Reliability of a weighted sum of scales, from the reliabilities of its parts.

    1 - sum(w^2 * variance * (1 - reliability)) / variance of the composite, errors of
    different parts being uncorrelated.

    Parameters
    ----------
    weights : array_like, shape (n_parts,)
    covariance : array_like, shape (n_parts, n_parts)
        Sample covariances of the observed part scores.
    reliabilities : array_like, shape (n_parts,)
        At most 1 each; NaN where unknown.

    Returns
    -------
    float
        NaN where the composite does not vary or a part's reliability is unknown.

    Raises
    ------
    ValueError
        If the shapes differ or a reliability is above 1.

    References
    ----------
    Mosier (1943), Psychometrika 8(3), 161-168.
    """
    shares, known = as_vector("weights", weights), as_vector("reliabilities", reliabilities)
    spread = as_matrix("covariance", covariance)
    if not shares.shape == known.shape == spread.shape[:1] == spread.shape[1:]:
        raise ValueError(
            f"{shares.size} weights, {known.size} reliabilities, covariance of shape {spread.shape}"
        )
    if (known > 1).any():
        raise ValueError(f"reliabilities must not be above 1, got {known.tolist()}")
    composite = float(shares @ spread @ shares)
    if not composite > 0:
        return nan
    return 1 - float(np.sum(shares**2 * np.diagonal(spread) * (1 - known))) / composite


def _ensure_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie in (0, 1), got {confidence}")
