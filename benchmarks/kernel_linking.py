"""Simulation: do links over common items give growth without bias, with honest errors, and see drift?

Run: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m benchmarks.kernel_linking [replications]
"""

import sys
from dataclasses import dataclass

import numpy as np

from benchmarks.tables import show
from psychometrics.irt import Calibration, Model, calibrate
from psychometrics.irt.curves import log_probabilities
from psychometrics.linking import Method, check_drift, item_covariance, link, link_errors

ANCHORS, OWN = 10, 10
GROWTH, RATIO = 0.4, 1.2
DRIFT = 0.8


@dataclass(frozen=True)
class Items:
    """True parameters: both forms' items side by side, the anchors in the middle."""

    model: Model
    slopes: np.ndarray
    intercepts: np.ndarray

    def answers(self, theta: np.ndarray, rng: np.random.Generator, *, drift: float = 0.0) -> np.ndarray:
        """Category numbers; the first anchor is harder by `drift`."""
        intercepts = self.intercepts.copy()
        steps = 1 if self.model.is_graded else np.arange(1, intercepts.shape[1] + 1)
        intercepts[OWN] -= drift * self.slopes[OWN] * steps
        chances = np.exp(log_probabilities(self.model, self.slopes, intercepts, theta))
        above = rng.random((*chances.shape[:2], 1)) > chances.cumsum(axis=2)[..., :-1]
        return np.asarray(above.sum(axis=2), dtype=np.float64)


def main() -> None:
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    recovery, drift = [], []
    for model, n in ((Model.TWO_PL, 500), (Model.TWO_PL, 2000), (Model.GRM, 500)):
        recovery.extend(_recovery(model, n, replications))
        drift.append(_drift(model, n, replications))
    head = ("", "mean A", "mean B", "bias of B / its error", "SD of B", "mean error of B", "coverage of B, %")
    show(f"True A {RATIO}, B {GROWTH}; {ANCHORS} anchors of 20 items, {replications} runs", head, recovery)
    drift_head = (
        "",
        "drift found, %",
        "kept items removed, %",
        "B with it",
        "B without it",
        "no drift: removed, %",
    )
    show(f"One anchor harder by {DRIFT}", drift_head, drift)


def _items(model: Model, rng: np.random.Generator) -> Items:
    n_items, n_steps = 2 * OWN + ANCHORS, 1 if model is Model.TWO_PL else 4
    slopes = np.exp(rng.normal(0.2, 0.25, n_items))
    offsets = np.linspace(-1.2, 1.2, n_steps) if n_steps > 1 else np.zeros(1)
    thresholds = rng.normal(0, 0.8, (n_items, 1)) + offsets
    return Items(model, slopes, -slopes[:, None] * thresholds)


def _waves(
    items: Items, n: int, rng: np.random.Generator, *, drift: float = 0.0
) -> list[tuple[Calibration, np.ndarray]]:
    """Starting form, then the final one answered by others who stand higher."""
    first = items.answers(rng.normal(0, 1, n), rng)[:, : OWN + ANCHORS]
    final = items.answers(rng.normal(GROWTH, RATIO, n), rng, drift=drift)[:, OWN:]
    return [(calibrate(answers, model=items.model), answers) for answers in (first, final)]


PAIRS = [(place, OWN + place) for place in range(ANCHORS)]


def _recovery(model: Model, n: int, replications: int) -> list[tuple[str, ...]]:
    found: dict[Method, list[tuple[float, float, float]]] = {method: [] for method in Method}
    for replication in range(replications):
        rng = np.random.default_rng([1, n, len(model), replication])
        (starting, first), (final, last) = _waves(_items(model, rng), n, rng)
        covariances = item_covariance(final, last), item_covariance(starting, first)
        for method in Method:
            constants = link(final, starting, pairs=PAIRS, method=method)
            errors = link_errors(
                constants,
                final,
                starting,
                source_covariance=covariances[0],
                target_covariance=covariances[1],
            )
            found[method].append((constants.slope, constants.intercept, errors.intercept_error))
    return [_row(f"{model} n = {n}, {method}", np.array(values)) for method, values in found.items()]


def _row(name: str, values: np.ndarray) -> tuple[str, ...]:
    slopes, intercepts, errors = values.T
    spread = intercepts.std(ddof=1)
    bias = (intercepts.mean() - GROWTH) / (spread / np.sqrt(len(values)))
    covered = np.mean(np.abs(intercepts - GROWTH) <= 1.96 * errors)
    return (
        name,
        f"{slopes.mean():.3f}",
        f"{intercepts.mean():.3f}",
        f"{bias:+.1f}",
        f"{spread:.3f}",
        f"{np.nanmean(errors):.3f}",
        f"{100 * covered:.1f}",
    )


def _drift(model: Model, n: int, replications: int) -> tuple[str, ...]:
    hits, false, kept, whole, calm = [], [], [], [], []
    for replication in range(replications):
        rng = np.random.default_rng([2, n, len(model), replication])
        items = _items(model, rng)
        (starting, _), (final, _) = _waves(items, n, rng, drift=DRIFT)
        check = check_drift(final, starting, pairs=PAIRS)
        hits.append(PAIRS[0] in check.removed)
        false.append(len(set(check.removed) - {PAIRS[0]}) / (ANCHORS - 1))
        kept.append(check.link.intercept)
        whole.append(link(final, starting, pairs=PAIRS).intercept)
        (starting, _), (final, _) = _waves(items, n, rng)
        calm.append(len(check_drift(final, starting, pairs=PAIRS).removed) / ANCHORS)
    shares = (f"{100 * np.mean(part):.1f}" for part in (hits, false))
    means = (f"{np.mean(part):.3f}" for part in (whole, kept))
    return (f"{model} n = {n}", *shares, *means, f"{100 * np.mean(calm):.1f}")


if __name__ == "__main__":
    main()
