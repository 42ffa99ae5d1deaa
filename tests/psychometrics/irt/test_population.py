import numpy as np

from psychometrics.irt.population import log_priors, moments, prior_information, prior_scores

THETA = np.linspace(-3, 3, 13)
GROUPS = np.array([[0.0, 1.0], [0.7, 1.4]])
STEP = 1e-6


def test_weights_of_the_nodes_sum_to_one():
    weights = np.exp(log_priors(GROUPS, THETA))
    assert np.abs(weights.sum(axis=1) - 1).max() < 1e-14
    # hand-worked: neighbours of 0 at distance 0.5 weigh exp(-0.125) of it under N(0, 1)
    assert abs(weights[0, 7] / weights[0, 6] - np.exp(-0.125)) < 1e-14


def test_derivatives_are_those_of_differences():
    persons = np.random.default_rng(3).random((2, 13))
    information = prior_information(GROUPS, THETA, persons)
    for parameter in range(2):
        shift = STEP * np.eye(2)[parameter]
        logs = (log_priors(GROUPS + shift, THETA) - log_priors(GROUPS - shift, THETA)) / (2 * STEP)
        assert np.abs(prior_scores(GROUPS, THETA)[:, :, parameter] - logs).max() < 1e-8
        scores = (prior_scores(GROUPS + shift, THETA) - prior_scores(GROUPS - shift, THETA)) / (2 * STEP)
        assert np.abs(np.einsum("gq,gqp->gp", persons, scores) + information[:, parameter]).max() < 1e-7


def test_moments_of_respondents_on_nodes():
    persons = np.array([[0, 0, 2.0, 2.0], [0, 0, 0, 3.0]])
    # mean of 1, 1, 2, 2 and its SD; three equals have the least SD there is
    assert moments(persons, np.array([-1.0, 0, 1, 2])).tolist() == [[1.5, 0.5], [2.0, 0.2]]
