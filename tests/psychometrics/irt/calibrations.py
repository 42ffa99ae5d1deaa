"""Calibrations with stated parameters, and answers drawn from them."""

import numpy as np

from psychometrics.irt import Calibration, Model, category_probabilities


def make_calibration(model, slopes, thresholds, *, categories=None, means=(0.0,), sds=(1.0,), labels=(0,)):
    """The calibration one would get with these parameters and no sampling error."""
    slopes, thresholds = np.asarray(slopes, dtype=float), np.asarray(thresholds, dtype=float)
    is_cumulative = model in ("2pl", "grm")
    reached = thresholds if is_cumulative else np.cumsum(thresholds, axis=1)
    n_steps = np.where(np.isnan(slopes), 0, np.isfinite(thresholds).sum(axis=1))
    by_group = np.zeros(len(means))
    return Calibration(
        model=Model(model),
        slopes=slopes,
        thresholds=thresholds,
        intercepts=-slopes[:, None] * reached,
        slope_errors=np.zeros(slopes.shape),
        threshold_errors=np.zeros(thresholds.shape),
        intercept_errors=np.zeros(thresholds.shape),
        categories=categories or tuple(tuple(range(steps + 1)) if steps else () for steps in n_steps),
        n_steps=n_steps,
        group_labels=labels,
        group_means=np.array(means),
        group_sds=np.array(sds),
        group_mean_errors=by_group,
        group_sd_errors=by_group,
        log_likelihood=0.0,
        n_parameters=0,
        n=0,
        n_iterations=0,
        converged=True,
        gradient_norm=0.0,
        nodes=np.linspace(-6, 6, 61),
        mass_at_ends=0.0,
        notes=(),
    )


def some_calibration(model, *, n_items=12, seed=1, **more):
    """Items of moderate slopes over the whole range, with one short item among those of five categories."""
    rng = np.random.default_rng(seed)
    n_steps = 1 if model in ("rasch", "2pl") else 4
    slopes = np.full(n_items, 1.1) if model in ("rasch", "pcm") else np.exp(rng.normal(0.1, 0.4, n_items))
    thresholds = rng.normal(0, 1, (n_items, 1)) + np.sort(rng.normal(0, 1, (n_items, n_steps)), axis=1)
    if n_steps > 1:
        thresholds[1, 2:] = np.nan
    return make_calibration(model, slopes, thresholds, **more)


def draw_answers(calibration, theta, rng):
    """One answer of each respondent to each item, as category numbers."""
    chances = np.nan_to_num(category_probabilities(calibration, theta))
    above = rng.random((*chances.shape[:2], 1)) > chances.cumsum(axis=2)[..., :-1]
    return above.sum(axis=2).astype(float)
