"""Weighted kappa of two raters."""

from dataclasses import dataclass
from enum import StrEnum
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray, as_pairs
from psychometrics.reliability.confidence import ensure_confidence

# More values than a rating scale has: the table of both raters would not fit memory.
MAX_VALUES = 1000


class Weights(StrEnum):
    """How much of a disagreement counts, by the distance of both ratings."""

    LINEAR = "linear"
    QUADRATIC = "quadratic"


@dataclass(frozen=True)
class WeightedKappa:
    """Agreement of two raters beyond chance, in which near ratings count as partly agreeing.

    Attributes
    ----------
    kappa : float
        At most 1, may be negative; NaN where no disagreement could have been expected.
    standard_error : float
        For an interval about `kappa`; 0 in a perfect agreement, which it does not make certain.
    null_standard_error : float
        For the test of no agreement beyond chance: kappa / null_standard_error is standard normal.
    interval : tuple of float
        kappa -/+ normal quantile * `standard_error`, not cut at 1.
    weights : Weights
    n : int
        Subjects whom both raters rated.
    """

    kappa: float
    standard_error: float
    null_standard_error: float
    interval: tuple[float, float]
    weights: Weights
    n: int


def weighted_kappa(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    weights: Weights | str = Weights.QUADRATIC,
    confidence: float = 0.95,
) -> WeightedKappa:
    """Cohen's weighted kappa with the large-sample standard errors of Fleiss, Cohen and Everitt.

    A pair of ratings agrees by 1 - |difference| / range (linear) or by 1 - (difference / range)^2
    (quadratic); categories that nobody used change nothing.

    Parameters
    ----------
    first, second : array_like, shape (n_subjects,)
        Ratings on the same scale, paired by position; NaN where missing: such pairs are left out.
    weights : Weights or str
    confidence : float
        Of the interval, in (0, 1).

    Returns
    -------
    WeightedKappa
        NaN without a pair, where all ratings are equal, or with over 1,000 different values.

    Raises
    ------
    ValueError
        If the lengths differ, or `weights` or `confidence` is out of range.

    References
    ----------
    Cohen (1968), Psychol. Bull. 70(4), 213-220; Fleiss, Cohen & Everitt (1969), Psychol. Bull.
    72(5), 323-327.
    """
    ensure_confidence(confidence)
    kind = Weights(weights)
    one, other = as_pairs(first, second)
    is_rated = ~(np.isnan(one) | np.isnan(other))
    n = int(np.count_nonzero(is_rated))
    values, places = np.unique(np.concatenate((one[is_rated], other[is_rated])), return_inverse=True)
    if not 2 <= values.size <= MAX_VALUES:
        return WeightedKappa(nan, nan, nan, (nan, nan), kind, n)
    shares = _joint_shares(places[:n], places[n:], values.size)
    kappa, error, null_error = _kappa(shares, _agreement_weights(values, kind), n)
    return WeightedKappa(kappa, error, null_error, _interval(kappa, error, confidence), kind, n)


def _joint_shares(rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp], size: int) -> FloatArray:
    counts = np.bincount(rows * size + columns, minlength=size * size)
    return counts.reshape(size, size) / rows.size


def _agreement_weights(values: FloatArray, kind: Weights) -> FloatArray:
    distance = np.abs(np.subtract.outer(values, values)) / (values[-1] - values[0])
    return np.asarray(1 - (distance if kind is Weights.LINEAR else distance**2))


def _kappa(shares: FloatArray, weights: FloatArray, n: int) -> tuple[float, float, float]:
    """Kappa and its standard errors: equations 8 to 11 of Fleiss, Cohen and Everitt."""
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    chance = np.outer(rows, columns)
    observed, expected = float(np.sum(weights * shares)), float(np.sum(weights * chance))
    beyond = 1 - expected
    mean_weights = np.add.outer(weights @ columns, weights.T @ rows)
    spread = float(np.sum(shares * (weights * beyond - mean_weights * (1 - observed)) ** 2))
    variance = (spread - (observed * expected - 2 * expected + observed) ** 2) / (n * beyond**4)
    null = (float(np.sum(chance * (weights - mean_weights) ** 2)) - expected**2) / (n * beyond**2)
    # Rounding may leave a variance of zero a little below it.
    return (observed - expected) / beyond, sqrt(max(variance, 0.0)), sqrt(max(null, 0.0))


def _interval(kappa: float, error: float, confidence: float) -> tuple[float, float]:
    from scipy.special import ndtri

    reach = float(ndtri((1 + confidence) / 2)) * error
    return kappa - reach, kappa + reach
