"""Several tests at once."""

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray, as_vector


def holm(p_values: npt.ArrayLike) -> FloatArray:
    """p values adjusted so that a bound on them holds for all tests together.

    Parameters
    ----------
    p_values : array_like, shape (n_tests,)
        NaN where a test could not be made: it stays NaN and does not count.

    Returns
    -------
    ndarray, shape (n_tests,)
        In the order given, at most 1.

    Raises
    ------
    ValueError
        If a value lies outside [0, 1].

    References
    ----------
    Holm (1979), Scand. J. Stat. 6(2), 65-70.
    """
    values = as_vector("p_values", p_values)
    present = values[~np.isnan(values)]
    if ((present < 0) | (present > 1)).any():
        raise ValueError(f"p values must lie in [0, 1], got {present.tolist()}")
    order = np.argsort(present, kind="stable")
    steps = np.maximum.accumulate(present[order] * np.arange(present.size, 0, -1))
    adjusted = np.empty_like(present)
    adjusted[order] = np.minimum(steps, 1)
    result = np.full_like(values, np.nan)
    result[~np.isnan(values)] = adjusted
    return result
