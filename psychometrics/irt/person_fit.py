"""Person fit: are one respondent's answers as likely as those of others at the same theta?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import CodeArray, FloatArray, IntArray
from psychometrics.irt.answers import blocks, read_answers
from psychometrics.irt.calibration import Calibration
from psychometrics.irt.curves import category_curves
from psychometrics.irt.persons import person_scores

ROUNDING_SHARE = 1e-9


@dataclass(frozen=True, eq=False)
class PersonFit:
    """Standardised log-likelihoods; low values mark answers that do not go together.

    Attributes
    ----------
    lz, lz_star : ndarray, shape (n_respondents,)
        Both about N(0, 1) under the model in long tests, `lz_star` in shorter ones as well; NaN
        without theta or where all patterns of that theta are equally likely.
    n_answered : ndarray of int, shape (n_respondents,)
    """

    lz: FloatArray
    lz_star: FloatArray
    n_answered: IntArray


def person_fit(calibration: Calibration, responses: npt.ArrayLike) -> PersonFit:
    """l_z and l_z* of each respondent at the weighted likelihood estimate of theta.

    W = sum of log P of the answers less its expectation; l_z = W / sqrt(var W). Theta comes from
    the same answers, which makes l_z too small in spread: l_z* takes what theta absorbs out of the weights,
    w = log P - c (log P)', c = sum P' log P / I, and is (W + c J / 2I) / sqrt(sum var w).

    Parameters
    ----------
    calibration : Calibration
    responses : array_like, shape (n_respondents, n_items)
        Codes; NaN where there is no answer.

    Returns
    -------
    PersonFit

    Raises
    ------
    ValueError
        If `responses` do not fit the calibration.

    References
    ----------
    Drasgow, Levine & Williams (1985), Br. J. Math. Stat. Psychol. 38(1), 67-86; Snijders (2001),
    Psychometrika 66(3), 331-342; categories: Sinharay (2016), Psychometrika 81(4), 992-1013.
    """
    scores = person_scores(calibration, responses, "wle")
    numbers = read_answers(calibration, responses).numbers
    fits = np.full((len(numbers), 2), np.nan)
    scored = np.flatnonzero(np.isfinite(scores.theta))
    for part in blocks(scored.size):
        rows = scored[part]
        fits[rows] = _standardised(calibration, numbers[rows], scores.theta[rows])
    return PersonFit(fits[:, 0], fits[:, 1], scores.n_answered)


def _standardised(calibration: Calibration, numbers: CodeArray, theta: FloatArray) -> FloatArray:
    """l_z and l_z*, shape (n_respondents, 2)."""
    curves = category_curves(calibration, theta)
    counts = (numbers >= 0)[:, :, None]
    logs, first, second = (
        np.where(counts, np.nan_to_num(values), 0)
        for values in (curves.log_probabilities, curves.log_first, curves.log_second)
    )
    chances = np.where(counts, np.nan_to_num(curves.probabilities), 0)
    chosen = np.take_along_axis(logs, numbers.clip(min=0)[:, :, None].astype(np.int64), axis=2)
    surprise = chosen.sum(axis=(1, 2)) - (chances * logs).sum(axis=(1, 2))
    information = (chances * first**2).sum(axis=(1, 2))
    bias = (chances * first * (second + first**2)).sum(axis=(1, 2))
    absorbed = (chances * first * logs).sum(axis=(1, 2)) / information
    plain = _variance(chances, logs)
    corrected = _variance(chances, logs - absorbed[:, None, None] * first)
    lz = surprise / _root(plain, information)
    lz_star = (surprise + absorbed * bias / (2 * information)) / _root(corrected, plain)
    return np.column_stack([lz, lz_star])


def _variance(chances: FloatArray, weights: FloatArray) -> FloatArray:
    """Of the summed weights of the answers."""
    mean = (chances * weights).sum(axis=2, keepdims=True)
    variance: FloatArray = (chances * (weights - mean) ** 2).sum(axis=(1, 2))
    return variance


def _root(variance: FloatArray, against: FloatArray) -> FloatArray:
    """Square root, NaN where the variance is rounding only."""
    return np.sqrt(np.where(variance > ROUNDING_SHARE * against, variance, np.nan))
