import numpy as np
import pytest

from psychometrics.dif.ordinal import _derivatives, _designs, cumulative_logit


def test_derivatives_are_those_of_the_likelihood():
    rng = np.random.default_rng(1)
    answers = np.tile(np.arange(4), 5)
    predictors, counts = rng.normal(size=(20, 2)), rng.integers(1, 9, 20).astype(float)
    designs = _designs(answers, predictors, 3)
    point = np.array([1.0, 0.2, -1.1, 0.4, -0.3])
    _, gradient, information = _derivatives(point, answers, 3, *designs, counts)
    for position in range(5):
        step = np.zeros(5)
        step[position] = 1e-5
        above, below = (_derivatives(point + sign * step, answers, 3, *designs, counts) for sign in (1, -1))
        assert gradient[position] == pytest.approx((above[0] - below[0]) / 2e-5, rel=1e-7, abs=1e-7)
        np.testing.assert_allclose(information[position], (below[1] - above[1]) / 2e-5, rtol=1e-6, atol=1e-6)


def test_without_predictors_the_shares_are_fitted():
    counts = np.array([10.0, 30, 40, 20])
    fit = cumulative_logit(np.arange(4), np.empty((4, 0)), counts)
    assert fit.converged
    assert fit.log_likelihood == pytest.approx(counts @ np.log(counts / 100), rel=1e-12)


def test_separated_answers_do_not_converge():
    fit = cumulative_logit(np.array([0, 0, 1, 1]), np.array([[-1.0], [-0.5], [0.5], [1.0]]), np.ones(4))
    assert not fit.converged
