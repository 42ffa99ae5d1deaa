"""CPU time of the kernel: scoring answers, reliability, change of groups, suppression.

Run: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m benchmarks.scoring_kernel
"""

from collections.abc import Callable
from functools import partial
from time import process_time

import numpy as np

from psychometrics import scoring
from psychometrics.change import (
    level_transitions,
    paired_change_from_moments,
    paired_moments,
    reliable_change,
)
from psychometrics.disclosure import protect_crossed
from psychometrics.moments import Moments
from psychometrics.reliability import cronbach_alpha

ROUNDS = 5
SELF_ITEMS, TASKS, COMPETENCES = 48, 16, 8
CUTS = (0, 40, 60, 80)
CHUNK = 50_000


def best(work: Callable[[], object]) -> float:
    """Least CPU seconds of one call over some rounds."""
    rounds = []
    for _round in range(ROUNDS):
        started = process_time()
        work()
        rounds.append(process_time() - started)
    return min(rounds)


def make_answers(rng: np.random.Generator, n: int) -> np.ndarray:
    """Coded answers to 48 statements and 16 tasks by column, a twentieth of them missing."""
    answers = rng.integers(1, 6, (n, SELF_ITEMS + TASKS), dtype=np.int8)
    answers[:, SELF_ITEMS:] = rng.integers(0, 4, (n, TASKS), dtype=np.int8)
    is_missing = rng.random(answers.shape) < 0.05
    answers[is_missing] = rng.integers(-4, 0, int(is_missing.sum()), dtype=np.int8)
    return np.asfortranarray(answers)


def score(coded: np.ndarray) -> np.ndarray:
    """Index and level of each competence by the rules of the built-in instrument."""
    values, shown = scoring.missing_to_nan(coded), scoring.is_shown(coded)
    is_reversed = np.arange(SELF_ITEMS) % 5 == 3
    turned = scoring.reverse_items(values[:, :SELF_ITEMS], is_reversed, minimum=1, maximum=5)
    levels = []
    for competence in range(COMPETENCES):
        own = slice(6 * competence, 6 * competence + 6)
        tasks = slice(SELF_ITEMS + 2 * competence, SELF_ITEMS + 2 * competence + 2)
        percent = scoring.mean_percent(turned[:, own], minimum=1, maximum=5, min_answered=4)
        points = scoring.points_percent(values[:, tasks], [3, 3], shown=shown[:, tasks])
        index = scoring.weighted_mean(np.column_stack((percent, points)), [0.6, 0.4])
        levels.append(scoring.assign_levels(index, CUTS))
    return np.column_stack(levels)


def compare(starting: np.ndarray, final: np.ndarray) -> None:
    """All group figures of some scales over chunks of pairs, then one reduction."""
    for before, after in zip(starting, final, strict=True):
        chunks = [slice(first, first + CHUNK) for first in range(0, before.size, CHUNK)]
        moments = Moments.merge_all((paired_moments(before[rows], after[rows]) for rows in chunks), 3)
        paired_change_from_moments(moments)
        for rows in chunks:
            reliable_change(before[rows], after[rows], sd_starting=15, reliability=0.8, n_sample=before.size)
            level_transitions(
                scoring.assign_levels(before[rows], CUTS), scoring.assign_levels(after[rows], CUTS), len(CUTS)
            )


def main() -> None:
    rng = np.random.default_rng(1)
    rows: list[tuple[str, float]] = []
    for n in (100, 10_000, 100_000):
        coded = make_answers(rng, n)
        rows.append((f"score {n:,} x 64 into 8 competences and levels", best(partial(score, coded))))
    coded = make_answers(rng, 10_000)
    likert = scoring.missing_to_nan(coded[:, :SELF_ITEMS])
    rows.append(
        ("straight-lining of 10,000 x 48", best(lambda: scoring.is_straight_lining(likert, share=0.9)))
    )
    for n in (10_000, 1_000_000):
        responses = rng.normal(size=(n, 1)) + rng.normal(size=(n, 40))
        rows.append((f"alpha of {n:,} x 40", best(partial(cronbach_alpha, responses))))
    for n in (86, 1_000_000):
        starting = rng.uniform(0, 88, (COMPETENCES, n))
        final = starting + rng.normal(8, 1, (COMPETENCES, n)).clip(0, 12)
        rows.append((f"compare {n:,} pairs x 8 scales", best(partial(compare, starting, final))))
    for n in (86, 100_000):
        labels = np.column_stack([rng.integers(0, groups, n) for groups in (18, 2, 6, 11, 4, 4, 3)])
        rows.append((f"suppress 7 tables of {n:,} people", best(partial(protect_crossed, labels))))
    for name, seconds in rows:
        print(f"{name:<52}{seconds * 1e3:12.2f} ms")


if __name__ == "__main__":
    main()
