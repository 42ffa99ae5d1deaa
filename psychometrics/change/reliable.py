"""Change of one respondent against the error of measurement: the verdict a person reads."""

from dataclasses import dataclass
from enum import IntEnum
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import ROUNDING_SLACK, CodeArray, FloatArray, as_pairs, as_vector

CRITICAL_VALUE = 1.96
SMALLEST_SAMPLE = 30


class Verdict(IntEnum):
    """What a pair of scores says; `UNPAIRED` where a wave is missing."""

    UNPAIRED = -2
    DOWN = -1
    WITHIN = 0
    UP = 1


@dataclass(frozen=True, eq=False)
class ReliableChange:
    """Verdicts of all respondents under one rule.

    Attributes
    ----------
    change : ndarray, shape (n_respondents,)
        final - starting, in the units of the scores; NaN where a wave is missing.
    index : ndarray, shape (n_respondents,)
        Reliable change index; NaN where a wave is missing and throughout under the fallback.
    verdict : ndarray of int8, shape (n_respondents,)
        Codes of `Verdict`.
    threshold : float
        Size of change the rule asks for, in the units of the scores: to be exceeded by the index,
        to be reached under the fallback. NaN where each respondent has a threshold of her own.
    is_fallback : bool
        The fallback decided, because the error of measurement is not known well enough.
    thresholds : ndarray, shape (n_respondents,)
        The same by respondent; NaN where a wave or its error is missing. change -/+ thresholds is
        the interval of the true change, unless the fallback decided.
    """

    change: FloatArray
    index: FloatArray
    verdict: CodeArray
    threshold: float
    is_fallback: bool
    thresholds: FloatArray

    def count(self, verdict: Verdict) -> int:
        """Respondents with this verdict."""
        return int(np.count_nonzero(self.verdict == verdict))


def reliable_change_index(
    starting: npt.ArrayLike, final: npt.ArrayLike, *, sd_starting: float, reliability: float
) -> FloatArray:
    """Change of each respondent in units of its measurement error.

    Parameters
    ----------
    starting, final : array_like, shape (n_respondents,)
        Scale scores in the same units, paired by position; NaN marks a missing wave.
    sd_starting : float
        Sample standard deviation (ddof=1) of the starting scores, in scale units, above 0.
    reliability : float
        Reliability of the scale, in [0, 1).

    Returns
    -------
    ndarray, shape (n_respondents,)
        Dimensionless; beyond +/-1.96 error alone is an unlikely cause. NaN where a wave is missing.

    Raises
    ------
    ValueError
        If the shapes differ, or `sd_starting` or `reliability` is out of range.

    References
    ----------
    Jacobson & Truax (1991), J. Consult. Clin. Psychol. 59(1), 12-19.
    """
    before, after = as_pairs(starting, final)
    return (after - before) / standard_error_of_difference(sd_starting, reliability)


def standard_error_of_difference(sd_starting: float, reliability: float) -> float:
    """Spread of the difference of two scores by error alone: sd * sqrt(2 (1 - reliability)).

    In the units of `sd_starting`; arguments, errors and source as `reliable_change_index`.
    """
    if not (sd_starting > 0 and 0 <= reliability < 1):
        raise ValueError(
            f"sd_starting must be above 0 and reliability in [0, 1), got {sd_starting} and {reliability}"
        )
    return sd_starting * sqrt(2 * (1 - reliability))


def reliable_change(
    starting: npt.ArrayLike,
    final: npt.ArrayLike,
    *,
    sd_starting: float = nan,
    reliability: float = nan,
    n_sample: int | None = None,
    fallback: float = 10.0,
    min_sample: int = SMALLEST_SAMPLE,
    critical_value: float = CRITICAL_VALUE,
) -> ReliableChange:
    """Verdict for each respondent: up, within the precision of measurement, or down.

    The index decides (beyond +/- `critical_value`) when SD and reliability come from at least
    `min_sample` respondents and define an error; otherwise a change of `fallback` or more does.

    Parameters
    ----------
    starting, final : array_like, shape (n_respondents,)
        Scale scores in the same units, paired by position; NaN marks a missing wave.
    sd_starting, reliability : float
        Of the starting wave; NaN where unknown. An SD of 0 or a reliability outside [0, 1), which
        small samples do yield, leads to the fallback.
    n_sample : int, optional
        Respondents behind `sd_starting` and `reliability`; None where these are published norms,
        known from elsewhere.
    fallback : float
        In scale units, above 0.
    min_sample : int
        Fewest respondents on whom the index may rest.
    critical_value : float
        1.96 keeps false verdicts at 5 % in all, half of them up.

    Returns
    -------
    ReliableChange

    Raises
    ------
    ValueError
        If the shapes differ, `fallback` is not positive, `sd_starting` is negative or
        `reliability` above 1.

    References
    ----------
    Jacobson & Truax (1991), J. Consult. Clin. Psychol. 59(1), 12-19.
    """
    before, after = as_pairs(starting, final)
    if not fallback > 0 or sd_starting < 0 or reliability > 1:
        raise ValueError(
            f"fallback must be above 0, sd_starting not negative, reliability not above 1, "
            f"got {fallback}, {sd_starting}, {reliability}"
        )
    change = after - before
    is_known = n_sample is None or n_sample >= min_sample
    if is_known and sd_starting > 0 and 0 <= reliability < 1:
        error = standard_error_of_difference(sd_starting, reliability)
        threshold, index = critical_value * error, change / error
        is_beyond = np.abs(change) > threshold + ROUNDING_SLACK
        return ReliableChange(
            change, index, _verdicts(change, is_beyond), threshold, False, _each(threshold, change)
        )
    is_beyond = np.abs(change) >= fallback - ROUNDING_SLACK
    unknown = np.full_like(change, nan)
    return ReliableChange(
        change, unknown, _verdicts(change, is_beyond), fallback, True, _each(fallback, change)
    )


def reliable_change_from_errors(
    starting: npt.ArrayLike,
    final: npt.ArrayLike,
    *,
    se_starting: npt.ArrayLike,
    se_final: npt.ArrayLike,
    critical_value: float = CRITICAL_VALUE,
) -> ReliableChange:
    """Verdict for each respondent by her own errors, as an IRT calibration gives them.

    The index is (final - starting) / sqrt(se_starting^2 + se_final^2).

    Parameters
    ----------
    starting, final : array_like, shape (n_respondents,)
        Ability estimates on one scale (both waves from one calibration or linked), weighted
        likelihood rather than EAP: a shrunk estimate understates the change. NaN where missing.
    se_starting, se_final : array_like, shape (n_respondents,)
        Their standard errors, in the same units, not negative; NaN where unknown.
    critical_value : float
        Above 0.

    Returns
    -------
    ReliableChange
        `UNPAIRED` where an estimate or an error is missing or both errors are 0; `threshold` is
        NaN, `thresholds` has one for each respondent.

    Raises
    ------
    ValueError
        If the shapes differ, an error is negative or `critical_value` is not positive.

    References
    ----------
    Jabrayilov, Emons & Sijtsma (2016), Appl. Psychol. Meas. 40(8), 559-572.
    """
    before, after = as_pairs(starting, final)
    first, second = as_vector("se_starting", se_starting), as_vector("se_final", se_final)
    if not before.shape == first.shape == second.shape:
        raise ValueError(f"{before.size} pairs need as many errors, got {first.size} and {second.size}")
    if (first < 0).any() or (second < 0).any() or not critical_value > 0:
        raise ValueError("errors must not be negative and critical_value be above 0")
    error = np.hypot(first, second)
    error = np.where(error > 0, error, nan)
    change = np.where(np.isnan(error), nan, after - before)
    thresholds = np.where(np.isnan(change), nan, critical_value * error)
    is_beyond = np.abs(change) > thresholds + ROUNDING_SLACK
    return ReliableChange(change, change / error, _verdicts(change, is_beyond), nan, False, thresholds)


def _each(threshold: float, change: FloatArray) -> FloatArray:
    return np.where(np.isnan(change), nan, threshold)


def _verdicts(change: FloatArray, is_beyond: npt.NDArray[np.bool_]) -> CodeArray:
    direction = np.where(change > 0, Verdict.UP, Verdict.DOWN)
    decided = np.where(is_beyond, direction, Verdict.WITHIN)
    return np.where(np.isnan(change), Verdict.UNPAIRED, decided).astype(np.int8)
