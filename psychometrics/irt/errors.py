"""Thresholds and standard errors of a calibration, from the observed information."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import FloatArray
from psychometrics.irt.parameters import Layout, Parameters

# A slope nearer to 0 has no threshold.
NO_SLOPE = 1e-6


@dataclass(frozen=True)
class StandardErrors:
    """In the shapes of `Parameters`, those of the thresholds beside; 0 where held, NaN where unknown."""

    items: FloatArray
    thresholds: FloatArray
    groups: FloatArray


def thresholds(values: Parameters, *, is_graded: bool) -> FloatArray:
    """b = -e / a with e as in `_steps`, NaN-padded; NaN for an item that says nothing of theta."""
    slopes = np.where(np.abs(values.slopes) > NO_SLOPE, values.slopes, np.nan)
    located: FloatArray = -_steps(values, is_graded=is_graded) / slopes[:, None]
    return located


def standard_errors(
    layout: Layout, values: Parameters, information: FloatArray | None, *, is_graded: bool
) -> StandardErrors:
    """Errors of the free parameters, and by the delta method of the thresholds.

    The variance of b = -e / a (see `_steps`) is (b^2 var(a) + 2 b cov(a, e) + var(e)) / a^2.
    """
    # Position -1, held, is the row and column after the free ones.
    covariance = np.zeros((layout.size + 1, layout.size + 1))
    covariance[:-1, :-1] = np.nan if information is None else np.linalg.inv(information)
    blocks = covariance[layout.items[:, :, None], layout.items[:, None, :]]
    items = np.sqrt(np.einsum("ipp->ip", blocks))
    groups = np.sqrt(covariance[layout.groups, layout.groups])
    if not is_graded:
        blocks[:, :, 2:] -= blocks[:, :, 1:-1].copy()
        blocks[:, 2:, :] -= blocks[:, 1:-1, :].copy()
    located = thresholds(values, is_graded=is_graded)
    variances = (
        located**2 * blocks[:, :1, 0] + 2 * located * blocks[:, 0, 1:] + np.einsum("ipp->ip", blocks)[:, 1:]
    ) / values.slopes[:, None] ** 2
    # Anchored, all is 0 but for rounding.
    return StandardErrors(items, np.sqrt(np.maximum(variances, 0)), groups)


def _steps(values: Parameters, *, is_graded: bool) -> FloatArray:
    """Intercepts of graded steps, else their differences; NaN-padded."""
    return values.intercepts if is_graded else np.diff(values.intercepts, axis=1, prepend=0)
