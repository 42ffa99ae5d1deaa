"""CPU time of item analysis, links and DIF.

Run: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m benchmarks.kernel_items
"""

import os
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from time import process_time

import numpy as np

from benchmarks.tables import show
from psychometrics.dif import logistic_dif, mantel, mantel_haenszel
from psychometrics.irt import calibrate, category_probabilities
from psychometrics.items import item_statistics
from psychometrics.linking import check_drift, item_covariance, link, link_errors

ROUNDS = 5
SIZES = (60, 10_000, 100_000)


def main() -> None:
    rng = np.random.default_rng(1)
    rows = []
    for name, work in _works(rng):
        seconds = sorted(_cpu(work) for _ in range(ROUNDS))
        rows.append((name, f"{seconds[0] * 1e3:.2f}", f"{median(seconds) * 1e3:.2f}"))
    load = os.getloadavg()[0]
    show(f"Item analysis, links, DIF: CPU ms, load {load:.1f}", ("", "least", "median"), rows)


def _cpu(work: Callable[[], object]) -> float:
    started = process_time()
    work()
    return process_time() - started


def _works(rng: np.random.Generator) -> Iterator[tuple[str, Callable[[], object]]]:
    for n in SIZES:
        theta = rng.normal(0, 1, n)
        graded = np.digitize(theta[:, None] + rng.logistic(size=(n, 40)), [-2, -1, 0, 1]).astype(float)
        right = (graded >= 2).astype(float)
        is_focal = rng.random(n) < 0.4
        options = [range(5)] * 40
        yield f"items of {n:,} x 40 x 5", partial(item_statistics, graded, options=options)
        yield (
            f"items of {n:,} x 40 x 5, pairwise",
            partial(item_statistics, graded, options=options, missing="pairwise"),
        )
        yield (
            f"Mantel-Haenszel of {n:,} x 40, one pass",
            partial(mantel_haenszel, right, is_focal, purify=False),
        )
        yield f"Mantel of {n:,} x 40 x 5, one pass", partial(mantel, graded, is_focal, purify=False)
        yield f"logistic DIF of {n:,} x 40, one pass", partial(logistic_dif, right, is_focal, purify=False)
        yield (
            f"ordinal DIF of {n:,} x 40 x 5, one pass",
            partial(logistic_dif, graded, is_focal, purify=False),
        )
    yield from _links(rng)


def _links(rng: np.random.Generator) -> Iterator[tuple[str, Callable[[], object]]]:
    for model, cuts in (("2pl", [0.0]), ("grm", [-2.0, -1.0, 0.0, 1.0])):
        waves = [
            np.digitize(rng.normal(mean, 1, (1000, 1)) + rng.logistic(size=(1000, 40)), cuts).astype(float)
            for mean in (0.0, 0.4)
        ]
        starting, final = (calibrate(wave, model=model) for wave in waves)
        for method in ("mean_sigma", "haebara", "stocking_lord"):
            yield f"{method} over 40 items, {model}", partial(link, final, starting, method=method)
        yield f"drift check over 40 items, {model}", partial(check_drift, final, starting)
        yield f"item covariances, 1,000 x 40, {model}", partial(item_covariance, final, waves[1])
        covariances = [item_covariance(*pair) for pair in ((final, waves[1]), (starting, waves[0]))]
        yield (
            f"errors of the link, {model}",
            partial(
                link_errors,
                link(final, starting),
                final,
                starting,
                source_covariance=covariances[0],
                target_covariance=covariances[1],
            ),
        )
        yield (
            f"curves of 40 items at 81 nodes, {model}",
            partial(category_probabilities, final, np.linspace(-4, 4, 81)),
        )


if __name__ == "__main__":
    main()
