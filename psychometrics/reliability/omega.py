"""McDonald's omega of one factor."""

from dataclasses import dataclass
from enum import StrEnum
from math import log, nan, sqrt

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray, as_matrix
from psychometrics.moments import Moments
from psychometrics.reliability.confidence import ensure_confidence
from psychometrics.reliability.one_factor import OneFactor, fit_one_factor


class OmegaNote(StrEnum):
    """What keeps an omega from being defined, or from being read as it stands."""

    TOO_FEW_ITEMS = "too_few_items"
    TOO_FEW_RESPONDENTS = "too_few_respondents"
    CONSTANT_ITEM = "constant_item"
    SINGULAR = "singular"
    NOT_CONVERGED = "not_converged"
    HEYWOOD_CASE = "heywood_case"
    NEGATIVE_LOADING = "negative_loading"


@dataclass(frozen=True, eq=False)
class McDonaldOmega:
    """Share of the variance of a sum of items that their common factor accounts for.

    Attributes
    ----------
    omega : float
        Of the sum of the items as they are scored (covariance matrix), 0 to 1; NaN where
        undefined or not converged.
    standardised : float
        Of the sum of the items after each was divided by its SD (correlation matrix).
    standard_error : float
        Of `omega`; NaN besides where a unique variance stands at its floor.
    interval : tuple of float
        Ends, by the delta method on log(omega / (1 - omega)); NaN as `standard_error`.
    confidence : float
    loadings, unique_variances : ndarray, shape (n_items,)
        In units of the items and in squared units; NaN where nothing was fitted.
    discrepancy : float
        Of maximum likelihood, 0 for a perfect fit; (n - 1) times it is the chi-square of the fit
        with n_items * (n_items - 3) / 2 degrees of freedom.
    converged : bool
    n_iterations : int
    notes : tuple of (OmegaNote, tuple of int)
        With the items concerned, by column; no items where all are.
    n : int
        Respondents who answered every item; the others are left out.
    n_items : int
    """

    omega: float
    standardised: float
    standard_error: float
    interval: tuple[float, float]
    confidence: float
    loadings: FloatArray
    unique_variances: FloatArray
    discrepancy: float
    converged: bool
    n_iterations: int
    notes: tuple[tuple[OmegaNote, tuple[int, ...]], ...]
    n: int
    n_items: int


def mcdonald_omega(responses: npt.ArrayLike, *, confidence: float = 0.95) -> McDonaldOmega:
    """Omega total of one factor: (sum of loadings)^2 / ((sum of loadings)^2 + sum of unique variances).

    The factor is fitted by maximum likelihood; its estimates do not depend on the units of the
    items, so the fit is made on correlations and then carried over to covariances. Unique variances
    are held at 0.5 % of their item's variance or above; an item at that floor is noted as a Heywood
    case, its omega is that of the floor and has no interval.

    Parameters
    ----------
    responses : array_like, shape (n_respondents, n_items)
        Item values after reversing; rows with a NaN are left out (listwise).
    confidence : float
        Of the interval, in (0, 1).

    Returns
    -------
    McDonaldOmega
        NaN, with a note, with fewer than three items, a constant item, linearly dependent items
        (such as no more complete respondents than items), or where the fit did not converge.

    Raises
    ------
    ValueError
        If `responses` has other than two dimensions or `confidence` is out of range.

    References
    ----------
    McDonald (1999), Test theory: a unified treatment, ch. 6. Interval: the normal-theory
    information matrix and Raykov (2002), Multivar. Behav. Res. 37(1), 89-103, on the logistic scale
    of Kelley & Pornprasertmanit (2016), Psychol. Methods 21(1), 69-92.
    """
    return mcdonald_omega_from_moments(Moments.of(as_matrix("responses", responses)), confidence=confidence)


def mcdonald_omega_from_moments(moments: Moments, *, confidence: float = 0.95) -> McDonaldOmega:
    """`mcdonald_omega` from merged moments of the items, over the respondents who answered all.

    Raises
    ------
    ValueError
        If `confidence` is out of range.
    """
    ensure_confidence(confidence)
    n_items = moments.mean.size
    if n_items < 3:
        return _undefined(moments, confidence, OmegaNote.TOO_FEW_ITEMS)
    if moments.count < 2:
        return _undefined(moments, confidence, OmegaNote.TOO_FEW_RESPONDENTS)
    sd = moments.sd
    if constant := _items(sd == 0):
        return _undefined(moments, confidence, OmegaNote.CONSTANT_ITEM, constant)
    factor = fit_one_factor(moments.covariance / np.outer(sd, sd))
    if factor is None:
        return _undefined(moments, confidence, OmegaNote.SINGULAR)
    return _result(factor, sd, moments.count, confidence)


def _result(factor: OneFactor, sd: FloatArray, n: int, confidence: float) -> McDonaldOmega:
    loadings, unique = factor.loadings * sd, factor.unique_variances * sd**2
    is_regular = factor.converged and not factor.at_floor.any()
    omega = _omega(loadings, unique) if factor.converged else nan
    error = _standard_error(loadings, unique, n) if is_regular and omega > 0 else nan
    return McDonaldOmega(
        omega=omega,
        standardised=_omega(factor.loadings, factor.unique_variances) if factor.converged else nan,
        standard_error=error,
        interval=_interval(omega, error, confidence),
        confidence=confidence,
        loadings=loadings,
        unique_variances=unique,
        discrepancy=factor.discrepancy,
        converged=factor.converged,
        n_iterations=factor.n_iterations,
        notes=_notes(factor),
        n=n,
        n_items=sd.size,
    )


def _omega(loadings: FloatArray, unique: FloatArray) -> float:
    common = float(loadings.sum()) ** 2
    return common / (common + float(unique.sum()))


def _standard_error(loadings: FloatArray, unique: FloatArray, n: int) -> float:
    """Delta method with the expected information of (n - 1) covariances of normal items."""
    total, noise = float(loadings.sum()), float(unique.sum())
    scale = (total**2 + noise) ** 2
    by_loading = np.full(loadings.size, 2 * total * noise / scale)
    slope = np.concatenate((by_loading, np.full(loadings.size, -(total**2) / scale)))
    inverse = np.linalg.inv(np.outer(loadings, loadings) + np.diag(unique))
    projected = inverse @ loadings
    crossed = inverse * projected
    information = np.block(
        [
            [float(loadings @ projected) * inverse + np.outer(projected, projected), crossed],
            [crossed.T, inverse**2 / 2],
        ]
    )
    return sqrt(float(slope @ np.linalg.solve((n - 1) * information, slope)))


def _interval(omega: float, error: float, confidence: float) -> tuple[float, float]:
    from scipy.special import expit, ndtri

    if np.isnan(error):
        return nan, nan
    centre = log(omega / (1 - omega))
    reach = float(ndtri((1 + confidence) / 2)) * error / (omega * (1 - omega))
    return float(expit(centre - reach)), float(expit(centre + reach))


def _notes(factor: OneFactor) -> tuple[tuple[OmegaNote, tuple[int, ...]], ...]:
    found = (
        (OmegaNote.HEYWOOD_CASE, _items(factor.at_floor)),
        (OmegaNote.NEGATIVE_LOADING, _items(factor.loadings < 0)),
    )
    not_converged = () if factor.converged else ((OmegaNote.NOT_CONVERGED, ()),)
    return (*not_converged, *(note for note in found if note[1]))


def _items(marked: npt.NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(np.flatnonzero(marked).tolist())


def _undefined(
    moments: Moments, confidence: float, note: OmegaNote, items: tuple[int, ...] = ()
) -> McDonaldOmega:
    unknown = np.full(moments.mean.size, nan)
    return McDonaldOmega(
        omega=nan,
        standardised=nan,
        standard_error=nan,
        interval=(nan, nan),
        confidence=confidence,
        loadings=unknown,
        unique_variances=unknown,
        discrepancy=nan,
        converged=False,
        n_iterations=0,
        notes=((note, items),),
        n=moments.count,
        n_items=moments.mean.size,
    )
