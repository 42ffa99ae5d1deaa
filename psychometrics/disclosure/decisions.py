"""What may be printed about a group, and why not more."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import BoolArray, FloatArray

SMALLEST_GROUP = 5
SMALLEST_DETAILED = 10
SMALLEST_WITH_ANY_CELL = 30
COARSE_STEP = 5.0


class Detail(StrEnum):
    """How much of a group is printed."""

    HIDDEN = "hidden"
    COARSE = "coarse"  # n and means rounded by `coarse_mean`; no level counts, SDs, medians, intervals
    FULL = "full"


class Reason(StrEnum):
    """Why a group is printed as it is; readers are told one sentence for all that hide."""

    ALLOWED = "allowed"
    TOO_SMALL = "too_small"
    UNDER_TEN = "under_ten"
    LEVELS_ALIKE = "levels_alike"
    SMALL_CELLS = "small_cells"
    PROTECTS_ANOTHER = "protects_another"
    WHOLE_HIDDEN = "whole_hidden"


@dataclass(frozen=True)
class GroupDecision:
    """How much of one group is printed and the rule that decided."""

    detail: Detail
    reason: Reason

    @property
    def is_shown(self) -> bool:
        return self.detail is not Detail.HIDDEN

    @property
    def has_level_counts(self) -> bool:
        return self.detail is Detail.FULL


@dataclass(frozen=True)
class PartitionDecision:
    """Decisions for groups that share no member, by position, and for all of them together."""

    groups: tuple[GroupDecision, ...]
    whole: GroupDecision

    @property
    def shown(self) -> BoolArray:
        """Which groups are printed at all, shape (n_groups,)."""
        return np.array([group.is_shown for group in self.groups], dtype=np.bool_)

    @property
    def detailed(self) -> BoolArray:
        """Which groups are printed in full, shape (n_groups,)."""
        return np.array([group.has_level_counts for group in self.groups], dtype=np.bool_)


def coarse_mean(values: npt.ArrayLike, *, step: float = COARSE_STEP) -> FloatArray:
    """Means of groups under ten, any shape, rounded to the nearest `step` points, halves up; NaN stays.

    The one place of the kernel that rounds a result: the lost digits are the protection.
    """
    return np.asarray(np.floor(np.asarray(values, dtype=np.float64) / step + 0.5) * step)
