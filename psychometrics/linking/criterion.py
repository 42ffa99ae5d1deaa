"""How far the curves of the common items lie apart under a link, with derivatives by its constants."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.irt.calibration import Calibration
from psychometrics.irt.curves import category_curves
from psychometrics.linking.methods import Comparison, Direction, Method
from psychometrics.linking.shared_items import CommonItems


@dataclass(frozen=True)
class Apart:
    """Weighted differences, the criterion being the sum of their squares.

    Attributes
    ----------
    residuals : ndarray, shape (n_residuals,)
    jacobian : ndarray, shape (n_residuals, 2)
        Derivatives by A and B.
    """

    residuals: FloatArray
    jacobian: FloatArray

    @property
    def criterion(self) -> float:
        return float(self.residuals @ self.residuals)

    @property
    def gradient(self) -> FloatArray:
        """Half the derivative of the criterion by A and B."""
        return self.jacobian.T @ self.residuals


def apart(
    items: CommonItems, method: Method, comparison: Comparison, slope: float, intercept: float
) -> Apart:
    """Differences of the curves: those of each category for Haebara, of the expected sum for Stocking-Lord.

    A source item put on the target scale has at theta the curve it has at (theta - B) / A on its own;
    backward, a target item at theta that of A * theta + B.
    """
    parts = []
    nodes = comparison.nodes
    if comparison.direction is not Direction.BACKWARD:
        own = (nodes - intercept) / slope
        moved = np.column_stack([-own / slope, np.full(nodes.size, -1 / slope)])
        parts.append(_differences(items.target, nodes, items.source, own, moved, method, comparison))
    if comparison.direction is not Direction.FORWARD:
        own = slope * nodes + intercept
        moved = np.column_stack([nodes, np.ones(nodes.size)])
        parts.append(_differences(items.source, nodes, items.target, own, moved, method, comparison))
    return Apart(
        np.concatenate([part.residuals for part in parts]), np.vstack([part.jacobian for part in parts])
    )


def expected_scores(calibration: Calibration, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Expected category number of each item and its derivative by theta, each (n_theta, n_items)."""
    curves = category_curves(calibration, theta)
    number = np.arange(curves.log_first.shape[2])
    return np.nan_to_num(curves.probabilities) @ number, np.nan_to_num(curves.first) @ number


def _differences(
    still: Calibration,
    nodes: FloatArray,
    moving: Calibration,
    own: FloatArray,
    moved: FloatArray,
    method: Method,
    comparison: Comparison,
) -> Apart:
    """Curves of `moving` at `own`, which has derivatives `moved`, less those of `still` at `nodes`."""
    if method is Method.STOCKING_LORD:
        values, slopes = (part.sum(axis=1, keepdims=True) for part in expected_scores(moving, own))
        held = expected_scores(still, nodes)[0].sum(axis=1, keepdims=True)
    else:
        curves = category_curves(moving, own)
        values, slopes = _flat(curves.probabilities), _flat(curves.first)
        held = _flat(category_curves(still, nodes).probabilities)
    roots = np.sqrt(comparison.weights)[:, None]
    jacobian = (roots * slopes)[..., None] * moved[:, None, :]
    return Apart((roots * (values - held)).ravel(), jacobian.reshape(-1, 2))


def _flat(curves: FloatArray) -> FloatArray:
    return np.nan_to_num(curves).reshape(len(curves), -1)
