"""Marginal maximum likelihood calibration: responses in, `Calibration` out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import nan

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray, IntArray
from psychometrics.irt.calibration import Anchor, Calibration, Model, Note, NoteKind
from psychometrics.irt.coding import Coded, coded
from psychometrics.irt.errors import NO_SLOPE, standard_errors, thresholds
from psychometrics.irt.maximise import Maximum, Problem, maximise
from psychometrics.irt.parameters import Layout, Parameters
from psychometrics.irt.patterns import Patterns
from psychometrics.irt.population import SMALLEST_SD
from psychometrics.irt.quadrature import FIRST_NODES, fit_for, mass_at_ends


def calibrate(
    responses: npt.ArrayLike,
    *,
    model: Model | str,
    groups: npt.ArrayLike | None = None,
    anchors: Mapping[int, Anchor] | None = None,
    free_first_group: bool = False,
    categories: Sequence[Sequence[int]] | None = None,
    max_passes: int = 500,
) -> Calibration:
    """Item parameters and group distributions that make the responses most likely.

    The likelihood is marginal: theta is normal in each group and integrated out over 61 equal nodes
    on [-6, 6], more where posterior mass reaches the ends or posteriors are narrow. The origin and
    unit are those of the first group, N(0, 1); the other groups' means and SDs are estimated. Items
    with anchors keep their parameters, and then the first group may be estimated as well
    (`free_first_group`); without anchors it may not. For rasch and pcm the common slope is estimated,
    or is that of the anchors.

    Parameters
    ----------
    responses : array_like, shape (n_respondents, n_items)
        Whole-number codes after scoring, higher for more; NaN where missing at random. Categories
        are the codes that occur.
    model : Model or str
        "rasch", "2pl", "pcm", "gpcm" or "grm".
    groups : array_like, shape (n_respondents,), optional
        Labels; the first group is the smallest label.
    anchors : mapping of item (column) to Anchor, optional
        See `Calibration.anchor`.
    free_first_group : bool
        Whether the first group's mean and SD are estimated too.
    categories : sequence of sequences of int, optional
        Codes an answer to each item may have, so that unused ones at the ends are noted too; those
        between the lowest and the highest observed code always are.
    max_passes : int
        Passes over the data after which the search ends unconverged.

    Returns
    -------
    Calibration
        NaN parameters and a note for an item nobody answered or with one category, and for a
        group too small to have an SD. Perfect or separated data have no maximum: the search ends
        unconverged.

    Raises
    ------
    ValueError
        If shapes or labels do not fit, an answer is not a whole number or has an unknown code, a
        dichotomous model meets a third category, or an anchor contradicts the model.

    References
    ----------
    Bock & Aitkin (1981), Psychometrika 46(4), 443-459; Bock & Zimowski (1997) for several groups;
    Louis (1982), J. R. Stat. Soc. B 44, 226-233 for the information; Varadhan & Roland (2008).
    """
    kind = Model(model)
    held = dict(anchors or {})
    if free_first_group and not held:
        raise ValueError("free_first_group needs anchors: nothing else holds the origin and unit")
    data = coded(responses, kind, groups, held, categories, free_first_group=free_first_group)
    estimated = np.flatnonzero(data.n_steps)
    if estimated.size == 0 or data.n == 0:
        return _nothing_estimated(kind, data)
    patterns = Patterns.of(data.numbers[:, estimated], data.group_rows, data.n_steps[estimated])
    start, layout = _start(kind, data, patterns, held, free_first_group=free_first_group)
    problem, maximum = _maximum(kind, patterns, layout, start, max_passes)
    return _calibration(kind, data, problem, maximum)


def _maximum(
    model: Model, patterns: Patterns, layout: Layout, start: FloatArray, max_passes: int
) -> tuple[Problem, Maximum]:
    """The maximum over nodes that suffice for it."""
    problem = Problem(model, patterns, layout, FIRST_NODES)
    while True:
        maximum = maximise(problem, start, max_passes=max_passes)
        theta = fit_for(problem.theta, maximum.point, model)
        if theta is problem.theta or problem.n_passes >= max_passes:
            return problem, maximum
        problem.theta, start = theta, maximum.point.vector


def _start(
    model: Model, data: Coded, patterns: Patterns, anchors: Mapping[int, Anchor], *, free_first_group: bool
) -> tuple[FloatArray, Layout]:
    """Slopes of 1, intercepts from the shares of the categories, N(0, 1) groups; and what is free."""
    estimated = np.flatnonzero(data.n_steps)
    items = np.hstack([np.ones((estimated.size, 1)), _start_intercepts(model, patterns)])
    free_items = np.hstack([np.ones((estimated.size, 1), dtype=bool), patterns.columns])
    for position, item in enumerate(estimated):
        if anchor := anchors.get(int(item)):
            free_items[position] = False
            items[position, 0] = anchor.slope
            reached = np.array(anchor.thresholds) if model.is_graded else np.cumsum(anchor.thresholds)
            items[position, 1 : reached.size + 1] = -anchor.slope * reached
    if model.has_common_slope and anchors:
        items[:, 0] = next(iter(anchors.values())).slope
        free_items[:, 0] = False
    empty = np.array([rows.size == 0 for rows in data.group_rows])
    free_groups = np.repeat(~empty[:, None], 2, axis=1)
    free_groups[0] &= free_first_group
    held = Parameters(items, np.tile([0.0, 1.0], (empty.size, 1)))
    layout = Layout.of(
        held, free_items, free_groups, common_slope=model.has_common_slope, is_graded=model.is_graded
    )
    return layout.vector(held), layout


def _start_intercepts(model: Model, patterns: Patterns) -> FloatArray:
    totals = patterns.category_totals() + 0.5  # an anchored category may be empty
    exists = np.hstack([np.ones((len(totals), 1), dtype=bool), patterns.columns])
    totals = np.where(exists, totals, 0)
    others = totals[:, :1]
    if model.is_graded:
        totals = np.cumsum(totals[:, ::-1], axis=1)[:, ::-1]
        others = totals[:, :1] - totals[:, 1:]
    odds = np.where(patterns.columns, totals[:, 1:], np.nan) / others
    # A logistic curve averaged over N(0, 1) is flatter by sqrt(1 + 1 / 1.7^2) = 1.16.
    return 1.16 * np.log(odds)


def _calibration(model: Model, data: Coded, problem: Problem, maximum: Maximum) -> Calibration:
    point, layout = maximum.point, problem.layout
    values = point.values
    errors = standard_errors(layout, values, maximum.information, is_graded=model.is_graded)
    placed = _placing(data.n_steps)
    means, sds, mean_errors, sd_errors = _groups(data, values.groups, errors.groups)
    return Calibration(
        model=model,
        slopes=placed(values.items)[:, 0],
        thresholds=placed(thresholds(values, is_graded=model.is_graded)),
        intercepts=placed(values.intercepts),
        slope_errors=placed(errors.items)[:, 0],
        threshold_errors=placed(errors.thresholds),
        intercept_errors=placed(np.where(np.isnan(values.intercepts), np.nan, errors.items[:, 1:])),
        categories=data.categories,
        n_steps=data.n_steps,
        group_labels=data.group_labels,
        group_means=means,
        group_sds=sds,
        group_mean_errors=mean_errors,
        group_sd_errors=sd_errors,
        log_likelihood=point.log_likelihood,
        n_parameters=layout.size,
        n=data.n,
        n_iterations=problem.n_passes,
        converged=maximum.converged,
        gradient_norm=float(np.abs(point.gradient).max(initial=0)),
        nodes=problem.theta,
        mass_at_ends=mass_at_ends(point),
        notes=(*data.notes, *_remarks(data, values, maximum)),
    )


def _placing(n_steps: IntArray) -> Callable[[FloatArray], FloatArray]:
    """Puts rows of the estimated items where they belong among all items."""

    def placed(rows: FloatArray) -> FloatArray:
        matrix = np.full((n_steps.size, rows.shape[1]), np.nan)
        matrix[n_steps > 0] = rows
        return matrix

    return placed


def _groups(data: Coded, values: FloatArray, errors: FloatArray) -> FloatArray:
    """Means, SDs and their errors, shape (4, n_groups); NaN for a group that is too small.

    An SD at its bound has no error.
    """
    empty = np.array([rows.size == 0 for rows in data.group_rows])
    errors = np.where(values <= [-np.inf, SMALLEST_SD], np.nan, errors)
    return np.where(empty, np.nan, np.vstack([values.T, errors.T]))


def _remarks(data: Coded, values: Parameters, maximum: Maximum) -> Iterator[Note]:
    estimated = np.flatnonzero(data.n_steps)
    for position in np.flatnonzero(values.slopes < -NO_SLOPE):
        yield Note(NoteKind.NEGATIVE_SLOPE, int(estimated[position]), float(values.slopes[position]))
    for position in np.flatnonzero(np.abs(values.slopes) <= NO_SLOPE):
        yield Note(NoteKind.NO_SLOPE, int(estimated[position]))
    for group in np.flatnonzero(values.groups[:, 1] <= SMALLEST_SD):
        yield Note(NoteKind.GROUP_SD_AT_BOUND, value=float(group))
    if maximum.information is None:
        yield Note(NoteKind.NOT_IDENTIFIED)


def _nothing_estimated(model: Model, data: Coded) -> Calibration:
    n_items, n_groups = data.n_steps.size, len(data.group_labels)
    by_item, by_step, by_group = (
        np.full(n_items, np.nan),
        np.full((n_items, 1), np.nan),
        np.full(n_groups, np.nan),
    )
    return Calibration(
        model=model,
        slopes=by_item,
        thresholds=by_step,
        intercepts=by_step,
        slope_errors=by_item,
        threshold_errors=by_step,
        intercept_errors=by_step,
        categories=data.categories,
        n_steps=np.zeros(n_items, dtype=np.int64),
        group_labels=data.group_labels,
        group_means=by_group,
        group_sds=by_group,
        group_mean_errors=by_group,
        group_sd_errors=by_group,
        log_likelihood=nan,
        n_parameters=0,
        n=data.n,
        n_iterations=0,
        converged=False,
        gradient_norm=nan,
        nodes=FIRST_NODES,
        mass_at_ends=nan,
        notes=data.notes,
    )
