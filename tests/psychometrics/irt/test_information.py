import numpy as np
import pytest

from psychometrics.irt import category_probabilities
from psychometrics.irt.information import information
from tests.psychometrics.irt.calibrations import make_calibration, some_calibration

NAN = float("nan")


def test_information_of_dichotomous_items_by_hand():
    # a^2 P (1 - P): 1/4 at the difficulty, 4 * 3/16 where P = 3/4
    calibration = make_calibration("2pl", [1.0, 2.0], [[0.0], [-np.log(3) / 2]])
    curves = information(calibration, [0.0])
    assert curves.items[0] == pytest.approx([0.25, 0.75], rel=1e-12)
    assert curves.test == pytest.approx([1.0], rel=1e-12)
    assert curves.standard_error == pytest.approx([1.0], rel=1e-12)


@pytest.mark.parametrize("model", ["rasch", "2pl", "pcm", "gpcm", "grm"])
def test_information_is_that_of_the_curves(model):
    calibration = some_calibration(model)
    theta, step = np.linspace(-3, 3, 7), 1e-5
    below, chances, above = (category_probabilities(calibration, theta + x) for x in (-step, 0, step))
    expected = np.nansum(((above - below) / (2 * step)) ** 2 / chances, axis=2)
    curves = information(calibration, theta)
    assert curves.items == pytest.approx(expected, rel=1e-6)
    assert curves.test == pytest.approx(expected.sum(axis=1), rel=1e-6)


def test_the_grid_spans_all_groups():
    calibration = some_calibration("grm", means=(0.0, 1.0), sds=(1.0, 1.5), labels=("a", "b"))
    curves = information(calibration)
    assert (curves.theta[0], curves.theta[-1], curves.theta.size) == (-5.0, 7.0, 81)
    assert curves.items.shape == (81, 12)


def test_items_without_estimates_add_nothing():
    calibration = make_calibration("2pl", [1.0, NAN], [[0.0], [NAN]])
    curves = information(calibration, [0.0, 900.0])
    assert np.isnan(curves.items[:, 1]).all()
    assert curves.test == pytest.approx([0.25, 0], rel=1e-12)
    assert curves.standard_error[1] == np.inf
    nothing = information(make_calibration("2pl", [NAN], [[NAN]], means=(NAN,), sds=(NAN,)))
    assert np.isnan(nothing.test).all()
    assert np.isnan(nothing.standard_error).all()


def test_theta_of_another_shape_is_named():
    with pytest.raises(ValueError, match="theta"):
        information(some_calibration("2pl"), [[0.0]])
