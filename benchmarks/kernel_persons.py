"""Respondents' scores, fit and adaptive tests: CPU time, and what simulations say of their accuracy.

Run: OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python -m benchmarks.kernel_persons
or one part of it: speed, memory, accuracy, adaptive.
"""

import resource
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

from benchmarks.tables import show
from psychometrics.adaptive import AdaptiveTest, Rules, Simulated, exposure_parameters, simulate
from psychometrics.arrays import FloatArray
from psychometrics.irt import Calibration, Model, calibrate, category_probabilities
from psychometrics.irt.information import information
from psychometrics.irt.item_fit import summed_score_fit
from psychometrics.irt.person_fit import person_fit
from psychometrics.irt.persons import person_scores
from psychometrics.irt.residual_fit import mean_squares

ROUNDS = 3
BLOCK = 1000
N_SIMULATED = 20_000
AIMS = {("2pl", "eap"): 0.2, ("grm", "eap"): 0.5, ("2pl", "wle"): 4.0, ("grm", "wle"): 4.0}


def make_calibration(model: str, n_items: int, rng: np.random.Generator) -> Calibration:
    """Slopes about 1.2, locations N(0, 1); five categories where the model has them."""
    kind = Model(model)
    n_steps = 1 if kind.is_dichotomous else 4
    slopes = np.full(n_items, 1.1) if kind.has_common_slope else np.exp(rng.normal(0.15, 0.3, n_items))
    spread = np.sort(rng.normal(0, 1, (n_items, n_steps)), axis=1) if n_steps > 1 else 0
    thresholds = rng.normal(0, 1, (n_items, 1)) + spread
    is_cumulative = kind in (Model.TWO_PL, Model.GRM)
    reached = thresholds if is_cumulative else np.cumsum(thresholds, axis=1)
    nothing = np.zeros_like(thresholds)
    return Calibration(
        model=kind,
        slopes=slopes,
        thresholds=thresholds,
        intercepts=-slopes[:, None] * reached,
        slope_errors=nothing[:, 0],
        threshold_errors=nothing,
        intercept_errors=nothing,
        categories=(tuple(range(n_steps + 1)),) * n_items,
        n_steps=np.full(n_items, n_steps),
        group_labels=(0,),
        group_means=np.zeros(1),
        group_sds=np.ones(1),
        group_mean_errors=np.zeros(1),
        group_sd_errors=np.zeros(1),
        log_likelihood=0.0,
        n_parameters=0,
        n=0,
        n_iterations=0,
        converged=True,
        gradient_norm=0.0,
        nodes=np.linspace(-6, 6, 61),
        mass_at_ends=0.0,
        notes=(),
    )


def draw(calibration: Calibration, theta: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Category numbers answered at each theta."""
    answers = np.empty((theta.size, calibration.n_items))
    for start in range(0, theta.size, BLOCK):
        chances = category_probabilities(calibration, theta[start : start + BLOCK])
        lots = rng.random((*chances.shape[:2], 1))
        answers[start : start + BLOCK] = (lots > chances.cumsum(axis=2)[..., :-1]).sum(axis=2)
    return answers


def cpu_seconds(work: Callable[[], object]) -> list[float]:
    rounds = []
    for _round in range(ROUNDS):
        started = process_time()
        work()
        rounds.append(process_time() - started)
    return rounds


def speed(rng: np.random.Generator) -> None:
    rows = []
    for model in ("2pl", "grm", "gpcm"):
        calibration = make_calibration(model, 40, rng)
        answers = draw(calibration, rng.normal(size=100_000), rng)
        works: dict[str, Callable[[], object]] = {
            method: partial(person_scores, calibration, answers, method) for method in ("eap", "map", "wle")
        }
        works["S-X2"] = partial(summed_score_fit, calibration, answers)
        works["infit, outfit"] = partial(mean_squares, calibration, answers)
        works["l_z*"] = partial(person_fit, calibration, answers)
        for name, work in works.items():
            seconds = cpu_seconds(work)
            aim = AIMS.get((model, name))
            least, middle = f"{min(seconds):.3f}", f"{median(seconds):.3f}"
            rows.append((model, name, least, middle, f"{aim}" if aim else "-"))
    show("CPU seconds, 100,000 respondents x 40 items", ("model", "what", "least", "median", "aim"), rows)


def memory(rng: np.random.Generator) -> None:
    calibration = make_calibration("grm", 40, rng)
    answers = draw(calibration, rng.normal(size=100_000), rng)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = []
    for name, work in (
        ("eap", partial(person_scores, calibration, answers, "eap")),
        ("wle", partial(person_scores, calibration, answers, "wle")),
        ("infit, outfit", partial(mean_squares, calibration, answers)),
        ("S-X2", partial(summed_score_fit, calibration, answers)),
        ("l_z*", partial(person_fit, calibration, answers)),
    ):
        work()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        rows.append((name, f"{(peak - before) / 1024:.0f}"))
    show("Peak MiB above the data so far, 100,000 x 40 x 5 (GRM)", ("after", "MiB"), rows)


def accuracy(rng: np.random.Generator) -> None:
    _scores_over_theta(rng)
    _levels_of_fit(rng)


def _scores_over_theta(rng: np.random.Generator) -> None:
    rows = []
    for model, n_items in (("2pl", 20), ("2pl", 40), ("grm", 8), ("grm", 20)):
        calibration = make_calibration(model, n_items, rng)
        for place in (-2.0, -1.0, 0.0, 1.0, 2.0, None):
            theta = rng.normal(size=N_SIMULATED) if place is None else np.full(N_SIMULATED, place)
            answers = draw(calibration, theta, rng)
            cells = []
            for method in ("eap", "wle"):
                scores = person_scores(calibration, answers, method)
                covered = np.abs(scores.theta - theta) <= 1.96 * scores.se
                cells += [f"{np.mean(scores.theta - theta):+.3f}", f"{covered.mean():.1%}"]
            label = "N(0, 1)" if place is None else f"{place:+.0f}"
            rows.append((model, str(n_items), label, *cells))
    head = ("model", "items", "theta", "EAP bias", "EAP coverage", "WLE bias", "WLE coverage")
    show("Bias and coverage of theta +/- 1.96 se", head, rows)


def _levels_of_fit(rng: np.random.Generator, runs: int = 100) -> None:
    rows = []
    for model, n, n_items in (
        ("rasch", 200, 20),
        ("rasch", 500, 20),
        ("2pl", 1000, 20),
        ("pcm", 500, 12),
        ("gpcm", 1000, 12),
        ("grm", 1000, 12),
    ):
        hits: list[list[float]] = []
        for _run in range(runs):
            calibration = make_calibration(model, n_items, rng)
            answers = draw(calibration, rng.normal(size=n), rng)
            found = calibrate(answers, model=model)
            squares, persons = mean_squares(found, answers), person_fit(found, answers)
            fit = summed_score_fit(found, answers).p
            shares = [np.abs(t) > 1.96 for t in (squares.infit_t, squares.outfit_t)]
            tails = [values[np.isfinite(values)] < -1.645 for values in (persons.lz, persons.lz_star)]
            hits.append([np.mean(part) for part in (fit[np.isfinite(fit)] < 0.05, *shares, *tails)])
        levels = np.nanmean(hits, axis=0)
        rows.append((model, str(n), str(n_items), *(f"{level:.1%}" for level in levels)))
    head = ("model", "n", "items", "S-X2", "infit t", "outfit t", "l_z", "l_z*")
    show(f"Rejected at 5 % under the model, {runs} runs, parameters estimated", head, rows)


def adaptive(rng: np.random.Generator) -> None:
    pool = make_calibration("2pl", 200, rng)
    areas = ["a", "b", "a", "c", "b"] * 40
    theta = rng.normal(size=1000)
    answers = draw(pool, theta, rng)
    greedy = Rules(standard_error=0.35, min_items=8, max_items=40)
    balanced = replace(greedy, content=areas, shares={"a": 0.5, "b": 0.3, "c": 0.2})
    lots = replace(balanced, n_candidates=5)
    parameters = exposure_parameters(pool, balanced, answers, largest=0.25)
    limited = replace(balanced, exposure=parameters)
    rows = []
    names = ("most informative", "+ content", "+ content, one of 5", "+ content, Sympson-Hetter 0.25")
    for name, rules in zip(names, (greedy, balanced, lots, limited), strict=True):
        rows.append(
            (name, *_of_tests(simulate(AdaptiveTest(pool, rules), answers, seed=10**6), theta, areas))
        )
    rows.append(("fixed form, same share precise", *_of_fixed_form(pool, answers, theta, areas)))
    head = ("rule", "items", "se <= 0.35", "bias", "rmse", "shares a/b/c", "greatest exposure")
    show("Adaptive tests of 1,000 respondents from 200 items", head, rows)


def _of_tests(results: Simulated, theta: FloatArray, areas: list[str]) -> tuple[str, ...]:
    error = results.theta - theta
    shown = [results.shown[:, [label == area for label in areas]].sum() for area in "abc"]
    return (
        f"{results.lengths.mean():.1f}",
        f"{np.mean(results.se <= 0.35 + 1e-9):.1%}",
        f"{error.mean():+.3f}",
        f"{np.sqrt(np.mean(error**2)):.3f}",
        "/".join(f"{count / results.shown.sum():.2f}" for count in shown),
        f"{results.exposure.max():.2f}",
    )


def _of_fixed_form(
    pool: Calibration, answers: FloatArray, theta: FloatArray, areas: list[str]
) -> tuple[str, ...]:
    """The shortest form of the items most informative at the mean that is as precise for 99 %."""
    order = np.argsort(-information(pool, [0.0]).items[0])
    for length in range(5, pool.n_items, 2):
        given = np.full_like(answers, np.nan)
        given[:, order[:length]] = answers[:, order[:length]]
        scores = person_scores(pool, given)
        if np.mean(scores.se <= 0.35) >= 0.99:
            break
    shown = np.isfinite(given)
    return _of_tests(Simulated(shown, scores.theta, scores.se, ()), theta, areas)


PARTS = {"speed": speed, "memory": memory, "accuracy": accuracy, "adaptive": adaptive}


def main() -> None:
    load = Path("/proc/loadavg").read_text().split()[0]
    print(f"load {load} at the start")
    for name in sys.argv[1:] or PARTS:
        PARTS[name](np.random.default_rng(1))


if __name__ == "__main__":
    main()
