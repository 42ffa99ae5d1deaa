"""CPU time of the comparison of two waves against its aims: bootstrap, a school, a large group.

Run: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m benchmarks.kernel_change
Coverage of the same intervals: python -m benchmarks.change_coverage
"""

import resource
from collections.abc import Callable
from functools import partial
from statistics import median
from time import process_time

import numpy as np
import numpy.typing as npt

from psychometrics import change

ROUNDS = 7
SCALES = 8
DRAWS = 10_000
CUTS = (40, 60, 80)
Floats = npt.NDArray[np.float64]


def main() -> None:
    rng = np.random.default_rng(2026)
    many, school = make_waves(rng, 10_000, 1), make_waves(rng, 60, SCALES)
    one = (school[0][:, :1], school[1][:, :1])
    large = make_waves(rng, 1_000_000, 1)
    before = peak_memory()
    print(f"{'':58}{'aim':>7}{'least':>9}{'median':>9}  CPU seconds")
    measure("bootstrap, 10,000 draws, n 10,000, all effect sizes", 2.0, partial(resample, *many))
    measure("school of 60, one scale, everything", 0.05, partial(compare, *one))
    measure("school of 60, 8 scales, everything but the bootstrap", 0.05, partial(compare, *school, draws=0))
    measure("school of 60, 8 scales, everything, 10,000 draws", None, partial(compare, *school))
    measure("1,000,000 pairs, moments to effect sizes", None, partial(from_moments, *large))
    measure("1,000,000 pairs, Wilcoxon", None, partial(change.signed_ranks, large[0][:, 0], large[1][:, 0]))
    print(f"peak memory above the data: {peak_memory() - before:.0f} MiB")


def measure(title: str, aim: float | None, work: Callable[[], object]) -> None:
    work()
    times = []
    for _round in range(ROUNDS):
        started = process_time()
        work()
        times.append(process_time() - started)
    print(f"{title:58}{'' if aim is None else aim!s:>7}{min(times):9.4f}{median(times):9.4f}", flush=True)


def make_waves(rng: np.random.Generator, n: int, scales: int) -> tuple[Floats, Floats]:
    starting = rng.normal(50, 12, (n, scales)).clip(0, 100)
    final = (0.6 * starting + rng.normal(25, 9, (n, scales))).clip(0, 100)
    return starting, final


def resample(starting: Floats, final: Floats) -> object:
    return change.bootstrap_change(starting[:, 0], final[:, 0], rng=np.random.default_rng(1), draws=DRAWS)


def from_moments(starting: Floats, final: Floats) -> object:
    return change.paired_change_from_moments(change.paired_moments(starting[:, 0], final[:, 0]))


def compare(starting: Floats, final: Floats, draws: int = DRAWS) -> list[object]:
    """All that stands in the comparison of one group, scale by scale."""
    attended = np.arange(len(starting)) % 3 == 0
    sessions = np.arange(len(starting)) % 7
    found: list[object] = []
    p_values = []
    for before, after in zip(starting.T, final.T, strict=True):
        rng = np.random.default_rng(1) if draws else None
        paired = change.paired_change(before, after, rng=rng, draws=max(draws, 1))
        p_values.append(paired.p_value)
        moved = change.level_transitions(np.digitize(before, CUTS), np.digitize(after, CUTS), 4)
        found += [paired, moved.mcnemar(2), moved.bowker(), moved.stuart_maxwell(), moved.bhapkar()]
        found += [
            change.reliable_change(before, after, sd_starting=paired.sd_starting, reliability=0.8),
            change.normalised_gain(before, after),
            change.ancova(before, after, attended),
            change.dose_slope(before, after, sessions),
            change.smallest_detectable_change(paired.n, sd_change=paired.sd_change),
            change.paired_power(paired.n, 0.3),
            change.attrition(before, np.where(sessions == 0, np.nan, after)),
            change.regression_to_the_mean(
                change.paired_moments(before[before < 50], after[before < 50]),
                population_mean=50,
                correlation=0.7,
            ),
        ]
    return [*found, change.holm(p_values)]


def peak_memory() -> float:
    """Most memory this process has held, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
