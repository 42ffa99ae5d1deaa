"""A slow second route to the estimates: textbook probabilities, 201 nodes, a general optimiser."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

NODES = np.linspace(-8, 8, 201)


@dataclass(frozen=True)
class Case:
    """Responses 0, 1, .. with NaN; `n_steps` by item; `members` the group of each respondent."""

    model: str
    responses: np.ndarray
    n_steps: tuple[int, ...]
    members: np.ndarray

    @property
    def common_slope(self) -> bool:
        return self.model in ("rasch", "pcm")

    @property
    def n_free_groups(self) -> int:
        return int(self.members.max())

    def unpacked(self, vector):
        """Slopes, thresholds by item, means and SDs from one vector, in that order."""
        n_items = len(self.n_steps)
        n_slopes = 1 if self.common_slope else n_items
        slopes = np.broadcast_to(vector[:n_slopes], n_items)
        ends = n_slopes + np.cumsum(self.n_steps)
        thresholds = [vector[end - n : end] for end, n in zip(ends, self.n_steps, strict=True)]
        rest = vector[ends[-1] :].reshape(self.n_free_groups, 2)
        return slopes, thresholds, np.r_[0, rest[:, 0]], np.r_[1, rest[:, 1]]

    def packed(self, calibration, name="values"):
        """The same vector from a calibration: its estimates, or with "errors" their errors."""
        slopes, thresholds = calibration.slopes, calibration.thresholds
        means, sds = calibration.group_means, calibration.group_sds
        if name == "errors":
            slopes, thresholds = calibration.slope_errors, calibration.threshold_errors
            means, sds = calibration.group_mean_errors, calibration.group_sd_errors
        steps = [row[:n] for row, n in zip(thresholds, self.n_steps, strict=True)]
        groups = np.column_stack([means, sds])[1:].ravel()
        return np.concatenate([slopes[:1] if self.common_slope else slopes, *steps, groups])

    def log_likelihood(self, vector):
        slopes, thresholds, means, sds = self.unpacked(vector)
        densities = np.exp(-(((NODES - means[:, None]) / sds[:, None]) ** 2) / 2)
        densities /= sds[:, None] * np.sqrt(2 * np.pi)
        likelihood = densities[self.members] * (NODES[1] - NODES[0])
        for item, (slope, steps) in enumerate(zip(slopes, thresholds, strict=True)):
            chances = probabilities(self.model, slope, steps)
            answers = self.responses[:, item]
            answered = ~np.isnan(answers)
            likelihood[answered] *= chances[answers[answered].astype(int)]
        return np.sum(np.log(np.maximum(likelihood.sum(axis=1), 1e-300)))


def probabilities(model, slope, thresholds):
    """Of the categories at the nodes, shape (n_categories, n_nodes), as the textbooks print them."""
    if model == "grm":
        above = [1 / (1 + np.exp(-slope * (NODES - threshold))) for threshold in thresholds]
        above = np.array([np.ones_like(NODES), *above, np.zeros_like(NODES)])
        return np.maximum(above[:-1] - above[1:], 0)  # the optimiser tries disordered steps
    sums = np.array([slope * (k * NODES - sum(thresholds[:k])) for k in range(len(thresholds) + 1)])
    return np.exp(sums) / np.exp(sums).sum(axis=0)


def maximum(case):
    """Where L-BFGS-B with central differences ends, from slopes of 1, equal steps and N(0, 1) groups."""
    n_slopes = 1 if case.common_slope else len(case.n_steps)
    thresholds = [np.linspace(-1, 1, n + 2)[1:-1] for n in case.n_steps]
    start = np.concatenate([np.ones(n_slopes), *thresholds, [0, 1] * case.n_free_groups])
    bounds = [(0.1, 5)] * n_slopes + [(-6, 6)] * sum(case.n_steps) + [(-3, 3), (0.3, 3)] * case.n_free_groups
    for _ in range(3):  # a new start forgets a bad picture of the curvature
        start = minimize(
            lambda vector: -case.log_likelihood(vector),
            start,
            method="L-BFGS-B",
            jac="3-point",
            bounds=bounds,
            options={"ftol": 1e-16, "gtol": 1e-6, "maxcor": 30},
        ).x
    return start


def information(case, vector, step=1e-3):
    """Negative second differences of the log-likelihood."""
    n = vector.size
    hessian = np.empty((n, n))
    steps = np.eye(n) * step
    for i in range(n):
        for j in range(i + 1):
            corners = [
                case.log_likelihood(vector + first * steps[i] + second * steps[j])
                for first, second in ((1, 1), (1, -1), (-1, 1), (-1, -1))
            ]
            hessian[i, j] = hessian[j, i] = (corners[0] - corners[1] - corners[2] + corners[3]) / (
                4 * step**2
            )
    return -hessian
