"""The four ways an answer can be missing, kept apart in small integers."""

from enum import IntEnum

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import BoolArray, FloatArray, as_codes


class Missing(IntEnum):
    """Code of an absent answer in an int8 matrix; answers themselves are 0 or more."""

    SKIPPED = -1
    NOT_APPLICABLE = -2
    NOT_SHOWN = -3
    NOT_REACHED = -4


def missing_to_nan(coded: npt.ArrayLike) -> FloatArray:
    """Answers as numbers, each of the four missing codes as NaN.

    Parameters
    ----------
    coded : array_like of int, shape (n_respondents, n_items)
        Answer values of 0 or more, or a `Missing` code.

    Returns
    -------
    ndarray of float64, same shape

    Raises
    ------
    ValueError
        If a value is below -4 or not a whole number.
    """
    codes = as_codes("coded", coded, ndim=2)
    if codes.size and codes.min() < min(Missing):
        raise ValueError(f"coded holds {codes.min()}, which is neither an answer nor a missing code")
    return np.where(codes < 0, np.nan, codes)


def is_shown(coded: npt.ArrayLike) -> BoolArray:
    """Items the respondent had before her, answered or not; shape (n_respondents, n_items).

    Skipped and not applicable items were shown; those hidden by a rule or lying
    beyond the last page opened were not. `coded` is as for `missing_to_nan`.

    Raises
    ------
    ValueError
        If `coded` has other than two dimensions or holds no whole numbers.
    """
    codes = as_codes("coded", coded, ndim=2)
    return np.asarray((codes != Missing.NOT_SHOWN) & (codes != Missing.NOT_REACHED))
