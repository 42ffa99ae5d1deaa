"""The one-factor model by maximum likelihood, as omega needs it."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray

# The least unique share of an item's variance: below it the likelihood climbs to a variance of
# zero or less (a Heywood case). The same floor as factanal() of R.
UNIQUE_FLOOR = 0.005
# An eigenvalue below this makes the correlations singular and their likelihood undefined.
SINGULAR = 1e-10
GRADIENT_TOLERANCE = 1e-10
MAX_ITERATIONS = 200
MAX_HALVINGS = 40


@dataclass(frozen=True, eq=False)
class OneFactor:
    """Loadings of one common factor on a correlation matrix.

    Attributes
    ----------
    loadings : ndarray, shape (n_items,)
        Correlations of the items with the factor, turned so that their sum is not negative.
    unique_variances : ndarray, shape (n_items,)
        Shares of the items' variances, from `UNIQUE_FLOOR` to 1.
    at_floor : ndarray of bool, shape (n_items,)
        Items whose unique variance the floor holds up: Heywood cases.
    discrepancy : float
        log|model| - log|R| + tr(R model^-1) - n_items at the estimate, 0 for a perfect fit.
    converged : bool
        Whether the gradient by the log unique variances ended below `GRADIENT_TOLERANCE`.
    gradient_norm : float
        Its largest component off the floor.
    n_iterations : int
    """

    loadings: FloatArray
    unique_variances: FloatArray
    at_floor: BoolArray
    discrepancy: float
    converged: bool
    gradient_norm: float
    n_iterations: int


def fit_one_factor(correlations: FloatArray) -> OneFactor | None:
    """Fit one factor to a correlation matrix (n_items, n_items); None where it is singular.

    The loadings are profiled out: for given unique variances they follow from the first
    eigenvector of the scaled matrix. Newton's method with exact second derivatives finds the logs
    of the unique variances. At least three items.

    References
    ----------
    Joreskog (1967), Psychometrika 32(4), 443-482; derivatives: Clarke (1970), Br. J. Math. Stat.
    Psychol. 23(1), 43-52.
    """
    if np.linalg.eigvalsh(correlations)[0] < SINGULAR:
        return None
    # Joreskog's start: a little below the share that the other items leave unexplained.
    start = (1 - 0.5 / len(correlations)) / np.diagonal(np.linalg.inv(correlations))
    found = _descend(correlations, np.maximum(start, 2 * UNIQUE_FLOOR))
    if not found.at_floor.any():
        return found
    # Weak correlations leave a valley for each item to be the factor by itself; the deepest counts.
    valleys = [_descend(correlations, row) for row in _one_item_each(correlations)]
    return min((found, *valleys), key=lambda fit: (not fit.converged, fit.discrepancy))


def _one_item_each(correlations: FloatArray) -> FloatArray:
    """Unique variances as if the factor were the first item, the second, ...; a row each."""
    return np.clip(1 - correlations**2, 2 * UNIQUE_FLOOR, 1)


def _descend(correlations: FloatArray, start: FloatArray) -> OneFactor:
    floor = float(np.log(UNIQUE_FLOOR))
    place = np.log(start)
    value = _discrepancy(correlations, place)
    for n_iterations in range(MAX_ITERATIONS + 1):
        gradient, curvature = _derivatives(correlations, place)
        held = (place <= floor) & (gradient >= 0)
        norm = float(np.max(np.abs(gradient[~held]), initial=0.0))
        if norm < GRADIENT_TOLERANCE or n_iterations == MAX_ITERATIONS:
            break
        step = _newton_step(gradient, curvature, ~held)
        moved, next_value = _search(correlations, place, value, step, gradient, floor)
        if moved is None:
            break
        place, value = moved, next_value
    return _result(correlations, place, held, value, norm, n_iterations)


def _scaled(correlations: FloatArray, place: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Eigenvalues, ascending, and vectors of psi^-1/2 R psi^-1/2."""
    scale = np.exp(-0.5 * place)
    roots, vectors = np.linalg.eigh(correlations * np.outer(scale, scale))
    return roots, vectors


def _discrepancy(correlations: FloatArray, place: FloatArray) -> float:
    roots, _vectors = _scaled(correlations, place)
    left = roots[:-1]
    # A first root below 1 leaves no factor: the loadings are 0 and the root belongs to the rest.
    first = roots[-1] if roots[-1] > 1 else 1.0
    return float(np.sum(left - np.log(left) - 1) + (roots[-1] - np.log(roots[-1]) - first + np.log(first)))


def _derivatives(correlations: FloatArray, place: FloatArray) -> tuple[FloatArray, FloatArray]:
    roots, vectors = _scaled(correlations, place)
    left, others, first = roots[:-1], vectors[:, :-1], vectors[:, -1]
    gradient = others**2 @ (1 - left)
    spread = (others * left) @ others.T
    # A double root leaves the first vector undetermined: its gap is kept off zero.
    gap = np.maximum(roots[-1] - left, 1e-12)
    mixing = (1 - left) * (left + roots[-1]) / gap
    curvature = spread * (others @ others.T) + np.outer(first, first) * ((others * mixing) @ others.T)
    return gradient, curvature


def _newton_step(gradient: FloatArray, curvature: FloatArray, free: BoolArray) -> FloatArray:
    """Downhill always: directions of negative or no curvature are taken with its size turned positive."""
    step = np.zeros_like(gradient)
    roots, vectors = np.linalg.eigh(curvature[np.ix_(free, free)])
    step[free] = -vectors @ ((vectors.T @ gradient[free]) / np.maximum(np.abs(roots), 1e-4))
    longest = float(np.max(np.abs(step), initial=0.0))
    return step if longest <= 1 else step / longest


def _search(
    correlations: FloatArray,
    place: FloatArray,
    value: float,
    step: FloatArray,
    gradient: FloatArray,
    floor: float,
) -> tuple[FloatArray | None, float]:
    """Halve the step until the discrepancy falls; None where no step lowers it."""
    for halvings in range(MAX_HALVINGS):
        moved = np.maximum(place + 0.5**halvings * step, floor)
        found = _discrepancy(correlations, moved)
        # Next to the minimum the fall is lost in rounding: there the step is right as it is.
        if found <= value + 1e-4 * float(gradient @ (moved - place)) + 1e-14 * (1 + abs(value)):
            return moved, found
    return None, value


def _result(
    correlations: FloatArray, place: FloatArray, held: BoolArray, value: float, norm: float, n_iterations: int
) -> OneFactor:
    roots, vectors = _scaled(correlations, place)
    loadings = np.exp(0.5 * place) * vectors[:, -1] * np.sqrt(max(roots[-1] - 1, 0.0))
    return OneFactor(
        loadings=-loadings if loadings.sum() < 0 else loadings,
        unique_variances=np.exp(place),
        at_floor=held,
        discrepancy=value,
        converged=norm < GRADIENT_TOLERANCE,
        gradient_norm=norm,
        n_iterations=n_iterations,
    )
