"""How often intervals and verdicts of change are right, by simulation: 2,000 runs a row.

Run: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m benchmarks.change_coverage
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from math import sqrt

import numpy as np
import numpy.typing as npt

from psychometrics import change
from psychometrics.change import Verdict
from psychometrics.reliability import cronbach_alpha

Floats = npt.NDArray[np.float64]
SIZES = (20, 86, 500)
SEED = 2026
N_ITEMS, RELIABILITY = 8, 0.8
# correlation of the waves, true change in units of their SD, SD of the final wave
CONDITIONS = (
    (0.6, 0.0, 1.0),
    (0.6, 0.5, 1.0),
    (0.6, 1.2, 1.0),
    (0.3, 0.5, 1.0),
    (0.9, 0.5, 1.0),
    (0.6, 0.5, 0.7),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.change_coverage", description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--bootstrap-runs", type=int, default=1000)
    options = parser.parse_args()
    for is_skewed in (False, True):
        kind = "skewed" if is_skewed else "normal"
        for n in SIZES:
            for condition in CONDITIONS:
                show(f"{kind} n {n} r, d, sd {condition}", effects(n, condition, is_skewed, options.runs))
            show(f"{kind} n {n} bootstrap", bootstrap(n, CONDITIONS[1], is_skewed, options.bootstrap_runs))
            show(f"{kind} n {n} leavers, gain", groups(n, is_skewed, options.runs))
            show(f"{kind} n {n} reliable change", verdicts(n, is_skewed, options.runs))


def show(title: str, shares: dict[str, float]) -> None:
    print(
        f"{title:44}", *(f"{name} {100 * share:.1f}" for name, share in shares.items()), sep="  ", flush=True
    )


def noise(rng: np.random.Generator, size: tuple[int, ...], is_skewed: bool) -> Floats:
    """Mean 0, variance 1; skewness sqrt(2) of a gamma variable of shape 2 where asked for."""
    return (rng.gamma(2, size=size) - 2) / sqrt(2) if is_skewed else rng.normal(size=size)


def pairs(
    n: int, condition: tuple[float, float, float], is_skewed: bool, runs: int
) -> Iterator[tuple[Floats, Floats]]:
    correlation, shift, sd_final = condition
    rng = np.random.default_rng([SEED, n, *(round(100 * value) for value in condition)])
    for _run in range(runs):
        first, second = noise(rng, (2, n), is_skewed)
        moved = correlation * first + sqrt(1 - correlation**2) * second
        yield first, sd_final * moved + shift


def truths(condition: tuple[float, float, float]) -> dict[str, float]:
    correlation, shift, sd = condition
    return {
        "mean_change": shift,
        "d_z": shift / sqrt(1 + sd**2 - 2 * correlation * sd),
        "d_av": shift / ((1 + sd) / 2),
    }


def effects(n: int, condition: tuple[float, float, float], is_skewed: bool, runs: int) -> dict[str, float]:
    """Coverage of the intervals that stand in every comparison."""
    true, covered = truths(condition), Counter[str]()
    for pair in pairs(n, condition, is_skewed, runs):
        result = change.paired_change_from_moments(change.paired_moments(*pair))
        intervals = (result.interval, result.d_z_interval, result.d_av_interval)
        for (name, value), (low, high) in zip(true.items(), intervals, strict=True):
            covered[name] += low <= value <= high
    return {name: covered[name] / runs for name in true}


def bootstrap(n: int, condition: tuple[float, float, float], is_skewed: bool, runs: int) -> dict[str, float]:
    """Coverage of percentile and BCa intervals of 1,000 draws."""
    true, covered = truths(condition), Counter[str]()
    true |= {"g_z": true["d_z"], "g_av": true["d_av"]}
    rng = np.random.default_rng(SEED)
    for pair in pairs(n, condition, is_skewed, runs):
        result = change.bootstrap_change(*pair, rng=rng, draws=1000)
        for label, kind in (("pct", result.percentile), ("bca", result.bca)):
            for name, value in true.items():
                low, high = getattr(kind, name)
                covered[f"{label} {name}"] += low <= value <= high
    return {name: count / runs for name, count in covered.items()}


def groups(n: int, is_skewed: bool, runs: int) -> dict[str, float]:
    """Leavers (a quarter, half an SD lower) against stayers; Fieller's interval of the gain of means."""
    rng, covered, leavers = np.random.default_rng([SEED, n, 1]), Counter[str](), n // 4
    for _run in range(runs):
        starting, error = noise(rng, (2, n), is_skewed)
        starting[:leavers] -= 0.5
        final = np.where(np.arange(n) < leavers, np.nan, 0)
        left = change.attrition(starting, final)
        covered["leavers difference"] += left.interval[0] <= -0.5 <= left.interval[1]
        covered["leavers d_s"] += left.d_s_interval[0] <= -0.5 <= left.d_s_interval[1]
        score = 50 + 12 * starting
        moments = change.paired_moments(score, score + 0.2 * (100 - score) + 8 * error)
        _gain, (low, high) = change.gain_of_means(moments)
        covered["gain of means"] += low <= 0.2 <= high
    return {name: count / runs for name, count in covered.items()}


def verdicts(n: int, is_skewed: bool, runs: int) -> dict[str, float]:
    """Coverage of a person's true change, and verdicts where there was none: reliability known, then alpha."""
    rng, counts = np.random.default_rng([SEED, n, 2]), Counter[str]()
    # parallel items: variance of the sum 1, of its true part 0.8
    spread = sqrt(1 - RELIABILITY) * sqrt(N_ITEMS)
    for _run in range(runs):
        true = sqrt(RELIABILITY) * noise(rng, (n,), is_skewed)
        grown = noise(rng, (n,), False)
        items = true[:, np.newaxis] + spread * noise(rng, (2, n, N_ITEMS), is_skewed)
        starting, final = items.mean(axis=2)
        alpha, sd = cronbach_alpha(items[0]).alpha, float(starting.std(ddof=1))
        for label, known_sd, reliability in (("known", 1.0, RELIABILITY), ("alpha", sd, alpha)):
            still = change.reliable_change(
                starting, final, sd_starting=known_sd, reliability=max(reliability, 0)
            )
            moved = np.abs((final + grown - starting) - grown) <= still.thresholds
            counts[f"{label} covers"] += int(moved.sum())
            counts[f"{label} up"] += still.count(Verdict.UP)
            counts[f"{label} down"] += still.count(Verdict.DOWN)
    return {name: count / (n * runs) for name, count in counts.items()}


if __name__ == "__main__":
    main()
