"""Does calibration find what the answers were drawn from: bias and coverage over simulated samples.

Two waves of 500 answer 20 graded items of four categories; the second is 0.3 higher, SD 1.1.

Run: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m benchmarks.kernel_irt_recovery
"""

from collections.abc import Iterator

import numpy as np

from benchmarks.tables import show
from psychometrics.irt import Calibration, calibrate

RUNS, N, N_ITEMS = 500, 500, 20
GROWTH, SD = 0.3, 1.1
SLOPES = np.linspace(0.8, 2.0, N_ITEMS)
THRESHOLDS = np.linspace(-1, 1, N_ITEMS)[:, None] + [-1.0, 0.0, 1.0]
WITHIN = 1.959963984540054  # standard errors of a 95 % interval


def fits() -> Iterator[Calibration]:
    rng = np.random.default_rng(11)
    waves = np.repeat([0, 1], N)
    for _run in range(RUNS):
        theta = np.concatenate([rng.normal(size=N), rng.normal(GROWTH, SD, N)])
        latent = SLOPES * theta[:, None] + rng.logistic(size=(2 * N, N_ITEMS))
        answers = np.sum(latent[:, :, None] > SLOPES[:, None] * THRESHOLDS, axis=2)
        yield calibrate(answers, model="grm", groups=waves)


def line(name: str, estimates: np.ndarray, errors: np.ndarray, truth: np.ndarray) -> tuple[str, ...]:
    """Mean bias with its simulation error, and the share of intervals that hold the truth."""
    deviations = estimates - truth
    by_run = deviations.reshape(len(deviations), -1).mean(axis=1)
    held = np.abs(deviations) <= WITHIN * errors
    return (
        name,
        f"{by_run.mean():+.4f}",
        f"{by_run.std(ddof=1) / np.sqrt(len(by_run)):.4f}",
        f"{deviations.std() / np.sqrt(np.mean(errors**2)):.3f}",
        f"{held.mean():.1%}",
    )


def main() -> None:
    found = list(fits())
    rows = [
        line(
            "slopes",
            np.array([fit.slopes for fit in found]),
            np.array([fit.slope_errors for fit in found]),
            SLOPES,
        ),
        line(
            "thresholds",
            np.array([fit.thresholds for fit in found]),
            np.array([fit.threshold_errors for fit in found]),
            THRESHOLDS,
        ),
        line(
            "mean of the second wave",
            np.array([fit.group_means[1] for fit in found]),
            np.array([fit.group_mean_errors[1] for fit in found]),
            np.array(GROWTH),
        ),
        line(
            "SD of the second wave",
            np.array([fit.group_sds[1] for fit in found]),
            np.array([fit.group_sd_errors[1] for fit in found]),
            np.array(SD),
        ),
    ]
    show(
        f"Recovery over {RUNS} samples of 2 x {N} x {N_ITEMS}, {sum(fit.converged for fit in found)} converged",
        ("", "bias", "its error", "SD / standard error", "95 % intervals hold"),
        rows,
    )


if __name__ == "__main__":
    main()
