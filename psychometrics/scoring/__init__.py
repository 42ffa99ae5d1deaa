"""Answers to item values, item values to scales, scales to levels.

Rows are respondents, columns are items or scales; NaN is missing. Nothing is
rounded, except the points of ordering tasks, whose rule says so.
"""

from psychometrics.scoring.items import (
    matching_points,
    multiple_choice_points,
    number_points,
    option_points,
    ordering_points,
    reverse_items,
)
from psychometrics.scoring.levels import (
    NO_LEVEL,
    assign_levels,
    count_levels,
    distance_to_cut,
    level_error_probability,
)
from psychometrics.scoring.missing import Missing, is_shown, missing_to_nan
from psychometrics.scoring.quality import (
    has_many_not_applicable,
    is_incomplete,
    is_straight_lining,
    is_too_fast,
    self_tasks_gap,
)
from psychometrics.scoring.rules import MissingRule, Treatment, apply_missing_rule
from psychometrics.scoring.scales import (
    count_answered,
    mean_of_scales,
    mean_percent,
    points_percent,
    weighted_mean,
)

__all__ = [
    "NO_LEVEL",
    "Missing",
    "MissingRule",
    "Treatment",
    "apply_missing_rule",
    "assign_levels",
    "count_answered",
    "count_levels",
    "distance_to_cut",
    "has_many_not_applicable",
    "is_incomplete",
    "is_shown",
    "is_straight_lining",
    "is_too_fast",
    "level_error_probability",
    "matching_points",
    "mean_of_scales",
    "mean_percent",
    "missing_to_nan",
    "multiple_choice_points",
    "number_points",
    "option_points",
    "ordering_points",
    "points_percent",
    "reverse_items",
    "self_tasks_gap",
    "weighted_mean",
]
