"""Roots of likelihood equations, for all respondents at once and without iterating over the items.

The equation U(theta) = 0 is tabulated at equal nodes by a matrix product; around the maximum eight
nodes give the polynomial whose root is taken. The nodes are close against `distance_to_poles`, which keeps
the error in theta near 1e-9.
"""

from dataclasses import dataclass
from enum import Enum, auto

import numpy as np

from psychometrics.arrays import CodeArray, FloatArray, IntArray
from psychometrics.irt.answers import CategoryTables, blocks, over_answered
from psychometrics.irt.calibration import Calibration
from psychometrics.irt.curves import category_curves
from psychometrics.irt.posteriors import distance_to_poles

SPACING = 0.05  # of the distance to the poles
WIDEST_SPACING = 0.2
HALF_RANGE = 8.0  # SDs of the first group; doubled for those whose root lies beyond
DOUBLINGS = 4
STENCIL = 8
NEWTON_STEPS = 12


class Equation(Enum):
    """What is added to the derivative of the log-likelihood."""

    LIKELIHOOD = auto()  # nothing
    POSTERIOR = auto()  # the derivative of the log of a normal prior
    WEIGHTED = auto()  # J / 2I


@dataclass(frozen=True)
class Prior:
    """Normal distribution of theta."""

    mean: float
    sd: float


def solve(calibration: Calibration, numbers: CodeArray, equation: Equation, prior: Prior) -> FloatArray:
    """Root and standard error of each respondent, shape (n_respondents, 2).

    The error is 1 / sqrt(I(theta)) with the expected information of the items answered, or, for
    `Equation.POSTERIOR`, 1 / sqrt(-U'(theta)), the curvature of the log-posterior.
    NaN where there is no root within `HALF_RANGE` * 2**`DOUBLINGS` SDs; of several roots the one with
    the greatest integral of U below it is taken, the highest maximum.
    """
    solved = np.full((len(numbers), 2), np.nan)
    open_rows = np.flatnonzero((numbers >= 0).any(axis=1))
    for doubling in range(DOUBLINGS + 1):
        if open_rows.size == 0:
            break
        tables = _Tables.of(calibration, equation, prior, half_range=HALF_RANGE * 2**doubling)
        for part in blocks(open_rows.size):
            rows = open_rows[part]
            solved[rows] = tables.solve(numbers[rows])
        open_rows = open_rows[np.isnan(solved[open_rows, 0])]
    return solved


@dataclass(frozen=True, eq=False)
class _Tables:
    equation: Equation
    nodes: FloatArray
    score: CategoryTables
    information: FloatArray  # (n_items, n_nodes)
    bias: FloatArray  # (n_items, n_nodes): J of each item
    prior_score: FloatArray  # (n_nodes,)

    @classmethod
    def of(
        cls, calibration: Calibration, equation: Equation, prior: Prior, *, half_range: float
    ) -> "_Tables":
        spacing = min(WIDEST_SPACING, SPACING * distance_to_poles(calibration))
        count = int(np.ceil(half_range / spacing))
        nodes: FloatArray = prior.mean + spacing * np.arange(-count, count + 1, dtype=np.float64)
        curves = category_curves(calibration, nodes)
        chances, first = curves.probabilities, curves.log_first
        information = np.nansum(chances * first**2, axis=2).T
        bias = np.nansum(chances * first * (curves.log_second + first**2), axis=2).T
        pull = np.zeros_like(nodes)
        if equation is Equation.POSTERIOR:
            pull += (prior.mean - nodes) / prior.sd**2
        return cls(equation, nodes, CategoryTables.of(first), information, bias, pull)

    def solve(self, numbers: CodeArray) -> FloatArray:
        values = self.score.sums(numbers)
        values += self.prior_score
        answered = numbers >= 0
        information = over_answered(answered, self.information)
        if self.equation is Equation.WEIGHTED:
            bias = over_answered(answered, self.bias)
            values += np.divide(bias, 2 * information, out=np.zeros_like(bias), where=information > 0)
        lower = _highest_bracket(values)
        first = lower - (STENCIL // 2 - 1)
        is_inside = (first >= 0) & (first + STENCIL <= self.nodes.size)
        columns = first.clip(0, self.nodes.size - STENCIL)[:, None] + np.arange(STENCIL)
        polynomial = np.take_along_axis(values, columns, axis=1) @ _TO_POWERS
        position, slope = _root(polynomial)
        spacing = self.nodes[1] - self.nodes[0]
        powers = np.vander(position, STENCIL, increasing=True)
        if self.equation is Equation.POSTERIOR:
            precision = -slope / spacing
        else:
            rows = np.broadcast_to(information, values.shape)
            precision = ((np.take_along_axis(rows, columns, axis=1) @ _TO_POWERS) * powers).sum(axis=1)
        theta = self.nodes[lower] + spacing * (position + 0.5)
        is_inside &= precision > 0
        solved = np.column_stack([theta, 1 / np.sqrt(np.where(is_inside, precision, 1))])
        return np.where(is_inside[:, None], solved, np.nan)


def _powers_of_stencil() -> FloatArray:
    """Values at the stencil's nodes to coefficients of the powers of the position.

    Positions count in spacings from the middle, so the two middle nodes are at -0.5 and 0.5.
    """
    positions = np.arange(STENCIL) - (STENCIL - 1) / 2
    inverse: FloatArray = np.linalg.inv(np.vander(positions, increasing=True)).T
    return inverse


_TO_POWERS = _powers_of_stencil()


def _highest_bracket(values: FloatArray) -> IntArray:
    """Node below the root: U is positive there, negative at the next, and its integral is greatest.

    By the trapezoidal rule, under which the greatest of all nodes always lies beside such a change of
    sign. A root outside the nodes gives the first or the last bracket.
    """
    integral = np.zeros_like(values)
    np.cumsum(values[:, 1:] + values[:, :-1], axis=1, out=integral[:, 1:])
    highest = integral.argmax(axis=1)
    is_rising = values[np.arange(len(values)), highest] > 0
    lower: IntArray = np.where(is_rising, highest, highest - 1).clip(0, values.shape[1] - 2)
    return lower


def _root(polynomial: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Root in [-0.5, 0.5] of polynomials that fall through 0 there, and their slope at it."""
    position = np.zeros(len(polynomial))
    slope = polynomial[:, 1]
    for _step in range(NEWTON_STEPS):
        value, slope = polynomial[:, -1], np.zeros(len(polynomial))
        for coefficient in polynomial.T[-2::-1]:
            slope = slope * position + value
            value = value * position + coefficient
        moved = np.where(slope < 0, position - value / np.where(slope < 0, slope, 1), 0).clip(-0.5, 0.5)
        if np.array_equal(moved, position) or np.abs(moved - position).max() < 1e-13:
            break
        position = moved
    return position, slope
