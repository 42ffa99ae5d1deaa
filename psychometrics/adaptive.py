"""Adaptive tests: the next item and the end of the test, from the answers alone.

Nothing is kept between items: theta, the items that may follow and the reason to stop are computed
anew from the answers and the respondent's seed, so a repeated request gets the same item.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import BoolArray, FloatArray, IntArray, as_vector
from psychometrics.irt.answers import read_answers
from psychometrics.irt.calibration import Calibration
from psychometrics.irt.posteriors import Population, Posteriors, item_information

ROUNDING_SLACK = 1e-9
INFORMATION_DIGITS = 9


class Stop(StrEnum):
    """Why no item follows."""

    PRECISE = "precise"
    LONGEST = "longest"
    NO_ITEM_LEFT = "no_item_left"


@dataclass(frozen=True)
class Rules:
    """How items are chosen and when the test ends.

    Attributes
    ----------
    standard_error : float
        Posterior SD of theta at which the test may end, in SDs of the first group; above 0.
    min_items, max_items : int
        Items shown before the test may end, and at which it does.
    content : sequence of labels, length n_items, optional
        Content area of each item; without it all are of one area.
    shares : mapping of label to float, optional
        Part of the test due to each area, of any sum above 0; by default areas are equal. Items of an
        area that is not named are never chosen.
    n_candidates : int
        The item is drawn from this many of the most informative ones of its area.
    exposure : array_like, shape (n_items,), optional
        Sympson-Hetter parameters in (0, 1]: chance that an item, once due, may be shown to a
        respondent at all (see `exposure_parameters`).
    """

    standard_error: float = 0.3
    min_items: int = 1
    max_items: int = 30
    content: Sequence[Hashable] | None = None
    shares: Mapping[Hashable, float] = field(default_factory=dict)
    n_candidates: int = 1
    exposure: npt.ArrayLike | None = None


@dataclass(frozen=True)
class Step:
    """Where a respondent stands and what follows.

    Attributes
    ----------
    item : int or None
        Column of the item to show; None where the test ends.
    stop : Stop or None
        Why it ends.
    theta, se : float
        Mean and SD of the posterior (EAP); those of the prior before the first answer.
    n_answered : int
    """

    item: int | None
    stop: Stop | None
    theta: float
    se: float
    n_answered: int


class AdaptiveTest:
    """A calibrated pool under rules; holds tables of the items and nothing about respondents.

    Parameters
    ----------
    calibration : Calibration
    rules : Rules
    group : int
        Position of the calibration's group whose distribution is the prior.

    Raises
    ------
    ValueError
        If the rules do not fit the pool, or the group has no distribution.
    """

    def __init__(self, calibration: Calibration, rules: Rules, *, group: int = 0) -> None:
        mean, sd = float(calibration.group_means[group]), float(calibration.group_sds[group])
        if not (np.isfinite(mean) and sd > 0):
            raise ValueError(f"group {group} has no distribution: mean {mean}, SD {sd}")
        self.calibration = calibration
        self.rules = rules
        self._areas, self._shares = _content(rules, calibration.n_items)
        self._exposure = _exposure(rules, calibration.n_items)
        _ensure_lengths(rules)
        population = Population.of(calibration, mean, sd)
        self._nodes = population.nodes
        self._posteriors = Posteriors.of(calibration, population)

    def next_step(self, answers: npt.ArrayLike, *, seed: int, shown: npt.ArrayLike | None = None) -> Step:
        """The item that follows these answers, or why none does.

        The area is the one furthest below its share of the items shown; within it the most
        informative items at theta that this respondent may see are the candidates.

        Parameters
        ----------
        answers : array_like, shape (n_items,)
            Codes; NaN where there is no answer.
        seed : int
            The respondent's own, not negative, the same through the test.
        shown : array_like of bool, shape (n_items,), optional
            Items shown, answered or not; those answered always count as shown.

        Returns
        -------
        Step

        Raises
        ------
        ValueError
            If `answers` or `shown` do not fit the pool.

        References
        ----------
        Content and candidates: Kingsbury & Zara (1989), Appl. Meas. Educ. 2(4), 359-375; exposure: Sympson &
        Hetter (1985), Proc. 27th Conf. Military Testing Assoc., 973-977.
        """
        row = as_vector("answers", answers)[None]
        numbers = read_answers(self.calibration, row).numbers
        is_shown = ~np.isnan(row[0]) | _mask(shown, self.calibration.n_items)
        masses = self._posteriors.at_nodes(numbers)[0]
        theta = float(masses @ self._nodes)
        se = float(np.sqrt(masses @ (self._nodes - theta) ** 2))
        n_shown = int(np.count_nonzero(is_shown))
        item, stop = None, self._stop(se, n_shown)
        if stop is None:
            item = self._choose(theta, is_shown, seed)
            stop = Stop.NO_ITEM_LEFT if item is None else None
        return Step(item, stop, theta, se, int(np.count_nonzero(numbers >= 0)))

    def _stop(self, se: float, n_shown: int) -> Stop | None:
        if n_shown >= self.rules.max_items:
            return Stop.LONGEST
        is_precise = se <= self.rules.standard_error + ROUNDING_SLACK
        return Stop.PRECISE if is_precise and n_shown >= self.rules.min_items else None

    def _choose(self, theta: float, is_shown: BoolArray, seed: int) -> int | None:
        # Drawn once for a respondent: an item that may not be shown stays so through the test.
        may_see = np.random.default_rng([seed, 0]).random(is_shown.size) < self._exposure
        is_open = ~is_shown & may_see & (self._areas >= 0) & (self.calibration.n_steps > 0)
        if not is_open.any():
            return None
        draw = np.random.default_rng([seed, 1, int(np.count_nonzero(is_shown))])
        area = self._area_due(is_shown, is_open, draw)
        items = np.flatnonzero(is_open & (self._areas == area))
        information = item_information(self.calibration, np.array([theta]))[0, items]
        # Items equal on paper keep the order of the pool whatever the last digit says.
        order = np.argsort(-information.round(INFORMATION_DIGITS), kind="stable")
        candidates = items[order[: self.rules.n_candidates]]
        return int(draw.choice(candidates))

    def _area_due(self, is_shown: BoolArray, is_open: BoolArray, draw: np.random.Generator) -> int:
        """The area furthest below its share, of those with an open item; ties fall by lot."""
        n_areas = self._shares.size
        counted = np.bincount(self._areas[is_shown & (self._areas >= 0)], minlength=n_areas)
        lacking = self._shares - counted / max(counted.sum(), 1)
        has_item = np.bincount(self._areas[is_open], minlength=n_areas) > 0
        lacking = np.where(has_item & (self._shares > 0), lacking, -np.inf)
        return int(draw.choice(np.flatnonzero(lacking >= lacking.max() - ROUNDING_SLACK)))


def next_step(
    calibration: Calibration,
    answers: npt.ArrayLike,
    rules: Rules,
    *,
    seed: int,
    shown: npt.ArrayLike | None = None,
    group: int = 0,
) -> Step:
    """`AdaptiveTest.next_step` of one respondent; arguments and errors as there."""
    return AdaptiveTest(calibration, rules, group=group).next_step(answers, seed=seed, shown=shown)


@dataclass(frozen=True, eq=False)
class Simulated:
    """Adaptive tests of simulated respondents.

    Attributes
    ----------
    shown : ndarray of bool, shape (n_respondents, n_items)
    theta, se : ndarray, shape (n_respondents,)
        At the end of the test.
    stops : tuple of Stop
    """

    shown: BoolArray
    theta: FloatArray
    se: FloatArray
    stops: tuple[Stop, ...]

    @property
    def lengths(self) -> IntArray:
        """Items shown to each respondent, shape (n_respondents,)."""
        lengths: IntArray = self.shown.sum(axis=1)
        return lengths

    @property
    def exposure(self) -> FloatArray:
        """Share of the respondents who saw each item, shape (n_items,)."""
        exposure: FloatArray = self.shown.mean(axis=0)
        return exposure


def simulate(test: AdaptiveTest, responses: npt.ArrayLike, *, seed: int = 0) -> Simulated:
    """The tests respondents would have had who would answer the whole pool by `responses`.

    Parameters
    ----------
    test : AdaptiveTest
    responses : array_like, shape (n_respondents, n_items)
        Codes; NaN where the respondent skips the item.
    seed : int
        Respondent r has the seed `seed` + r.

    Raises
    ------
    ValueError
        If `responses` do not fit the pool.
    """
    matrix = np.asarray(responses, dtype=np.float64)
    read_answers(test.calibration, matrix)
    shown = np.zeros(matrix.shape, dtype=bool)
    ends = []
    for row, (given, seen) in enumerate(zip(matrix, shown, strict=True)):
        step = test.next_step(np.where(seen, given, np.nan), seed=seed + row, shown=seen)
        while step.item is not None:
            seen[step.item] = True
            step = test.next_step(np.where(seen, given, np.nan), seed=seed + row, shown=seen)
        ends.append(step)
    theta, se = np.array([step.theta for step in ends]), np.array([step.se for step in ends])
    return Simulated(shown, theta, se, tuple(step.stop for step in ends if step.stop is not None))


def exposure_parameters(
    calibration: Calibration,
    rules: Rules,
    responses: npt.ArrayLike,
    *,
    largest: float,
    n_rounds: int = 8,
    seed: int = 0,
) -> FloatArray:
    """Sympson-Hetter parameters under which no item is shown to more than about `largest` of respondents.

    Each round simulates the tests and sets k = min(1, largest / share to whom the item was due), which is
    the share who saw it over its last k. The pool must have items enough: `Stop.NO_ITEM_LEFT` in a
    simulation under the parameters says that it has not.

    Parameters
    ----------
    calibration : Calibration
    rules : Rules
        Their `exposure` is the start.
    responses : array_like, shape (n_respondents, n_items)
        Answers to the whole pool drawn from the model for the population expected.
    largest : float
        In (0, 1].
    n_rounds : int
    seed : int

    Returns
    -------
    ndarray, shape (n_items,)

    Raises
    ------
    ValueError
        If `largest` is out of range, or rules or responses do not fit.

    References
    ----------
    Sympson & Hetter (1985), as for `AdaptiveTest.next_step`.
    """
    if not 0 < largest <= 1:
        raise ValueError(f"largest must be in (0, 1], got {largest}")
    parameters = _exposure(rules, calibration.n_items)
    for turn in range(n_rounds):
        test = AdaptiveTest(calibration, replace(rules, exposure=parameters))
        due = simulate(test, responses, seed=seed + turn * len(np.asarray(responses))).exposure / parameters
        parameters = np.minimum(1, np.divide(largest, due, out=np.ones_like(due), where=due > largest))
    return parameters


def _content(rules: Rules, n_items: int) -> tuple[IntArray, FloatArray]:
    """Number of each item's area, -1 where it has no share, and the shares, of sum 1."""
    content = [None] * n_items if rules.content is None else list(rules.content)
    if len(content) != n_items:
        raise ValueError(f"content must name the area of each of {n_items} items, got {len(content)}")
    shares = dict(rules.shares) or dict.fromkeys(content, 1.0)
    sizes = np.array(list(shares.values()), dtype=np.float64)
    if not (np.isfinite(sizes).all() and (sizes >= 0).all() and sizes.sum() > 0):
        raise ValueError(f"shares must not be negative and not all 0, got {shares}")
    if missing := [area for area, share in shares.items() if share > 0 and area not in content]:
        raise ValueError(f"no item is of the areas {missing}")
    numbers = {area: number for number, area in enumerate(shares)}
    return np.array([numbers.get(area, -1) for area in content], dtype=np.int64), sizes / sizes.sum()


def _exposure(rules: Rules, n_items: int) -> FloatArray:
    if rules.exposure is None:
        return np.ones(n_items)
    exposure = as_vector("exposure", rules.exposure)
    if exposure.size != n_items or not ((exposure > 0) & (exposure <= 1)).all():
        raise ValueError(f"exposure must hold {n_items} values in (0, 1], got {exposure}")
    return exposure


def _ensure_lengths(rules: Rules) -> None:
    if not (rules.standard_error > 0 and 0 <= rules.min_items <= rules.max_items and rules.n_candidates >= 1):
        raise ValueError(f"lengths, standard error or candidates out of range: {rules}")


def _mask(shown: npt.ArrayLike | None, n_items: int) -> BoolArray:
    mask = np.zeros(n_items, dtype=bool) if shown is None else np.asarray(shown)
    if mask.shape != (n_items,) or mask.dtype != bool:
        raise ValueError(f"shown must be {n_items} booleans, got shape {mask.shape} of {mask.dtype}")
    return mask
