"""Cronbach's alpha with Feldt's interval."""

from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import as_matrix
from psychometrics.distributions import f_quantile
from psychometrics.moments import RELATIVE_ZERO, Moments
from psychometrics.reliability.confidence import ensure_confidence


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
    ensure_confidence(confidence)
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
    ensure_confidence(confidence)
    df = n - 1, (n - 1) * (n_items - 1)
    tail = (1 - confidence) / 2
    return 1 - (1 - alpha) * f_quantile(1 - tail, *df), 1 - (1 - alpha) * f_quantile(tail, *df)


def distribution_free_interval(responses: npt.ArrayLike, *, confidence: float = 0.95) -> tuple[float, float]:
    """Interval of alpha that does not take the answers for normal, for larger samples.

    The delta method with the sample's own fourth moments, on log(1 - alpha). Feldt's interval is too
    narrow where people and errors are skewed and heavy-tailed; this one needs some hundreds of people.

    Parameters
    ----------
    responses : array_like, shape (n_respondents, n_items)
        As for `cronbach_alpha`.
    confidence : float
        In (0, 1).

    Returns
    -------
    tuple of float
        NaN where alpha is undefined or 1.

    Raises
    ------
    ValueError
        If `responses` has other than two dimensions or `confidence` is out of range.

    References
    ----------
    Maydeu-Olivares, Coffman & Hartmann (2007), Psychol. Methods 12(2), 157-176.
    """
    from scipy.special import ndtri

    items = as_matrix("responses", responses)
    found = cronbach_alpha(items, confidence=confidence)
    if not found.alpha < 1:
        return nan, nan
    centred = items[~np.isnan(items).any(axis=1)]
    centred = centred - centred.mean(axis=0)
    squares, totals = np.sum(centred**2, axis=1), centred.sum(axis=1) ** 2
    # How far each person pulls log(1 - alpha): the derivative by her weight in both variances.
    share = float(squares.sum() / totals.sum())
    slope = found.n_items / (found.n_items - 1) / (1 - found.alpha) / float(totals.mean())
    pulls = slope * (squares - share * totals)
    reach = float(ndtri((1 + confidence) / 2)) * float(np.sqrt(np.mean(pulls**2) / (found.n - 1)))
    return float(1 - (1 - found.alpha) * np.exp(reach)), float(1 - (1 - found.alpha) * np.exp(-reach))
