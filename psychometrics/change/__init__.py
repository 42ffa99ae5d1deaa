"""Change between the starting and the final wave, of one respondent and of groups."""

from psychometrics.change.means import (
    MeanEstimate,
    estimate_mean,
    mean_from_moments,
    standard_error_of_mean,
    t_interval,
)
from psychometrics.change.paired import (
    PairedChange,
    hedges_correction,
    median_change,
    paired_change,
    paired_change_from_moments,
    paired_moments,
)
from psychometrics.change.reliable import (
    ReliableChange,
    Verdict,
    reliable_change,
    reliable_change_index,
    standard_error_of_difference,
)
from psychometrics.change.transitions import LevelTransitions, level_transitions
from psychometrics.moments import Moments

__all__ = [
    "LevelTransitions",
    "MeanEstimate",
    "Moments",
    "PairedChange",
    "ReliableChange",
    "Verdict",
    "estimate_mean",
    "hedges_correction",
    "level_transitions",
    "mean_from_moments",
    "median_change",
    "paired_change",
    "paired_change_from_moments",
    "paired_moments",
    "reliable_change",
    "reliable_change_index",
    "standard_error_of_difference",
    "standard_error_of_mean",
    "t_interval",
]
