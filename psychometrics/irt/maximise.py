"""Maximising the marginal likelihood: accelerated EM to the neighbourhood, Newton to the top."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import BoolArray, FloatArray
from psychometrics.irt.calibration import Model
from psychometrics.irt.curves import log_probabilities, zero_for_nan
from psychometrics.irt.expectation import LARGEST_ORDER, Expectation, expect, missing_information
from psychometrics.irt.likelihood import category_scores, complete_information
from psychometrics.irt.parameters import Layout, Parameters
from psychometrics.irt.patterns import Patterns
from psychometrics.irt.population import log_priors, moments, prior_information, prior_scores

# Converged: the last change of every parameter is at most this, and the derivative of the
# log-likelihood per respondent as well.
TOLERANCE = 1e-6
# A parameter with less complete information than FLAT has a standard error above 1,000; LEAST_PART stands
# above what the expansion of the missing information leaves out.
FLAT = 1e-6
LEAST_PART = 5e-4
ORDERS_OF_A_STEP = 2
GOOD_SHRINKING = 0.5
LARGEST_STEP = 2.0


@dataclass(frozen=True)
class Point:
    """A vector of free parameters with the likelihood there.

    `resting` marks what stays on its bound: its gradient, which leads beyond, counts as 0.
    """

    vector: FloatArray
    values: Parameters
    log_chances: FloatArray
    expectation: Expectation
    gradient: FloatArray
    resting: BoolArray

    @property
    def log_likelihood(self) -> float:
        return self.expectation.log_likelihood


@dataclass(frozen=True)
class Maximum:
    """Where the search ended; `information` is None unless that is the one highest point around."""

    point: Point
    information: FloatArray | None
    converged: bool


@dataclass
class Problem:
    """Patterns and a model; counts its passes over the data."""

    model: Model
    patterns: Patterns
    layout: Layout
    theta: FloatArray
    n_passes: int = field(default=0)

    def at(self, vector: FloatArray) -> Point:
        """The E-step; the gradient of the marginal likelihood is that of the expected one (Fisher)."""
        values = self.layout.values(vector)
        self.n_passes += 1
        logs = self._log_chances(values)
        expectation = expect(self.patterns, logs, log_priors(values.groups, self.theta))
        items = self._item_scores(values)
        by_item = np.einsum("qik,qikp->ip", expectation.counts, items)
        by_group = np.einsum("gq,gqp->gp", expectation.persons, prior_scores(values.groups, self.theta))
        flat = np.concatenate([by_item.ravel(), by_group.ravel()])
        gradient = self.layout.gathered(flat)
        resting = self.layout.at_bound(vector) & (gradient < 0)
        return Point(vector, values, logs, expectation, np.where(resting, 0, gradient), resting)

    def maximised(self, point: Point) -> FloatArray:
        """The M-step: one Newton step for the items, halved until it does not lose; moments for the groups."""
        groups = moments(point.expectation.persons, self.theta)
        information = self._complete_information(point)
        diagonal = np.einsum("ii->i", information)
        diagonal += 1e-10 * diagonal + 1e-10
        step = np.linalg.solve(information, point.gradient)
        step[self.layout.groups[self.layout.groups >= 0]] = 0
        step *= min(1, LARGEST_STEP / np.abs(step).max(initial=TOLERANCE))
        reached = self._complete_log_likelihood(point.log_chances, point)
        while np.abs(step).max(initial=0) > TOLERANCE**2:
            vector = point.vector + step
            if self.layout.is_allowed(vector):
                logs = self._log_chances(self.layout.values(vector))
                if self._complete_log_likelihood(logs, point) >= reached:
                    break
            step /= 2
        vector = point.vector + step
        free = self.layout.groups >= 0
        vector[self.layout.groups[free]] = groups[free]
        return vector

    def observed_information(self, point: Point, largest_order: int = LARGEST_ORDER) -> FloatArray:
        """Negative second derivatives of the marginal log-likelihood: complete less missing."""
        missing = missing_information(
            self.patterns,
            point.log_chances,
            log_priors(point.values.groups, self.theta),
            self._item_scores(point.values),
            prior_scores(point.values.groups, self.theta),
            self.theta,
            largest_order,
        )
        information = self._complete_information(point) - self.layout.gathered_twice(missing)
        return _without(information, point.resting)

    def identified_information(self, point: Point) -> FloatArray | None:
        """The observed information, None where it is next to nothing in some direction.

        Next to nothing beside the complete information, with theta known: what part of it is
        observed, the least eigenvalue says.
        """
        complete = _without(self._complete_information(point), point.resting)
        observed = self.observed_information(point)
        if (np.diagonal(complete) < FLAT).any() or not _is_positive_definite(complete):
            return None
        root = np.linalg.inv(np.linalg.cholesky(complete))
        parts = np.linalg.eigvalsh(root @ observed @ root.T)
        return observed if parts.min(initial=1) > LEAST_PART else None

    def _log_chances(self, values: Parameters) -> FloatArray:
        return log_probabilities(self.model, values.slopes, values.intercepts, self.theta)

    def _item_scores(self, values: Parameters) -> FloatArray:
        return category_scores(self.model, values.slopes, values.intercepts, self.theta)

    def _complete_information(self, point: Point) -> FloatArray:
        values, expectation = point.values, point.expectation
        items = complete_information(
            self.model, values.slopes, values.intercepts, self.theta, expectation.counts
        )
        groups = prior_information(values.groups, self.theta, expectation.persons)
        return self.layout.gathered_blocks(items, groups)

    def _complete_log_likelihood(self, log_chances: FloatArray, point: Point) -> float:
        return float(np.vdot(point.expectation.counts, zero_for_nan(log_chances)))


def maximise(problem: Problem, start: FloatArray, *, max_passes: int) -> Maximum:
    """Climb from `start` until parameters and gradient stand still, or the passes are used up.

    EM with SQUAREM extrapolation up to a neighbourhood, then Newton steps; where the information
    is not positive definite or Newton cannot climb, EM goes on to a narrower one. The
    log-likelihood never falls.
    """
    point = problem.at(start)
    neighbourhood = 0.1
    while True:
        point, change = _accelerated(problem, point, neighbourhood, max_passes)
        point, change = _newton(problem, point, change, max_passes)
        converged = _stands_still(problem, point, change)
        if converged or problem.n_passes >= max_passes:
            information = problem.identified_information(point)
            return Maximum(point, information, converged and information is not None)
        neighbourhood = max(neighbourhood / 10, TOLERANCE)


def _stands_still(problem: Problem, point: Point, change: float) -> bool:
    return change <= TOLERANCE and np.abs(point.gradient).max(initial=0) <= TOLERANCE * problem.patterns.n


def _accelerated(
    problem: Problem, point: Point, neighbourhood: float, max_passes: int
) -> tuple[Point, float]:
    """SQUAREM cycles until an EM step is shorter than `neighbourhood`.

    The extrapolated point is taken only if its likelihood is not below that of the last EM step.

    References
    ----------
    Varadhan & Roland (2008), Scand. J. Stat. 35(2), 335-353, scheme S3.
    """
    while True:
        middle = problem.at(problem.maximised(point))
        vector = problem.maximised(middle)
        first, second = middle.vector - point.vector, vector - middle.vector
        change = float(np.abs(second).max(initial=0))
        if change <= neighbourhood or problem.n_passes >= max_passes:
            return problem.at(vector), change
        length = max(1.0, float(np.linalg.norm(first) / np.linalg.norm(second - first)))
        far = point.vector + 2 * length * first + length**2 * (second - first)
        trial = problem.at(far) if length > 1 and problem.layout.is_allowed(far) else None
        point = trial if trial and trial.log_likelihood >= middle.log_likelihood else problem.at(vector)


def _newton(problem: Problem, point: Point, change: float, max_passes: int) -> tuple[Point, float]:
    """Newton steps while they climb.

    A pass costs far less than an information, so one is inverted and then updated by what the
    gradients tell (Broyden-Fletcher-Goldfarb-Shanno) for as long as the steps shrink well; for
    steps its first orders do.
    """
    inverse: FloatArray | None = None
    previous = np.inf
    while not _stands_still(problem, point, change) and problem.n_passes < max_passes:
        if inverse is None:
            information = problem.observed_information(point, ORDERS_OF_A_STEP)
            if not _is_positive_definite(information):
                break
            inverse = np.linalg.inv(information).astype(np.float64)
        following = _climbed(problem, point, inverse @ point.gradient)
        if following is None:
            break
        step = following.vector - point.vector
        inverse = _updated(inverse, step, point.gradient - following.gradient)
        change = float(np.abs(step).max(initial=0))
        if change > GOOD_SHRINKING * previous:
            inverse = None
        point, previous = following, change
    return point, change


def _updated(inverse: FloatArray, step: FloatArray, fall: FloatArray) -> FloatArray:
    """The inverse information that explains how far the gradient fell over a step."""
    along = float(step @ fall)
    if along <= 0:
        return inverse
    turned = inverse @ fall
    both = np.outer(turned, step) / along
    updated: FloatArray = inverse - both - both.T + (1 + fall @ turned / along) * np.outer(step, step) / along
    return updated


def _climbed(problem: Problem, point: Point, step: npt.NDArray[np.floating]) -> Point | None:
    """The point a Newton step, or half or a quarter of it, leads to without losing likelihood."""
    step = step * min(1.0, LARGEST_STEP / float(np.abs(step).max(initial=TOLERANCE)))
    rounding = 1e-13 * abs(point.log_likelihood)
    for _ in range(3):
        vector = point.vector + step
        if problem.layout.is_allowed(vector):
            following = problem.at(vector)
            if following.log_likelihood >= point.log_likelihood - rounding:
                return following
        step /= 2
    return None


def _without(information: FloatArray, resting: BoolArray) -> FloatArray:
    """The same with a unit in place of each parameter that rests on its bound."""
    moving = ~resting
    kept: FloatArray = np.where(np.outer(moving, moving), information, 0)
    np.fill_diagonal(kept, np.where(moving, np.diagonal(kept), 1))
    return kept


def _is_positive_definite(information: FloatArray) -> bool:
    try:
        np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        return False
    return True
