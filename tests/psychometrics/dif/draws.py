"""Answers of two equal groups of which the first item may treat one differently."""

import numpy as np


def rasch_answers(rng, n, *, n_items=20, dif=0.0, shift=0.0):
    """Rasch answers of two equal groups; the first item is harder for the focal one by `dif` logits."""
    focal = np.arange(n) % 2 == 1
    theta = rng.normal(0, 1, n) + shift * focal
    logits = theta[:, None] - np.linspace(-1.5, 1.5, n_items)[rng.permutation(n_items)]
    logits[:, 0] = theta - dif * focal
    return (rng.random((n, n_items)) < 1 / (1 + np.exp(-logits))).astype(float), focal


def graded_answers(rng, n, *, dif=0.0, n_items=10):
    """Graded answers 0..4 of two groups; the first item is harder for the focal one."""
    focal = np.arange(n) % 2 == 1
    theta = rng.normal(0, 1, n)[:, None] - 0.3 * focal[:, None]
    places = theta + rng.logistic(size=(n, n_items)) / 1.5
    places[:, 0] -= dif * focal
    return np.digitize(places, [-1.5, -0.5, 0.5, 1.5]).astype(float), focal
