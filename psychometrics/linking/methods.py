"""What a link is, and how its two constants are chosen."""

from dataclasses import dataclass, field
from enum import StrEnum
from math import nan

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray, as_vector


class Method(StrEnum):
    """How slope A and intercept B of theta_target = A * theta_source + B are found.

    References
    ----------
    Loyd & Hoover (1980), J. Educ. Meas. 17(3), 179-193 (mean/mean); Marco (1977), J. Educ. Meas.
    14(2), 139-160 (mean/sigma); Haebara (1980), Jpn. Psychol. Res. 22(3), 144-149; Stocking & Lord
    (1983), Appl. Psychol. Meas. 7(2), 201-210; for several categories Kim, Harris & Kolen (2010).
    """

    MEAN_MEAN = "mean_mean"
    MEAN_SIGMA = "mean_sigma"
    HAEBARA = "haebara"
    STOCKING_LORD = "stocking_lord"

    @property
    def compares_curves(self) -> bool:
        return self in (Method.HAEBARA, Method.STOCKING_LORD)


class Direction(StrEnum):
    """On which scale curves are compared: the target's, the source's, or both criteria added."""

    FORWARD = "forward"
    BACKWARD = "backward"
    SYMMETRIC = "symmetric"


def _default_nodes() -> FloatArray:
    return np.linspace(-4.0, 4.0, 81)


def _default_weights() -> FloatArray:
    density = np.exp(-(_default_nodes() ** 2) / 2)
    return np.asarray(density / density.sum())


@dataclass(frozen=True, eq=False)
class Comparison:
    """Where curves are compared and how the places count.

    Attributes
    ----------
    nodes, weights : ndarray, shape (n_nodes,)
        Theta on the scale of the comparison, and weights that sum to 1. By default 81 equal nodes on
        [-4, 4] with the standard normal density: the first group of that scale's calibration.
    direction : Direction
    """

    nodes: FloatArray = field(default_factory=_default_nodes)
    weights: FloatArray = field(default_factory=_default_weights)
    direction: Direction = Direction.FORWARD

    @classmethod
    def at(
        cls, nodes: npt.ArrayLike, weights: npt.ArrayLike | None = None, *, direction: str = "forward"
    ) -> "Comparison":
        """At `nodes`, weighted equally or by `weights`, which are scaled to sum to 1.

        Raises
        ------
        ValueError
            If lengths differ, or weights are negative or sum to 0.
        """
        places = as_vector("nodes", nodes)
        parts = np.ones(places.size) if weights is None else as_vector("weights", weights)
        if parts.shape != places.shape or (parts < 0).any() or not parts.sum() > 0:
            raise ValueError(f"{places.size} nodes need as many weights, not negative, got {parts.tolist()}")
        return cls(places, parts / parts.sum(), Direction(direction))


class Reason(StrEnum):
    """Why a common item could not serve."""

    NO_ESTIMATES = "no_estimates"
    CATEGORIES_DIFFER = "categories_differ"
    NEGATIVE_SLOPE = "negative_slope"
    DRIFTED = "drifted"


@dataclass(frozen=True)
class LeftOut:
    """A common item that does not serve: its columns in source and target."""

    source: int
    target: int
    reason: Reason


@dataclass(frozen=True, eq=False)
class Link:
    """theta_target = slope * theta_source + intercept.

    Attributes
    ----------
    slope, intercept : float
        A and B; A is above 0. NaN where the items left cannot define them.
    method : Method
    comparison : Comparison or None
        Nodes, weights and direction of a criterion of curves; None for the moment methods.
    items : tuple of (int, int)
        Columns in source and target of the items that served.
    left_out : tuple of LeftOut
    criterion : float
        Least value of the criterion; NaN for the moment methods.
    """

    slope: float
    intercept: float
    method: Method
    comparison: Comparison | None
    items: tuple[tuple[int, int], ...]
    left_out: tuple[LeftOut, ...]
    criterion: float = nan

    def theta(self, theta: npt.ArrayLike) -> FloatArray:
        """Scores of the source on the scale of the target; any shape."""
        return np.asarray(self.slope * np.asarray(theta, dtype=np.float64) + self.intercept)

    def standard_error(self, error: npt.ArrayLike) -> FloatArray:
        """Standard errors of such scores, the link taken as known; any shape."""
        return np.asarray(self.slope * np.asarray(error, dtype=np.float64))
