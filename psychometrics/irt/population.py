"""Normal distributions of theta on the nodes, by group, and their derivatives by mean and SD."""

import numpy as np

from psychometrics.arrays import FloatArray

# A group's SD below the distance of two nodes could not be integrated over.
SMALLEST_SD = 0.2


def log_priors(groups: FloatArray, theta: FloatArray) -> FloatArray:
    """Logarithms of the weights of the nodes, which sum to 1, shape (n_groups, n_nodes).

    `groups` has shape (n_groups, 2): mean and SD.
    """
    logs: FloatArray = -(_standard(groups, theta) ** 2) / 2
    logs -= np.log(np.exp(logs).sum(axis=1, keepdims=True))
    return logs


def prior_scores(groups: FloatArray, theta: FloatArray) -> FloatArray:
    """Derivatives of `log_priors` by mean and SD, shape (n_groups, n_nodes, 2)."""
    kernels = _kernel_scores(groups, theta)
    scores: FloatArray = kernels - _averaged(np.exp(log_priors(groups, theta)), kernels)[:, None, :]
    return scores


def prior_information(groups: FloatArray, theta: FloatArray, persons: FloatArray) -> FloatArray:
    """Negative second derivatives of sum(persons * log_priors), shape (n_groups, 2, 2).

    `persons` (n_groups, n_nodes) counts respondents. With log prior = kernel - log(sum(exp(kernel))),
    kernel = -(theta - mean)^2 / (2 sd^2): the kernel's curvature where the respondents are less that under
    the prior, plus the covariance of the kernel's derivatives under the prior.
    """
    priors, scores = np.exp(log_priors(groups, theta)), prior_scores(groups, theta)
    totals = persons.sum(axis=1, keepdims=True)
    standard = _standard(groups, theta)
    curvature = np.stack([np.ones_like(standard), 2 * standard, 2 * standard, 3 * standard**2], axis=2)
    curvature /= groups[:, 1, None, None] ** 2
    excess = _averaged(persons - totals * priors, curvature).reshape(-1, 2, 2)
    information: FloatArray = excess + np.einsum("gq,gqp,gqr->gpr", totals * priors, scores, scores)
    return information


def moments(persons: FloatArray, theta: FloatArray) -> FloatArray:
    """Mean and SD of respondents spread over the nodes, shape (n_groups, 2)."""
    totals = np.maximum(persons.sum(axis=1), np.finfo(float).tiny)  # a group may be empty
    means = persons @ theta / totals
    variances = np.sum(persons * (theta - means[:, None]) ** 2, axis=1) / totals
    return np.stack([means, np.maximum(np.sqrt(variances), SMALLEST_SD)], axis=1)


def _standard(groups: FloatArray, theta: FloatArray) -> FloatArray:
    standard: FloatArray = (theta - groups[:, :1]) / groups[:, 1:]
    return standard


def _kernel_scores(groups: FloatArray, theta: FloatArray) -> FloatArray:
    standard = _standard(groups, theta)
    scores: FloatArray = np.stack([standard, standard**2], axis=2) / groups[:, 1, None, None]
    return scores


def _averaged(weights: FloatArray, values: FloatArray) -> FloatArray:
    averaged: FloatArray = np.einsum("gq,gqp->gp", weights, values)
    return averaged
