"""What a calibration is: item parameters with their errors, the groups, and how far to trust them."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from psychometrics.arrays import FloatArray, IntArray


class Model(StrEnum):
    """Item response models, all in the logit metric (D = 1).

    `RASCH` and `PCM` have one slope common to the items: with N(0, 1) respondents that slope is the
    standard deviation of a Rasch scale whose slopes are 1.

    References
    ----------
    Rasch (1960); Birnbaum (1968); Masters (1982), Psychometrika 47(2), 149-174; Muraki (1992), Appl.
    Psychol. Meas. 16(2), 159-176; Samejima (1969), Psychometrika Monograph 17.
    """

    RASCH = "rasch"
    TWO_PL = "2pl"
    PCM = "pcm"
    GPCM = "gpcm"
    GRM = "grm"

    @property
    def has_common_slope(self) -> bool:
        return self in (Model.RASCH, Model.PCM)

    @property
    def is_dichotomous(self) -> bool:
        return self in (Model.RASCH, Model.TWO_PL)

    @property
    def is_graded(self) -> bool:
        """Whether steps are cumulative (GRM) and not between neighbours; equal for two categories."""
        return self is Model.GRM


class NoteKind(StrEnum):
    """What the data could not say or a reader must look at, by item unless said otherwise."""

    NOBODY_ANSWERED = "nobody_answered"
    ONE_CATEGORY = "one_category"
    DROPPED_CATEGORY = "dropped_category"  # value: the code nobody chose
    NEGATIVE_SLOPE = "negative_slope"  # most often a wrong key; value: the slope
    NO_SLOPE = "no_slope"  # says nothing of theta: thresholds are NaN
    GROUP_TOO_SMALL = "group_too_small"  # value: position of the group
    GROUP_SD_AT_BOUND = "group_sd_at_bound"  # value: position of the group
    NOT_IDENTIFIED = "not_identified"  # whole calibration: the likelihood has no single highest point


@dataclass(frozen=True)
class Note:
    """One remark; `item` is a column of the responses, None where it concerns no single item."""

    kind: NoteKind
    item: int | None = None
    value: float | None = None


@dataclass(frozen=True)
class Anchor:
    """Parameters an item keeps: its slope, its thresholds and the ascending codes of its categories."""

    slope: float
    thresholds: tuple[float, ...]
    categories: tuple[int, ...]


@dataclass(frozen=True)
class Calibration:
    """Item parameters of one model, with everything needed to judge and to use them.

    Category k of item i, counted from 0, is the response code `categories[i][k]`. With theta in
    units of the first group's SD:

    * rasch, pcm, gpcm: P(k) is proportional to exp(k * a * theta + d_k), d_0 = 0,
      d_k = -a * (b_1 + ... + b_k);
    * 2pl, grm: P(k or above) = logistic(a * theta + d_k), d_k = -a * b_k.

    Attributes
    ----------
    model : Model
    slopes : ndarray, shape (n_items,)
        a; NaN for an item without estimates (see `notes`).
    thresholds, intercepts : ndarray, shape (n_items, max_steps)
        b on the theta scale, and d; NaN-padded on the right. max_steps is at least 1.
    slope_errors, threshold_errors, intercept_errors : ndarray
        Standard errors from the observed information, in the shapes above; 0 for anchored
        items, NaN where undefined.
    categories : tuple of tuple of int
        Codes per item, ascending; empty if nobody answered.
    n_steps : ndarray of int, shape (n_items,)
        Categories less one; 0 for an item without estimates.
    group_labels : tuple
        Values of `groups` in ascending order; (0,) without groups.
    group_means, group_sds, group_mean_errors, group_sd_errors : ndarray, shape (n_groups,)
        Normal distribution of theta in each group; errors are 0 where held, NaN where undefined.
    log_likelihood : float
        Marginal, at the estimates; NaN if no item could be estimated.
    n_parameters : int
        Free ones.
    n : int
        Respondents with at least one answer that entered.
    n_iterations : int
        Passes over the data.
    converged : bool
        Both the last change of the parameters and the gradient were small, at a point where the
        information is positive definite: one highest point.
    gradient_norm : float
        Largest absolute derivative of the marginal log-likelihood by a free parameter.
    nodes : ndarray, shape (n_nodes,)
        Equally spaced quadrature nodes.
    mass_at_ends : float
        Share of all posterior mass on the two outermost nodes.
    notes : tuple of Note
    """

    model: Model
    slopes: FloatArray
    thresholds: FloatArray
    intercepts: FloatArray
    slope_errors: FloatArray
    threshold_errors: FloatArray
    intercept_errors: FloatArray
    categories: tuple[tuple[int, ...], ...]
    n_steps: IntArray
    group_labels: tuple[object, ...]
    group_means: FloatArray
    group_sds: FloatArray
    group_mean_errors: FloatArray
    group_sd_errors: FloatArray
    log_likelihood: float
    n_parameters: int
    n: int
    n_iterations: int
    converged: bool
    gradient_norm: float
    nodes: FloatArray
    mass_at_ends: float
    notes: tuple[Note, ...]

    @property
    def n_items(self) -> int:
        return self.slopes.size

    def anchor(self, item: int) -> Anchor:
        """The item's parameters, to be held in another calibration.

        Raises
        ------
        ValueError
            If the item has no estimates.
        """
        steps = int(self.n_steps[item])
        if steps == 0 or np.isnan(self.thresholds[item, :steps]).any():
            raise ValueError(f"item {item} has no estimates")
        thresholds = tuple(float(value) for value in self.thresholds[item, :steps])
        return Anchor(float(self.slopes[item]), thresholds, self.categories[item])
