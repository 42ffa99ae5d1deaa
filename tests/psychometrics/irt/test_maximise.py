import numpy as np
import pytest

from psychometrics.irt import Model
from psychometrics.irt.maximise import Problem, _accelerated, _climbed
from psychometrics.irt.parameters import Layout, Parameters
from psychometrics.irt.patterns import Patterns
from tests.psychometrics.irt.published import lsat7


@pytest.fixture
def problem():
    """Section 7 of the Law School Admission Test under two parameters, N(0, 1) respondents."""
    numbers = lsat7().astype(np.int8)
    patterns = Patterns.of(numbers, [np.arange(1000)], np.ones(5, dtype=int))
    held = Parameters(np.tile([1.0, 0.5], (5, 1)), np.array([[0.0, 1.0]]))
    layout = Layout.of(
        held, np.ones((5, 2), dtype=bool), np.zeros((1, 2), dtype=bool), common_slope=False, is_graded=False
    )
    return Problem(Model.TWO_PL, patterns, layout, np.linspace(-6, 6, 61))


def start(problem):
    return problem.at(problem.layout.vector(problem.layout.held))


def test_gradient_is_that_of_the_marginal_likelihood(problem):
    point, step = start(problem), 1e-5
    for position, direction in enumerate(np.eye(10) * step):
        above, below = problem.at(point.vector + direction), problem.at(point.vector - direction)
        slope = (above.log_likelihood - below.log_likelihood) / (2 * step)
        assert point.gradient[position] == pytest.approx(slope, abs=1e-4)


def test_a_step_beyond_the_top_is_halved_or_refused(problem):
    point = start(problem)
    for _round in range(10):
        point = problem.at(problem.maximised(point))
    step = 3 * np.linalg.solve(problem.observed_information(point), point.gradient)
    assert problem.at(point.vector + step).log_likelihood < point.log_likelihood
    shorter = _climbed(problem, point, step)
    assert shorter is not None
    assert shorter.log_likelihood > point.log_likelihood
    assert _climbed(problem, point, -step) is None


def test_extrapolation_that_loses_likelihood_is_not_taken(problem, monkeypatch):
    # steps of one length look like a long way to go: the extrapolation would be thousands of steps
    point = start(problem)
    uphill = point.gradient / np.linalg.norm(point.gradient)
    monkeypatch.setattr(
        problem, "maximised", lambda at: at.vector + uphill * (0.02 + 1e-4 * problem.n_passes)
    )
    reached, _change = _accelerated(problem, point, neighbourhood=0, max_passes=6)
    assert reached.log_likelihood > point.log_likelihood
    assert np.linalg.norm(reached.vector - point.vector) < 1


def test_each_round_of_em_gains(problem):
    point = start(problem)
    for _round in range(5):
        following = problem.at(problem.maximised(point))
        assert following.log_likelihood > point.log_likelihood
        point = following
