"""S-X2: do respondents with one summed score answer an item as often as the model says?"""

from dataclasses import dataclass
from math import nan

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.irt.answers import read_answers
from psychometrics.irt.calibration import Calibration
from psychometrics.irt.curves import category_probabilities
from psychometrics.irt.persons import group_members
from psychometrics.irt.posteriors import Population
from psychometrics.irt.summed_scores import with_item, without_each_item

SMALLEST_EXPECTED = 1.0


@dataclass(frozen=True, eq=False)
class SummedScoreFit:
    """S-X2 of each item.

    Attributes
    ----------
    statistic, p : ndarray, shape (n_items,)
        NaN where no degrees of freedom are left, and for an item without estimates.
    df : ndarray of int, shape (n_items,)
        Cells less rows less the item's parameters; not positive where undefined.
    n : int
        Respondents who answered every item with estimates; the others are left out.
    """

    statistic: FloatArray
    df: IntArray
    p: FloatArray
    n: int


def summed_score_fit(
    calibration: Calibration,
    responses: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    are_estimated: bool = True,
) -> SummedScoreFit:
    """S-X2 = sum of (observed - expected)^2 / expected over score groups and categories of an item.

    The share of category z expected among those with sum k is the integral of P_z times the
    probability of k - z on the other items, over the integral of the probability of k. Sums
    0 and the highest say nothing and are left out.

    Collapsing: within a row (one sum) neighbouring categories are joined until each expected count
    is at least 1; a row in which a single cell is left is first joined with the next one nearer to
    the median of the sums.

    Parameters
    ----------
    calibration : Calibration
    responses : array_like, shape (n_respondents, n_items)
        Codes; respondents with a missing answer are left out.
    groups : array_like, shape (n_respondents,), optional
        Labels of the calibration's groups; expected counts are those of each group, added up.
    are_estimated : bool
        Whether the items' parameters come from these responses: then each item gives up as many
        degrees of freedom as it has thresholds, and one for a slope of its own.

    Returns
    -------
    SummedScoreFit

    Raises
    ------
    ValueError
        If `responses` or `groups` do not fit the calibration.

    References
    ----------
    Orlando & Thissen (2000), Appl. Psychol. Meas. 24(1), 50-64; Kang & Chen (2008), J. Educ. Meas. 45(4),
    391-406.
    """
    from scipy.special import chdtrc  # not at import: web processes import the kernel for its types

    answers = read_answers(calibration, responses)
    members = group_members(calibration, groups, len(answers.numbers))
    items = np.flatnonzero(calibration.n_steps)
    has_population = np.isfinite(calibration.group_means) & (calibration.group_sds > 0)
    is_complete = (answers.numbers[:, items] >= 0).all(axis=1) & has_population[members] & (items.size > 0)
    numbers, members = answers.numbers[is_complete][:, items], members[is_complete]
    statistic, p = np.full(calibration.n_items, nan), np.full(calibration.n_items, nan)
    df = np.zeros(calibration.n_items, dtype=np.int64)
    totals = numbers.sum(axis=1, dtype=np.int64)
    expected = _expected_counts(calibration, items, totals, members)
    for position, item in enumerate(items):
        n_categories = int(calibration.n_steps[item]) + 1
        observed = np.zeros_like(expected[position])
        np.add.at(observed, (totals, numbers[:, position]), 1)
        statistic[item], free = _statistic(observed[1:-1], expected[position][1:-1])
        n_parameters = n_categories - 1 + (not calibration.model.has_common_slope)
        df[item] = free - (n_parameters if are_estimated else 0)
    is_defined = df > 0
    statistic[~is_defined] = nan
    p[is_defined] = chdtrc(df[is_defined], statistic[is_defined])
    return SummedScoreFit(statistic, df, p, len(numbers))


def _expected_counts(
    calibration: Calibration, items: IntArray, totals: IntArray, members: IntArray
) -> list[FloatArray]:
    """Respondents expected by sum and category, shape (n_sums, n_categories), for each item."""
    n_steps = calibration.n_steps[items]
    n_sums = int(n_steps.sum()) + 1
    expected = [np.zeros((n_sums, steps + 1)) for steps in n_steps]
    for group in np.unique(members):
        population = Population.of(
            calibration, float(calibration.group_means[group]), float(calibration.group_sds[group])
        )
        chances = category_probabilities(calibration, population.nodes)[:, items]
        rests = without_each_item(chances, n_steps)
        weights = np.exp(population.log_weights)
        whole = weights @ with_item(rests[0], chances[:, 0, : n_steps[0] + 1])
        n_by_sum = np.bincount(totals[members == group], minlength=n_sums)
        share = np.divide(n_by_sum, whole, out=np.zeros(n_sums), where=whole > 0)
        for position, (steps, rest) in enumerate(zip(n_steps, rests, strict=True)):
            joint = (chances[:, position, : steps + 1] * weights[:, None]).T @ rest
            for category, row in enumerate(joint):
                sums = slice(category, category + row.size)
                expected[position][sums, category] += share[sums] * row
    return expected


def _statistic(observed: FloatArray, expected: FloatArray) -> tuple[float, int]:
    """Chi-square over the collapsed cells, and cells less rows."""
    statistic, free = 0.0, 0
    for seen, due in _rows(observed, expected):
        cells = _cells(due)
        seen, due = np.add.reduceat(seen, cells), np.add.reduceat(due, cells)
        statistic += float(((seen - due) ** 2 / due).sum())
        free += cells.size - 1
    return statistic, free


def _rows(observed: FloatArray, expected: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    """Rows with two cells or more, joined from both ends towards the median of the sums."""
    cumulative = expected.sum(axis=1).cumsum()
    if cumulative.size == 0 or cumulative[-1] == 0:
        return []
    middle = int(np.searchsorted(cumulative, cumulative[-1] / 2))
    rows: list[tuple[FloatArray, FloatArray]] = []
    left_over = []
    for sums in (range(middle), range(len(expected) - 1, middle, -1)):
        seen, due = np.zeros(expected.shape[1]), np.zeros(expected.shape[1])
        for k in sums:
            seen, due = seen + observed[k], due + expected[k]
            if _cells(due).size > 1:
                rows.append((seen, due))
                seen, due = np.zeros_like(seen), np.zeros_like(due)
        left_over.append((seen, due))
    seen = observed[middle] + sum(part[0] for part in left_over)
    due = expected[middle] + sum(part[1] for part in left_over)
    if _cells(due).size > 1:
        rows.append((seen, due))
    return rows


def _cells(expected: FloatArray) -> IntArray:
    """First categories of the cells: each, but perhaps a single one, with `SMALLEST_EXPECTED` or more."""
    starts, count = [0], 0.0
    for category, due in enumerate(expected):
        if count >= SMALLEST_EXPECTED:
            starts.append(category)
            count = 0.0
        count += due
    if count < SMALLEST_EXPECTED and len(starts) > 1:
        starts.pop()
    return np.array(starts, dtype=np.int64)
