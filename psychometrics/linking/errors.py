"""Standard errors of a link's constants, carried over from those of the item parameters."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray
from psychometrics.irt.calibration import Calibration
from psychometrics.irt.coding import coded
from psychometrics.irt.maximise import Problem
from psychometrics.irt.parameters import Layout, Parameters
from psychometrics.irt.patterns import Patterns
from psychometrics.linking.estimation import equations
from psychometrics.linking.methods import Comparison, Link
from psychometrics.linking.shared_items import CommonItems, common_items, with_parameters

# Central differences lose least near the cube root of the rounding unit.
STEP = 6e-6


@dataclass(frozen=True, eq=False)
class LinkErrors:
    """Errors of the constants by the delta method, from the item parameters of both calibrations.

    Attributes
    ----------
    slope_error, intercept_error : float
        Standard errors of A and B; NaN where the covariances or the link are undefined.
    covariance : ndarray, shape (2, 2)
        Of A and B.
    """

    slope_error: float
    intercept_error: float
    covariance: FloatArray

    def theta_error(self, theta: npt.ArrayLike) -> FloatArray:
        """Error that the link adds to A * theta + B, with theta on the source scale; any shape."""
        places = np.asarray(theta, dtype=np.float64)
        (slope, both), (_, intercept) = self.covariance
        return np.asarray(np.sqrt(places**2 * slope + 2 * places * both + intercept))


def item_covariance(
    calibration: Calibration, responses: npt.ArrayLike, *, groups: npt.ArrayLike | None = None
) -> FloatArray:
    """Error covariances of the item parameters, from the observed information of the calibration.

    Parameters
    ----------
    calibration : Calibration
    responses, groups
        Those it was calibrated on.

    Returns
    -------
    ndarray, shape (n_items, 1 + max_steps, n_items, 1 + max_steps)
        Of the slope and then the intercepts of each item with those of each other; 0 where held
        (anchors), NaN in the padding, for items without estimates and throughout where the
        information is not positive definite.

    Raises
    ------
    ValueError
        If the responses do not fit the calibration.

    References
    ----------
    Louis (1982), J. R. Stat. Soc. B 44, 226-233.
    """
    estimated = np.flatnonzero(calibration.n_steps)
    held = {
        int(item): calibration.anchor(int(item)) for item in estimated if _is_held(calibration, int(item))
    }
    is_first_free = bool(calibration.group_mean_errors[0] != 0)
    data = coded(responses, calibration.model, groups, held, None, free_first_group=is_first_free)
    if data.categories != calibration.categories or data.group_labels != calibration.group_labels:
        raise ValueError("responses or groups are not those of the calibration: categories or labels differ")
    width = 1 + calibration.intercepts.shape[1]
    placed = np.full((calibration.n_items, width) * 2, np.nan)
    if estimated.size == 0:
        return placed
    layout = _layout(calibration, estimated)
    patterns = Patterns.of(data.numbers[:, estimated], data.group_rows, data.n_steps[estimated])
    problem = Problem(calibration.model, patterns, layout, calibration.nodes)
    information = problem.identified_information(problem.at(layout.vector(layout.held)))
    covariance = np.zeros((layout.size + 1, layout.size + 1))
    covariance[:-1, :-1] = np.nan if information is None else np.linalg.inv(information)
    block = covariance[layout.items[:, :, None, None], layout.items]
    exists = np.isfinite(layout.held.items)
    block = np.where(exists[:, :, None, None] & exists, block, np.nan)
    every = np.arange(width)
    placed[np.ix_(estimated, every, estimated, every)] = block
    return placed


def link_errors(
    found: Link,
    source: Calibration,
    target: Calibration,
    *,
    source_covariance: npt.ArrayLike,
    target_covariance: npt.ArrayLike,
) -> LinkErrors:
    """Delta method: the link solves g(A, B, items) = 0, so its derivative is -(dg/dc)^-1 dg/ditems.

    The derivatives of g are central differences. The calibrations come from different respondents;
    which items serve, and the weights, are taken as given.

    Parameters
    ----------
    found : Link
        From these calibrations.
    source, target : Calibration
    source_covariance, target_covariance : array_like, shape (n_items, 1 + max_steps) twice
        As from `item_covariance`; zeros for parameters that are known.

    Returns
    -------
    LinkErrors

    Raises
    ------
    ValueError
        If a covariance does not have its calibration's shape.

    References
    ----------
    Ogasawara (2000), Econ. Rev. Otaru Univ. Commerce 51, 1-23; (2001), J. Educ. Behav. Stat. 26(1),
    31-50.
    """
    ours = _as_covariance("source_covariance", source_covariance, source)
    theirs = _as_covariance("target_covariance", target_covariance, target)
    items = common_items(source, target, found.items)
    if not (items.pairs and np.isfinite([found.slope, found.intercept]).all()):
        return _errors(np.full((2, 2), np.nan))
    constants = np.array([found.slope, found.intercept])
    comparison = found.comparison or Comparison()

    def g(parameters: FloatArray, at: FloatArray) -> FloatArray:
        return equations(_with(items, parameters), found.method, comparison, at)

    point = _parameters(items)
    by_constants = _derivative(lambda at: g(point, at), constants)
    by_items = _derivative(lambda parameters: g(parameters, constants), point)
    change = -np.linalg.solve(by_constants, by_items)
    n_source = int(_exists(items.source).sum())
    parts = (
        (change[:, :n_source], ours, [pair[0] for pair in items.pairs], items.source),
        (change[:, n_source:], theirs, [pair[1] for pair in items.pairs], items.target),
    )
    total = np.zeros((2, 2))
    for derivative, covariance, places, calibration in parts:
        total += derivative @ _flat(covariance, np.array(places), calibration) @ derivative.T
    return _errors(total)


def _errors(covariance: FloatArray) -> LinkErrors:
    slope, intercept = np.sqrt(np.diagonal(covariance)).tolist()
    return LinkErrors(slope, intercept, covariance)


def _as_covariance(name: str, values: npt.ArrayLike, calibration: Calibration) -> FloatArray:
    covariance = np.asarray(values, dtype=np.float64)
    expected = (calibration.n_items, 1 + calibration.intercepts.shape[1]) * 2
    if covariance.shape != expected:
        raise ValueError(f"{name} must have shape {expected}, got {covariance.shape}")
    return covariance


def _is_held(calibration: Calibration, item: int) -> bool:
    return bool(calibration.intercept_errors[item, 0] == 0)


def _layout(calibration: Calibration, estimated: npt.NDArray[np.intp]) -> Layout:
    """What was free: whatever has an error other than 0."""
    items = np.column_stack([calibration.slopes, calibration.intercepts])[estimated]
    errors = np.column_stack([calibration.slope_errors, calibration.intercept_errors])[estimated]
    groups = np.column_stack([calibration.group_means, calibration.group_sds])
    group_errors = np.column_stack([calibration.group_mean_errors, calibration.group_sd_errors])
    return Layout.of(
        Parameters(items, groups),
        np.isfinite(items) & (errors != 0),
        np.isfinite(groups) & (group_errors != 0),
        common_slope=calibration.model.has_common_slope,
        is_graded=calibration.model.is_graded,
    )


def _exists(calibration: Calibration) -> npt.NDArray[np.bool_]:
    return np.isfinite(np.column_stack([calibration.slopes, calibration.intercepts]))


def _parameters(items: CommonItems) -> FloatArray:
    """Slopes and intercepts of both sides, source first, in one vector without padding."""
    sides = [np.column_stack([side.slopes, side.intercepts]) for side in (items.source, items.target)]
    return np.concatenate([side[np.isfinite(side)] for side in sides])


def _with(items: CommonItems, parameters: FloatArray) -> CommonItems:
    sides, start = [], 0
    for side in (items.source, items.target):
        exists = _exists(side)
        table = np.full(exists.shape, np.nan)
        table[exists] = parameters[start : start + exists.sum()]
        start += int(exists.sum())
        sides.append(with_parameters(side, table[:, 0], table[:, 1:]))
    return CommonItems(sides[0], sides[1], items.pairs, items.left_out)


def _flat(covariance: FloatArray, places: npt.NDArray[np.intp], calibration: Calibration) -> FloatArray:
    exists = _exists(calibration)
    width = np.arange(exists.shape[1])
    square = covariance[np.ix_(places, width, places, width)].reshape(exists.size, exists.size)
    kept = np.flatnonzero(exists)
    return square[np.ix_(kept, kept)]


def _derivative(function: Callable[[FloatArray], FloatArray], point: FloatArray) -> FloatArray:
    columns = []
    for position in range(point.size):
        step = np.zeros(point.size)
        step[position] = STEP * max(1.0, abs(float(point[position])))
        columns.append((function(point + step) - function(point - step)) / (2 * step[position]))
    return np.column_stack(columns)
