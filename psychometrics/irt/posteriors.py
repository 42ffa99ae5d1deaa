"""Equal nodes for integrals over a normal population, dense and wide enough for the test at hand."""

from dataclasses import dataclass

import numpy as np

from psychometrics.arrays import CodeArray, FloatArray
from psychometrics.irt.answers import CategoryTables, blocks
from psychometrics.irt.calibration import Calibration
from psychometrics.irt.curves import category_curves, log_probabilities

HALF_RANGE = 6.0  # SDs
WIDEST_SPACING = 0.2  # SDs: 61 nodes
DOUBLINGS = 5
NEGLIGIBLE_MASS = 1e-10


@dataclass(frozen=True, eq=False)
class Population:
    """Nodes of a normal distribution and its weights there.

    Attributes
    ----------
    nodes, log_weights : ndarray, shape (n_nodes,)
        The weights sum to 1.
    """

    nodes: FloatArray
    log_weights: FloatArray

    @classmethod
    def of(
        cls, calibration: Calibration, mean: float, sd: float, *, half_range: float = HALF_RANGE
    ) -> "Population":
        """Nodes no further apart than the trapezoidal rule allows for this calibration.

        Its error falls as exp(-2 pi^2 (s / h)^2) for a normal posterior of SD s and as exp(-2 pi y / h) for
        poles at the distance y from the real line: with h below s and below y / pi it is near 1e-9.
        """
        spacing = min(WIDEST_SPACING * sd, sharpest_posterior(calibration, mean, sd))
        count = int(np.ceil(half_range * sd / spacing))
        deviations = half_range * np.arange(-count, count + 1) / count
        logs = -(deviations**2) / 2
        return cls(mean + sd * deviations, logs - np.log(np.exp(logs).sum()))


def sharpest_posterior(calibration: Calibration, mean: float, sd: float) -> float:
    """Least posterior SD in the population, at most `distance_to_poles` / pi."""
    grid = mean + sd * np.linspace(-HALF_RANGE, HALF_RANGE, 61)
    information = np.nansum(item_information(calibration, grid), axis=1).max()
    return float(min(1 / np.sqrt(information + 1 / sd**2), distance_to_poles(calibration) / np.pi))


def distance_to_poles(calibration: Calibration) -> float:
    """How far from the real line the item curves are analytic at least; inf without estimates.

    pi / a for a logistic of slope a. The sum over m + 1 categories in an adjacent-category model has
    zeros as near as pi / (a m), which disordered thresholds reach.
    """
    steps = 1 if calibration.model.is_graded else calibration.n_steps
    steepest = np.nanmax(np.abs(calibration.slopes) * steps, initial=0)
    return float(np.pi / steepest) if steepest > 0 else np.inf


def item_information(calibration: Calibration, theta: FloatArray) -> FloatArray:
    """Fisher information of each item, sum over categories of P (log P)'^2, shape (n_theta, n_items).

    NaN for an item without estimates.
    """
    curves = category_curves(calibration, theta)
    summed: FloatArray = np.nansum(curves.probabilities * curves.log_first**2, axis=2)
    return np.where(np.isnan(calibration.slopes), np.nan, summed)


@dataclass(frozen=True, eq=False)
class Posteriors:
    """Posterior distributions of respondents over the nodes of a population."""

    population: Population
    tables: CategoryTables

    @classmethod
    def of(cls, calibration: Calibration, population: Population) -> "Posteriors":
        logs = log_probabilities(
            calibration.model, calibration.slopes, calibration.intercepts, population.nodes
        )
        return cls(population, CategoryTables.of(logs))

    def at_nodes(self, numbers: CodeArray) -> FloatArray:
        """Probabilities of the nodes, shape (n_respondents, n_nodes); rows sum to 1."""
        masses = self.tables.sums(numbers)
        masses += self.population.log_weights
        masses -= masses.max(axis=1, keepdims=True)
        np.exp(masses, out=masses)
        masses /= masses.sum(axis=1, keepdims=True)
        return masses


def posterior_moments(calibration: Calibration, numbers: CodeArray, mean: float, sd: float) -> FloatArray:
    """Posterior mean and SD of each respondent, shape (n_respondents, 2).

    Those whose posterior reaches the outermost nodes are done again on a range twice as wide.
    """
    moments = np.full((len(numbers), 2), np.nan)
    open_rows = np.arange(len(numbers))
    for doubling in range(DOUBLINGS + 1):
        if open_rows.size == 0:
            break
        population = Population.of(calibration, mean, sd, half_range=HALF_RANGE * 2**doubling)
        posteriors = Posteriors.of(calibration, population)
        deviations = (population.nodes - mean) / sd
        ends = np.zeros(deviations.size)
        ends[[0, -1]] = 1
        measures = np.column_stack([deviations, deviations**2, ends])
        is_cut = np.zeros(open_rows.size, dtype=bool)
        for part in blocks(open_rows.size):
            rows = open_rows[part]
            first, second, at_ends = (posteriors.at_nodes(numbers[rows]) @ measures).T
            moments[rows] = np.column_stack([mean + sd * first, sd * np.sqrt(second - first**2)])
            is_cut[part] = at_ends > NEGLIGIBLE_MASS
        open_rows = open_rows[is_cut]
    moments[open_rows] = np.nan
    return moments
