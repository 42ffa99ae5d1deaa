import numpy as np

from psychometrics.irt import patterns
from psychometrics.irt.calibration import Model
from psychometrics.irt.curves import log_probabilities
from psychometrics.irt.expectation import missing_information
from psychometrics.irt.likelihood import category_scores, complete_information


def numbers_of(rows):
    return np.array(rows, dtype=np.int8)


ROWS = numbers_of([[0, 2], [1, -1], [0, 2], [1, 0], [0, 2]])


def test_equal_rows_of_a_group_are_counted_once():
    collapsed = patterns.Patterns.of(ROWS, [np.array([0, 1, 2]), np.array([3, 4])], np.array([1, 2]))
    assert collapsed.bounds == (0, 2, 4)
    found = {
        (tuple(row), count) for row, count in zip(collapsed.numbers.tolist(), collapsed.counts, strict=True)
    }
    assert found == {((0, 2), 2), ((1, -1), 1), ((1, 0), 1), ((0, 2), 1)}
    assert collapsed.category_totals().tolist() == [[3, 2, 0], [1, 0, 3]]
    assert collapsed.answered is not None


def test_patterns_that_meet_in_one_key_stay_apart(monkeypatch):
    monkeypatch.setattr(patterns, "_FNV_PRIME", np.uint64(0))
    collapsed = patterns.Patterns.of(ROWS, [np.arange(5)], np.array([1, 2]))
    assert sorted(collapsed.counts) == [1, 1, 3]


def test_missing_information_is_the_covariance_of_the_scores():
    # written out: for each respondent, E[S S'] - E[S] E[S]' under her posterior over nine nodes
    generator = np.random.default_rng(4)
    theta = np.linspace(-2, 2, 9)
    slopes = np.array([1.3, 0.8])
    intercepts = np.array([[0.5, np.nan], [1.0, -0.4]])
    collapsed = patterns.Patterns.of(ROWS, [np.arange(5)], np.array([1, 2]))
    logs = log_probabilities(Model.GRM, slopes, intercepts, theta)
    scores = category_scores(Model.GRM, slopes, intercepts, theta)
    priors = np.log(generator.dirichlet(np.ones(9)))[None]
    group_scores = generator.normal(size=(1, 9, 2))
    expected = np.zeros((8, 8))
    for row, count in zip(collapsed.numbers, collapsed.counts, strict=True):
        weights, score = np.exp(priors[0]), np.zeros((9, 8))
        score[:, 6:] = group_scores[0]
        for item, number in enumerate(row):
            if number >= 0:
                weights = weights * np.exp(logs[:, item, number])
                score[:, 3 * item : 3 * item + 3] = scores[:, item, number]
        expected += count * np.cov(score.T, aweights=weights, ddof=0)
    missing = missing_information(collapsed, logs, priors, scores, group_scores, theta)
    assert np.abs(missing - expected).max() < 1e-4 * np.abs(expected).max()


def test_complete_information_is_the_derivative_of_the_scores():
    generator = np.random.default_rng(6)
    theta = np.linspace(-3, 3, 7)
    slopes, intercepts = np.array([1.3, -0.8]), np.array([[1.0, 0.2, -0.5], [0.4, np.nan, np.nan]])
    counts = generator.random((7, 2, 4)) * [[1, 1, 1, 1], [1, 1, 0, 0]]
    parameters, step = np.column_stack([slopes, intercepts]), 1e-6
    for model in (Model.GRM, Model.GPCM):
        information = complete_information(model, slopes, intercepts, theta, counts)
        for parameter in range(4):
            shifts = parameters + step * np.eye(4)[parameter], parameters - step * np.eye(4)[parameter]
            above, below = (category_scores(model, shift[:, 0], shift[:, 1:], theta) for shift in shifts)
            slope = np.einsum("qik,qikp->ip", counts, above - below) / (2 * step)
            exists = np.isfinite(parameters) & np.isfinite(parameters[:, [parameter]])
            assert np.abs((information[:, parameter] + slope)[exists]).max() < 1e-7
