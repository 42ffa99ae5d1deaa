"""Change of one respondent against the error of measurement: the verdict a person reads."""

from dataclasses import dataclass
from enum import IntEnum
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import ROUNDING_SLACK, CodeArray, FloatArray, as_pairs

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
        to be reached under the fallback.
    is_fallback : bool
        The fallback decided, because the error of measurement is not known well enough.
    """

    change: FloatArray
    index: FloatArray
    verdict: CodeArray
    threshold: float
    is_fallback: bool

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
    n_sample: int = 0,
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
    n_sample : int
        Respondents behind `sd_starting` and `reliability`.
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
    if n_sample >= min_sample and sd_starting > 0 and 0 <= reliability < 1:
        error = standard_error_of_difference(sd_starting, reliability)
        threshold, index = critical_value * error, change / error
        is_beyond = np.abs(change) > threshold + ROUNDING_SLACK
        return ReliableChange(change, index, _verdicts(change, is_beyond), threshold, is_fallback=False)
    is_beyond = np.abs(change) >= fallback - ROUNDING_SLACK
    unknown = np.full_like(change, nan)
    return ReliableChange(change, unknown, _verdicts(change, is_beyond), fallback, is_fallback=True)


def _verdicts(change: FloatArray, is_beyond: npt.NDArray[np.bool_]) -> CodeArray:
    direction = np.where(change > 0, Verdict.UP, Verdict.DOWN)
    decided = np.where(is_beyond, direction, Verdict.WITHIN)
    return np.where(np.isnan(change), Verdict.UNPAIRED, decided).astype(np.int8)
