"""The error in one score, and the reliability of a sum of scales."""

from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import as_matrix, as_vector


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
