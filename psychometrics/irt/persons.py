"""Places of respondents on the latent scale, with their errors, and how reliable they are."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import partial
from math import nan

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import BoolArray, CodeArray, FloatArray, IntArray
from psychometrics.irt.answers import once_per_pattern, read_answers
from psychometrics.irt.calibration import Calibration
from psychometrics.irt.posteriors import Population, item_information, posterior_moments
from psychometrics.irt.roots import Equation, Prior, solve


class Method(StrEnum):
    """How theta is estimated from one respondent's answers."""

    EAP = "eap"
    MAP = "map"
    WLE = "wle"
    ML = "ml"


_EQUATIONS = {
    Method.MAP: Equation.POSTERIOR,
    Method.WLE: Equation.WEIGHTED,
    Method.ML: Equation.LIKELIHOOD,
}


class Status(IntEnum):
    """Why a respondent has no theta; `SCORED` where there is one."""

    SCORED = 0
    NOTHING_ANSWERED = 1
    LOWEST_SCORE = 2
    HIGHEST_SCORE = 3
    OUT_OF_RANGE = 4


@dataclass(frozen=True, eq=False)
class PersonScores:
    """Theta of each respondent with its error.

    Attributes
    ----------
    method : Method
    theta, se : ndarray, shape (n_respondents,)
        In SDs of the calibration's first group; NaN where `status` is not `SCORED`.
    n_answered : ndarray of int, shape (n_respondents,)
        Answers that entered.
    n_unknown : ndarray of int, shape (n_respondents,)
        Answers left out because the calibration has not met their code.
    status : ndarray of int8, shape (n_respondents,)
        Codes of `Status`.
    """

    method: Method
    theta: FloatArray
    se: FloatArray
    n_answered: IntArray
    n_unknown: IntArray
    status: CodeArray

    def count(self, status: Status) -> int:
        """Respondents with this status."""
        return int(np.count_nonzero(self.status == status))


@dataclass(frozen=True)
class Reliability:
    """Share of the variance of theta that is not error, with the respondents behind it.

    Attributes
    ----------
    value : float
        NaN where undefined; the empirical one of weighted likelihood may be negative.
    n : int
        Respondents whose scores entered; 0 for the marginal one, which needs none.
    """

    value: float
    n: int


def person_scores(
    calibration: Calibration,
    responses: npt.ArrayLike,
    method: str = Method.EAP,
    *,
    groups: npt.ArrayLike | None = None,
) -> PersonScores:
    """Theta of each respondent from the answers to a calibrated test.

    * `eap`: mean of the posterior; se is its SD.
    * `map`: its mode; se is 1 / sqrt(curvature of the log-posterior there).
    * `wle`: root of l' + J / 2I = 0 with I = sum P'^2 / P and J = sum P' P'' / P over the categories of
      the items answered; se is 1 / sqrt(I). Finite for the lowest and the highest score too.
    * `ml`: root of l' = 0; se is 1 / sqrt(I). None for the lowest and the highest score.

    EAP and MAP draw short tests towards the mean of the group: compare waves by one prior, or by WLE.

    Parameters
    ----------
    calibration : Calibration
    responses : array_like, shape (n_respondents, n_items)
        Response codes; NaN where there is no answer.
    method : {"eap", "map", "wle", "ml"}
    groups : array_like, shape (n_respondents,), optional
        Labels of `calibration.group_labels`, whose normal distributions are the priors of `eap`
        and `map`; without them the prior of all is that of the first group.

    Returns
    -------
    PersonScores

    Raises
    ------
    ValueError
        If `responses` do not fit the calibration, or for an unknown method or group.

    References
    ----------
    EAP: Bock & Mislevy (1982), Appl. Psychol. Meas. 6(4), 431-444. WLE: Warm (1989), Psychometrika
    54(3), 427-450; categories: Samejima (1993), Psychometrika 58(2), 195-209; Penfield & Bergeron (2005),
    Appl. Psychol. Meas. 29(3), 218-233.
    """
    chosen = Method(method)
    answers = read_answers(calibration, responses)
    members = group_members(calibration, groups, len(answers.numbers))
    n_answered = answers.n_answered
    status = np.where(n_answered == 0, Status.NOTHING_ANSWERED, Status.SCORED).astype(np.int8)
    if chosen is Method.ML:
        is_lowest, is_highest = _endless(calibration, answers.numbers)
        status[is_lowest & (n_answered > 0)] = Status.LOWEST_SCORE
        status[is_highest & (n_answered > 0)] = Status.HIGHEST_SCORE
    estimates = np.full((len(status), 2), nan)
    has_prior = chosen in (Method.EAP, Method.MAP)
    for position in np.unique(members) if has_prior else [0]:
        is_in_group = (members == position) if has_prior else True
        rows = np.flatnonzero((status == Status.SCORED) & is_in_group)
        prior = Prior(float(calibration.group_means[position]), float(calibration.group_sds[position]))
        estimates[rows] = _estimates(calibration, answers.numbers[rows], chosen, prior)
    status[(status == Status.SCORED) & np.isnan(estimates[:, 0])] = Status.OUT_OF_RANGE
    return PersonScores(chosen, estimates[:, 0], estimates[:, 1], n_answered, answers.n_unknown, status)


def _estimates(calibration: Calibration, numbers: CodeArray, method: Method, prior: Prior) -> FloatArray:
    """Theta and error, shape (n_respondents, 2)."""
    if len(numbers) == 0:
        return np.empty((0, 2))
    if not (np.isfinite(prior.mean) and prior.sd > 0):
        return np.full((len(numbers), 2), nan)
    if method is Method.EAP:
        work = partial(posterior_moments, calibration, mean=prior.mean, sd=prior.sd)
    else:
        work = partial(solve, calibration, equation=_EQUATIONS[method], prior=prior)
    return once_per_pattern(calibration.model, numbers, work)


def group_members(calibration: Calibration, groups: npt.ArrayLike | None, n: int) -> IntArray:
    """Position of each respondent's group in the calibration; ValueError for a label it does not have."""
    if groups is None:
        return np.zeros(n, dtype=np.int64)
    labels = np.asarray(groups)
    if labels.shape != (n,):
        raise ValueError(f"groups must have one label per respondent ({n}), got shape {labels.shape}")
    different, members = np.unique(labels, return_inverse=True)
    positions = [_group_position(calibration, label) for label in different.tolist()]
    return np.array(positions, dtype=np.int64)[members]


def _group_position(calibration: Calibration, label: object) -> int:
    if label not in calibration.group_labels:
        raise ValueError(f"group {label!r} is not in the calibration: {list(calibration.group_labels)}")
    return calibration.group_labels.index(label)


def _endless(calibration: Calibration, numbers: CodeArray) -> tuple[BoolArray, BoolArray]:
    """Whose likelihood rises without end towards lower, and towards higher theta."""
    is_missing = numbers < 0
    is_bottom, is_top = numbers == 0, numbers == calibration.n_steps
    falls = calibration.slopes < 0
    lowest: BoolArray = (np.where(falls, is_top, is_bottom) | is_missing).all(axis=1)
    highest: BoolArray = (np.where(falls, is_bottom, is_top) | is_missing).all(axis=1)
    return lowest, highest


def empirical_reliability(scores: PersonScores) -> Reliability:
    """Reliability of these scores in this sample.

    EAP and MAP are drawn in, so that their variance is that of the true part:
    var(theta) / (var(theta) + mean(se^2)). WLE and ML spread by their error on top:
    1 - mean(se^2) / var(theta).

    Returns
    -------
    Reliability
        NaN with fewer than two scores or where they do not vary.

    References
    ----------
    Bock & Mislevy (1982), as for `person_scores`; Adams (2005), Stud. Educ. Eval. 31(2-3), 162-172.
    """
    is_scored = scores.status == Status.SCORED
    n = int(np.count_nonzero(is_scored))
    variance = float(scores.theta[is_scored].var(ddof=1)) if n > 1 else 0.0
    if variance <= 0:
        return Reliability(nan, n)
    error = float(np.mean(scores.se[is_scored] ** 2))
    if scores.method in (Method.EAP, Method.MAP):
        return Reliability(variance / (variance + error), n)
    return Reliability(1 - error / variance, n)


def marginal_reliability(calibration: Calibration, *, group: object | None = None) -> Reliability:
    """Reliability expected of the whole test in a group: mean of I / (I + 1 / variance) over its theta.

    Parameters
    ----------
    calibration : Calibration
    group : object, optional
        A label of the calibration; the first group otherwise.

    Raises
    ------
    ValueError
        If the calibration has no such group.

    References
    ----------
    Green, Bock, Humphreys, Linn & Reckase (1984), J. Educ. Meas. 21(4), 347-360; with the variance of the
    posterior in place of 1 / I, which has no mean over a normal population.
    """
    position = 0 if group is None else _group_position(calibration, group)
    mean, sd = float(calibration.group_means[position]), float(calibration.group_sds[position])
    if not ((calibration.n_steps > 0).any() and np.isfinite(mean) and sd > 0):
        return Reliability(nan, 0)
    population = Population.of(calibration, mean, sd)
    information = np.nansum(item_information(calibration, population.nodes), axis=1)
    weights = np.exp(population.log_weights)
    return Reliability(float(weights @ (information / (information + sd**-2))), 0)
