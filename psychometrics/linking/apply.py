"""A calibration put on another scale."""

from dataclasses import replace

import numpy as np

from psychometrics.irt.calibration import Calibration
from psychometrics.linking.methods import Link


def linked(calibration: Calibration, found: Link) -> Calibration:
    """The source's calibration on the target's scale: a / A, A * b + B, groups A * mean + B and A * SD.

    Likelihoods, fit and everything else that does not depend on the scale stay as they are. Errors are
    those of the calibration, the link taken as known (see `link_errors` for what it adds); those of
    the intercepts would need covariances and are NaN. Its first group is N(0, 1) no longer.

    Raises
    ------
    ValueError
        If the link is undefined.
    """
    ratio, shift = found.slope, found.intercept
    if not np.isfinite([ratio, shift]).all():
        raise ValueError(f"the link is undefined: slope {ratio}, intercept {shift}")
    slopes = calibration.slopes / ratio
    reached = np.arange(1, calibration.intercepts.shape[1] + 1)
    steps = np.ones_like(reached) if calibration.model.is_graded else reached
    return replace(
        calibration,
        slopes=slopes,
        thresholds=ratio * calibration.thresholds + shift,
        intercepts=calibration.intercepts - shift * slopes[:, None] * steps,
        slope_errors=calibration.slope_errors / ratio,
        threshold_errors=ratio * calibration.threshold_errors,
        intercept_errors=np.full_like(calibration.intercept_errors, np.nan),
        group_means=ratio * calibration.group_means + shift,
        group_sds=ratio * calibration.group_sds,
        group_mean_errors=ratio * calibration.group_mean_errors,
        group_sd_errors=ratio * calibration.group_sd_errors,
        nodes=ratio * calibration.nodes + shift,
    )
