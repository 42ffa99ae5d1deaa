"""How precisely a test measures along theta: information of items and test, standard error."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray, as_vector
from psychometrics.irt.calibration import Calibration
from psychometrics.irt.posteriors import item_information

GRID_SDS = 4.0
GRID_SIZE = 81


@dataclass(frozen=True, eq=False)
class Information:
    """Information curves over theta.

    Attributes
    ----------
    theta : ndarray, shape (n_theta,)
        In SDs of the calibration's first group.
    items : ndarray, shape (n_theta, n_items)
        In 1 / theta units squared; NaN for an item without estimates.
    test : ndarray, shape (n_theta,)
        Sum over the items; NaN where no item has estimates.
    """

    theta: FloatArray
    items: FloatArray
    test: FloatArray

    @property
    def standard_error(self) -> FloatArray:
        """1 / sqrt(test information), shape (n_theta,): of a likelihood estimate; inf without information."""
        with np.errstate(divide="ignore"):
            return 1 / np.sqrt(self.test)


def information(calibration: Calibration, theta: npt.ArrayLike | None = None) -> Information:
    """Fisher information of each item and of the test: sum over the categories of P'^2 / P.

    Parameters
    ----------
    calibration : Calibration
    theta : array_like, shape (n_theta,), optional
        Where; by default 81 equal steps that span all groups by 4 SDs.

    Returns
    -------
    Information

    Raises
    ------
    ValueError
        If `theta` has other than one dimension.

    References
    ----------
    Samejima (1969), Psychometrika Monograph 17, ch. 6; Muraki (1993), Appl. Psychol. Meas. 17(4), 351-363.
    """
    points = _grid(calibration) if theta is None else as_vector("theta", theta)
    items = item_information(calibration, points)
    is_known = calibration.n_steps > 0
    test = items[:, is_known].sum(axis=1) if is_known.any() else np.full(points.size, np.nan)
    return Information(points, items, test)


def _grid(calibration: Calibration) -> FloatArray:
    reach = GRID_SDS * calibration.group_sds
    lowest = np.nanmin(calibration.group_means - reach, initial=-GRID_SDS)
    highest = np.nanmax(calibration.group_means + reach, initial=GRID_SDS)
    return np.linspace(lowest, highest, GRID_SIZE)
