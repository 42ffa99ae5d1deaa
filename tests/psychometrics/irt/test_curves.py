from dataclasses import replace

import numpy as np
import pytest

from psychometrics.irt import Model, calibrate, category_curves, category_probabilities
from tests.psychometrics.irt.published import science


def make_calibration(model, slopes, thresholds):
    """A calibration with the parameters of a test, NaN-padded."""
    slopes, thresholds = np.array(slopes, dtype=float), np.array(thresholds, dtype=float)
    sums = thresholds if model == "grm" else np.cumsum(thresholds, axis=1)
    fit = calibrate(science(), model="grm")
    return replace(
        fit,
        model=Model(model),
        slopes=slopes,
        thresholds=thresholds,
        intercepts=-slopes[:, None] * sums,
        n_steps=np.isfinite(thresholds).sum(axis=1),
    )


def ragged(model):
    nan = np.nan
    thresholds = [[-1, 0.5, 1], [0.3, nan, nan], [nan, nan, nan], [-1, 0, nan]]
    return make_calibration(model, [1.2, -0.7, nan, 3.0], thresholds)


def test_hand_worked_probabilities():
    # 2pl: logistic(2 * (1 - 0.5)); grm: differences of logistics at 1 and -1; gpcm: 1 : e : 1 at 0
    assert category_probabilities(make_calibration("2pl", [2], [[0.5]]), [1])[0, 0] == pytest.approx(
        [0.268941421369995, 0.731058578630005]
    )
    assert category_probabilities(make_calibration("grm", [1], [[-1, 1]]), [0])[0, 0] == pytest.approx(
        [0.268941421369995, 0.46211715726001, 0.268941421369995]
    )
    e = np.e
    assert category_probabilities(make_calibration("gpcm", [1], [[-1, 1]]), [0])[0, 0] == pytest.approx(
        [1 / (2 + e), e / (2 + e), 1 / (2 + e)]
    )


@pytest.mark.parametrize("model", Model)
def test_derivatives_are_those_of_differences(model):
    calibration, theta, step = ragged(model), np.linspace(-3, 3, 13), 1e-5
    curves = category_curves(calibration, theta)
    above, below = category_curves(calibration, theta + step), category_curves(calibration, theta - step)
    for value, slope in (
        ("log_probabilities", "log_first"),
        ("log_first", "log_second"),
        ("probabilities", "first"),
        ("first", "second"),
    ):
        difference = (getattr(above, value) - getattr(below, value)) / (2 * step)
        assert getattr(curves, slope) == pytest.approx(difference, abs=1e-8, nan_ok=True)


@pytest.mark.parametrize("model", Model)
def test_tails_keep_their_digits(model):
    calibration = ragged(model)
    curves = category_curves(calibration, [-300.0, 300.0])
    exists = np.arange(4) <= calibration.n_steps[:, None]
    exists[2] = False
    assert np.array_equal(np.isfinite(curves.log_probabilities), np.broadcast_to(exists, (2, 4, 4)))
    assert np.array_equal(np.isfinite(curves.log_second), np.broadcast_to(exists, (2, 4, 4)))
    # P(highest) of a dichotomous item far below: log P = a * (theta - b), where 1 - P is 1 to the last digit
    assert curves.log_probabilities[0, 1, 0] == pytest.approx(-0.7 * (300 + 0.3), rel=1e-12)
    assert curves.log_probabilities[1, 1, 1] == pytest.approx(-0.7 * (300 - 0.3), rel=1e-12)


@pytest.mark.parametrize("model", Model)
def test_probabilities_sum_to_one(model):
    chances = category_probabilities(ragged(model), np.linspace(-40, 40, 17))
    assert np.nansum(chances[:, [0, 1, 3]], axis=2) == pytest.approx(1, abs=1e-14)
    assert np.isnan(chances[:, 2]).all()


def test_theta_must_be_a_vector():
    with pytest.raises(ValueError, match=r"theta .* got shape \(1, 1\)"):
        category_probabilities(ragged("grm"), [[0.0]])
