"""Simulation: how often do DIF statistics cry wolf, and how often do they see what is there?

Run: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m benchmarks.kernel_dif [replications]
"""

import sys
from collections.abc import Callable

import numpy as np

from benchmarks.tables import show
from psychometrics.dif import logistic_dif, mantel, mantel_haenszel

N_ITEMS = 20
SIZES = (200, 1000)
DIF = 0.64  # 1.5 on the delta scale, where class C begins

PValues = Callable[[np.ndarray, np.ndarray], list[float]]


def main() -> None:
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rows = []
    for n in SIZES:
        for shift in (0.0, -0.5):
            for name, draw, values in _statistics():
                rng = np.random.default_rng([n, int(10 * -shift)])
                calm = [values(*draw(rng, n, shift, 0.0)) for _ in range(replications)]
                stirred = [values(*draw(rng, n, shift, DIF)) for _ in range(replications)]
                rows.append((name, str(n), f"{shift:g}", *_shares(np.array(calm), np.array(stirred))))
    head = ("", "n a group", "shift", "no DIF: p < 0.05, %", "found, %", "others beside it, %")
    show(f"{N_ITEMS} items, {replications} runs; DIF of {DIF} logits in one", head, rows)


def _shares(calm: np.ndarray, stirred: np.ndarray) -> tuple[str, ...]:
    parts = calm < 0.05, stirred[:, 0] < 0.05, stirred[:, 1:] < 0.05
    return tuple(f"{100 * part.mean():.2f}" for part in parts)


def _statistics() -> list[tuple[str, Callable[..., tuple[np.ndarray, np.ndarray]], PValues]]:
    def pure(correction: bool) -> PValues:
        return lambda answers, focal: [
            item.p for item in mantel_haenszel(answers, focal, correction=correction).items
        ]

    def logistic(kind: str) -> PValues:
        return lambda answers, focal: [getattr(item, kind).p for item in logistic_dif(answers, focal).items]

    return [
        ("Mantel-Haenszel, corrected, purified", _right_or_wrong, pure(True)),
        ("Mantel-Haenszel, uncorrected, purified", _right_or_wrong, pure(False)),
        ("logistic uniform, purified", _right_or_wrong, logistic("uniform")),
        ("logistic non-uniform, purified", _right_or_wrong, logistic("non_uniform")),
        ("Mantel, 5 categories, purified", _graded, lambda *data: [item.p for item in mantel(*data).items]),
        (
            "generalised, 5 categories, purified",
            _graded,
            lambda *data: [item.generalised_p for item in mantel(*data).items],
        ),
        ("ordinal uniform, purified", _graded, logistic("uniform")),
    ]


def _logits(rng: np.random.Generator, n: int, shift: float, dif: float) -> tuple[np.ndarray, np.ndarray]:
    """Rasch logits of two groups of `n`; the first, middling item is harder for the focal one."""
    is_focal = np.repeat([False, True], n)
    theta = rng.normal(0, 1, 2 * n) + shift * is_focal
    difficulty = np.concatenate([[0.0], np.linspace(-1.5, 1.5, N_ITEMS - 1)])
    logits = theta[:, None] - difficulty
    logits[:, 0] -= dif * is_focal
    return logits, is_focal


def _right_or_wrong(
    rng: np.random.Generator, n: int, shift: float, dif: float
) -> tuple[np.ndarray, np.ndarray]:
    logits, is_focal = _logits(rng, n, shift, dif)
    return (logits + rng.logistic(size=logits.shape) > 0).astype(float), is_focal


def _graded(rng: np.random.Generator, n: int, shift: float, dif: float) -> tuple[np.ndarray, np.ndarray]:
    logits, is_focal = _logits(rng, n, shift, dif)
    return np.digitize(logits + rng.logistic(size=logits.shape), [-2, -0.7, 0.7, 2]).astype(float), is_focal


if __name__ == "__main__":
    main()
