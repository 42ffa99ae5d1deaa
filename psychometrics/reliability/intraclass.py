"""Intraclass correlations of a complete table of subjects by raters."""

from dataclasses import dataclass
from math import inf, nan

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.distributions import f_quantile

# A mean square below this share of the squared ratings is what rounding leaves of zero.
NO_SPREAD = 1e-24


@dataclass(frozen=True)
class Intraclass:
    """An intraclass correlation with its F interval.

    Attributes
    ----------
    value : float
        At most 1, may be negative; NaN where subjects do not differ and nothing else varies.
    interval : tuple of float
        NaN besides where ratings agree without any residue, which gives no error to judge by.
    """

    value: float
    interval: tuple[float, float]


UNDEFINED = Intraclass(nan, (nan, nan))


@dataclass(frozen=True)
class MeanSquares:
    """Two-way analysis of variance of n subjects by k raters, one rating a cell."""

    subjects: float
    raters: float
    residual: float
    n: int
    k: int

    @classmethod
    def of(cls, ratings: FloatArray) -> "MeanSquares":
        """Of a table (n_subjects, n_raters) without NaN, at least two of each."""
        n, k = ratings.shape
        centred = ratings - ratings.mean()
        by_subject, by_rater = centred.mean(axis=1), centred.mean(axis=0)
        residue = centred - by_subject[:, None] - by_rater
        noise = NO_SPREAD * float(np.max(np.abs(ratings)) ** 2)
        by_residue = float(np.sum(residue**2)) / ((n - 1) * (k - 1))
        return cls(
            subjects=_unless_noise(k * float(by_subject @ by_subject) / (n - 1), noise),
            raters=_unless_noise(n * float(by_rater @ by_rater) / (k - 1), noise),
            residual=_unless_noise(by_residue, noise),
            n=n,
            k=k,
        )

    @property
    def f(self) -> float:
        """Subjects against residue; infinite without residue, NaN without either."""
        if self.residual > 0:
            return self.subjects / self.residual
        return inf if self.subjects > 0 else nan


def _unless_noise(square: float, noise: float) -> float:
    return square if square > noise else 0.0


def single_agreement(squares: MeanSquares, confidence: float) -> Intraclass:
    """ICC(A,1), the same as ICC(2,1): a rater's level counts as disagreement."""
    n, k = squares.n, squares.k
    b, j, e = squares.subjects, squares.raters, squares.residual
    total = b + (k - 1) * e + k * (j - e) / n
    if not total > 0:
        return UNDEFINED
    value = (b - e) / total
    if not e > 0:
        return Intraclass(value, (nan, nan))
    df = _satterthwaite(value, squares)
    tail = (1 - confidence) / 2
    upper, lower = f_quantile(1 - tail, n - 1, df), f_quantile(1 - tail, df, n - 1)
    rest = k * j + (k * n - k - n) * e
    return Intraclass(
        value, (n * (b - upper * e) / (upper * rest + n * b), n * (lower * b - e) / (rest + n * lower * b))
    )


def average_agreement(squares: MeanSquares, confidence: float) -> Intraclass:
    """ICC(A,k), the same as ICC(2,k): of the mean of all k raters."""
    n, b, e = squares.n, squares.subjects, squares.residual
    total = b + (squares.raters - e) / n
    if not total > 0:
        return UNDEFINED
    low, high = single_agreement(squares, confidence).interval
    return Intraclass((b - e) / total, (_stepped_up(low, squares.k), _stepped_up(high, squares.k)))


def single_consistency(squares: MeanSquares, confidence: float) -> Intraclass:
    """ICC(C,1), the same as ICC(3,1): a rater's level does not matter."""
    k, b, e = squares.k, squares.subjects, squares.residual
    if not b + (k - 1) * e > 0:
        return UNDEFINED
    low, high = _f_ends(squares, confidence)
    return Intraclass((b - e) / (b + (k - 1) * e), ((low - 1) / (low + k - 1), (high - 1) / (high + k - 1)))


def average_consistency(squares: MeanSquares, confidence: float) -> Intraclass:
    """ICC(C,k), the same as ICC(3,k) and as Cronbach's alpha of the raters."""
    if not squares.subjects > 0:
        return UNDEFINED
    low, high = _f_ends(squares, confidence)
    return Intraclass(1 - squares.residual / squares.subjects, (1 - 1 / low, 1 - 1 / high))


def _satterthwaite(value: float, squares: MeanSquares) -> float:
    """Degrees of freedom of the mix of both mean squares that subjects are held against."""
    n, k = squares.n, squares.k
    by_raters = k * value * squares.raters
    by_residue = (n * (1 + (k - 1) * value) - k * value) * squares.residual
    parts = by_raters**2 / (k - 1) + by_residue**2 / ((n - 1) * (k - 1))
    return (by_raters + by_residue) ** 2 / parts


def _f_ends(squares: MeanSquares, confidence: float) -> tuple[float, float]:
    if not squares.residual > 0:
        return nan, nan
    df, df_residual = squares.n - 1, (squares.n - 1) * (squares.k - 1)
    tail = (1 - confidence) / 2
    return (
        squares.f / f_quantile(1 - tail, df, df_residual),
        squares.f * f_quantile(1 - tail, df_residual, df),
    )


def _stepped_up(single: float, k: int) -> float:
    """Spearman-Brown: the mean of k raters from one; NaN beyond -1 / (k - 1)."""
    length = 1 + (k - 1) * single
    return k * single / length if length > 0 else nan
