from itertools import product

import numpy as np
import pytest
from scipy.stats import chi2, norm

from psychometrics.irt import calibrate, category_probabilities
from psychometrics.irt.item_fit import summed_score_fit
from psychometrics.irt.person_fit import person_fit
from psychometrics.irt.persons import person_scores
from psychometrics.irt.residual_fit import mean_squares
from psychometrics.irt.summed_scores import summed_score_chances, without_each_item
from tests.psychometrics.irt.calibrations import draw_answers, make_calibration, some_calibration

NAN = float("nan")
MODELS = ["rasch", "2pl", "pcm", "gpcm", "grm"]


def drawn(calibration, n, *, seed=2):
    rng = np.random.default_rng(seed)
    return draw_answers(calibration, rng.normal(size=n), rng)


# --- Summed scores


@pytest.mark.parametrize("model", ["2pl", "grm"])
def test_sums_have_the_chances_of_their_patterns(model):
    calibration = some_calibration(model, n_items=4)
    chances, n_steps = category_probabilities(calibration, [-1.0, 0.4]), calibration.n_steps
    expected = np.zeros((2, n_steps.sum() + 1))
    without_third = np.zeros((2, n_steps[[0, 1, 3]].sum() + 1))
    for pattern in product(*(range(steps + 1) for steps in n_steps)):
        chosen = chances[:, range(4), pattern]
        expected[:, sum(pattern)] += chosen.prod(axis=1)
        without_third[:, sum(pattern) - pattern[2]] += chosen.prod(axis=1)
    assert summed_score_chances(chances, n_steps) == pytest.approx(expected, rel=1e-12)
    assert without_each_item(chances, n_steps)[2] == pytest.approx(without_third, rel=1e-12)


# --- S-X2


def expected_share(calibration, item, category, total):
    """By all patterns of a short test with that sum, over a fine grid."""
    theta = np.linspace(-7, 7, 1401)
    chances = category_probabilities(calibration, theta)
    whole = part = 0.0
    for pattern in product(*(range(steps + 1) for steps in calibration.n_steps)):
        if sum(pattern) == total:
            mass = chances[:, range(len(pattern)), pattern].prod(axis=1) @ norm.pdf(theta)
            whole += mass
            part += mass * (pattern[item] == category)
    return part / whole


def test_s_x2_of_a_short_test_by_all_its_patterns():
    calibration = some_calibration("2pl", n_items=5, seed=3)
    answers = drawn(calibration, 600)
    totals = answers.sum(axis=1)
    fit = summed_score_fit(calibration, answers)
    for item in range(5):
        statistic = 0.0
        for total in range(1, 5):
            here = answers[totals == total, item]
            share = expected_share(calibration, item, 1, total)
            assert len(here) * min(share, 1 - share) >= 1  # nothing to collapse
            statistic += (here.sum() - len(here) * share) ** 2 / (len(here) * share * (1 - share))
        assert fit.statistic[item] == pytest.approx(statistic, rel=1e-8)
        assert fit.df[item] == 4 - 2
        assert fit.p[item] == pytest.approx(chi2.sf(statistic, 2), abs=1e-8)
    assert fit.n == 600
    assert list(summed_score_fit(calibration, answers, are_estimated=False).df) == [4] * 5


def test_s_x2_joins_small_cells_until_one_is_expected():
    calibration = make_calibration("gpcm", [1.0, 1.1, 0.9], [[-0.5, 0.5], [0.0, 0.4], [-1.0, 1.0]])
    answers = drawn(calibration, 9, seed=5)
    fit = summed_score_fit(calibration, answers, are_estimated=False)
    totals = answers.sum(axis=1)
    for item in range(3):
        counts = [
            [(totals == total).sum() * expected_share(calibration, item, z, total) for z in range(3)]
            for total in range(1, 6)
        ]
        # fewer free cells than possible ones, and a statistic on no more than the respondents allow
        assert 0 < fit.df[item] < np.count_nonzero(np.array(counts)) - 5
        assert 0 <= fit.statistic[item] < 30


def test_s_x2_adds_the_groups():
    calibration = some_calibration(
        "2pl", n_items=6, seed=3, means=(0.0, 1.0), sds=(1.0, 0.7), labels=("a", "b")
    )
    rng = np.random.default_rng(4)
    theta = np.r_[rng.normal(size=800), rng.normal(1.0, 0.7, 800)]
    answers = draw_answers(calibration, theta, rng)
    groups = np.repeat(["a", "b"], 800)
    known = summed_score_fit(calibration, answers, groups=groups, are_estimated=False)
    mistaken = summed_score_fit(calibration, answers, groups=groups[::-1], are_estimated=False)
    assert np.median(known.p) > 0.1
    assert known.statistic.sum() < mistaken.statistic.sum()
    second = summed_score_fit(calibration, answers[800:], groups=groups[800:], are_estimated=False)
    # theta counted from the second group's mean
    alone = make_calibration("2pl", calibration.slopes, calibration.thresholds - 1, sds=(0.7,))
    expected = summed_score_fit(alone, answers[800:], are_estimated=False)
    assert second.statistic == pytest.approx(expected.statistic, rel=1e-6, nan_ok=True)


def test_s_x2_keeps_its_level_and_finds_a_bad_item():
    rng = np.random.default_rng(6)
    rejected = []
    for seed in range(12):
        calibration = some_calibration("2pl", n_items=15, seed=seed)
        answers = draw_answers(calibration, rng.normal(size=800), rng)
        rejected.append(summed_score_fit(calibrate(answers, model="2pl"), answers).p < 0.05)
    assert np.mean(rejected) == pytest.approx(0.05, abs=0.035)
    answers[:, 3] = rng.random(800) < np.where(np.abs(answers.sum(axis=1) - 7) < 3, 0.8, 0.2)  # not monotone
    assert summed_score_fit(calibrate(answers, model="2pl"), answers).p[3] < 1e-6


def test_s_x2_without_enough_data_is_undefined():
    calibration = some_calibration("grm")
    for answers in (np.full((3, 12), NAN), np.empty((0, 12)), drawn(calibration, 1), np.zeros((5, 12))):
        fit = summed_score_fit(calibration, answers)
        assert np.isnan(fit.statistic).all()
        assert np.isnan(fit.p).all()
    answers = drawn(calibration, 300)
    answers[:40, 0] = NAN
    assert summed_score_fit(calibration, answers).n == 260
    unknown = make_calibration("2pl", [1.0, NAN, 0.9, 1.2], [[0.0], [NAN], [0.5], [-0.5]])
    fit = summed_score_fit(unknown, drawn(some_calibration("2pl", n_items=4), 300), are_estimated=False)
    assert list(np.isnan(fit.p)) == [False, True, False, False]
    nobody = some_calibration("2pl", means=(NAN,), sds=(NAN,))
    assert summed_score_fit(nobody, drawn(some_calibration("2pl"), 20)).n == 0


# --- Infit and outfit


@pytest.mark.parametrize("model", MODELS)
def test_mean_squares_are_posterior_means(model):
    calibration = some_calibration(model, n_items=6, means=(0.2,), sds=(1.3,))
    answers = drawn(calibration, 40)
    answers[::7, 2] = NAN
    theta = np.linspace(-9, 9, 3601)
    chances = category_probabilities(calibration, theta)
    filled = np.nan_to_num(chances)
    number = np.arange(filled.shape[2])
    mean = filled @ number
    variance = filled @ number**2 - mean**2
    squares, standardised, variances = [], [], []
    for row in answers:
        posterior = norm.pdf(theta, 0.2, 1.3)
        for item in np.flatnonzero(np.isfinite(row)):
            posterior = posterior * chances[:, item, int(row[item])]
        posterior /= posterior.sum()
        residual = (row - mean) ** 2
        squares.append(posterior @ residual)
        standardised.append(posterior @ (residual / variance))
        variances.append(np.where(np.isnan(row), NAN, posterior @ variance))
    fit = mean_squares(calibration, answers)
    assert fit.outfit == pytest.approx(np.nanmean(standardised, axis=0), rel=1e-6)
    expected = np.nansum(squares, axis=0) / np.nansum(variances, axis=0)
    assert fit.infit == pytest.approx(expected, rel=1e-6)
    assert list(fit.n) == list(np.isfinite(answers).sum(axis=0))
    # t by the cube root with the spread over respondents
    known = mean_squares(calibration, answers, are_estimated=False)
    q = np.nanstd(standardised, axis=0) / np.sqrt(fit.n)
    assert known.outfit_t == pytest.approx((np.cbrt(fit.outfit) - 1) * 3 / q + q / 3, rel=1e-6)
    added = np.array(squares) - fit.infit * np.array(variances)
    q = np.sqrt(np.nansum(added**2, axis=0)) / np.nansum(variances, axis=0)
    assert known.infit_t == pytest.approx((np.cbrt(fit.infit) - 1) * 3 / q + q / 3, rel=1e-6)


def test_the_spread_of_mean_squares_is_what_the_scores_leave():
    calibration = some_calibration("2pl", n_items=6)
    answers = drawn(calibration, 50)
    theta = np.linspace(-9, 9, 1801)

    def joint(item, slope, intercept):
        chances = category_probabilities(calibration, theta)
        top = 1 / (1 + np.exp(-(slope * theta + intercept)))
        chances[:, item] = np.column_stack([1 - top, top])
        chosen = np.stack([chances[:, range(6), row.astype(int)] for row in answers])
        return chosen.prod(axis=2) * norm.pdf(theta), top

    fit = mean_squares(calibration, answers)
    for item in range(6):
        a, d = calibration.slopes[item], calibration.intercepts[item, 0]
        masses, top = joint(item, a, d)
        posterior = masses / masses.sum(axis=1, keepdims=True)
        residual = (answers[:, [item]] - top) ** 2
        weights = posterior @ (top * (1 - top))
        added = (posterior * residual).sum(axis=1) - fit.infit[item] * weights
        scores = [
            np.log(joint(item, a + x, d + y)[0].sum(axis=1) / joint(item, a - x, d - y)[0].sum(axis=1)) / 2e-5
            for x, y in ((1e-5, 0), (0, 1e-5))
        ]
        left = added - np.transpose(scores) @ np.linalg.lstsq(np.transpose(scores), added)[0]
        q = np.sqrt((left**2).sum()) / weights.sum()
        assert fit.infit_t[item] == pytest.approx((np.cbrt(fit.infit[item]) - 1) * 3 / q + q / 3, rel=1e-6)


def test_mean_squares_keep_their_level_and_find_noise():
    rng = np.random.default_rng(7)
    rejected = []
    for seed in range(15):
        calibration = some_calibration("rasch", n_items=20, seed=seed)
        answers = draw_answers(calibration, rng.normal(size=400), rng)
        fit = mean_squares(calibrate(answers, model="rasch"), answers)
        rejected.append(np.abs([fit.infit_t, fit.outfit_t]) > 1.96)
        assert np.mean(fit.infit) == pytest.approx(1, abs=0.01)
    assert np.mean(rejected, axis=(0, 2)) == pytest.approx([0.05, 0.05], abs=0.035)
    answers[:, 5] = rng.random(400) < 0.5
    noisy = mean_squares(calibrate(answers, model="rasch"), answers)
    assert noisy.infit_t[5] > 4
    assert noisy.infit[5] > 1.1


def test_mean_squares_add_the_groups():
    calibration = some_calibration("pcm", means=(0.0, 1.0), sds=(1.0, 0.7), labels=("a", "b"))
    answers = drawn(calibration, 60)
    both = mean_squares(calibration, answers, groups=np.repeat(["a", "b"], 30))
    first = mean_squares(calibration, answers[:30], groups=["a"] * 30)
    second = mean_squares(calibration, answers[30:], groups=["b"] * 30)
    assert both.outfit == pytest.approx((first.outfit + second.outfit) / 2, rel=1e-12)


def test_mean_squares_of_too_few():
    calibration = make_calibration("2pl", [1.0, NAN, 0.8], [[0.0], [NAN], [1.0]])
    for n in (0, 1, 9):
        answers = np.column_stack([np.arange(n) % 2, np.zeros(n), np.full(n, NAN)])
        fit = mean_squares(calibration, answers, are_estimated=False)
        assert list(fit.n) == [n, 0, 0]
        assert np.isnan(fit.infit_t).all()
        assert np.isnan([fit.infit[1], fit.outfit[2]]).all()
        assert np.isfinite(fit.outfit[0]) == (n > 0)
    same = mean_squares(calibration, np.tile([1.0, 0.0, 0.0], (50, 1)))
    assert np.isfinite(same.infit[[0, 2]]).all()


def test_mean_squares_of_items_far_from_everyone():
    # at the lowest nodes the variance of an answer is below the smallest number
    calibration = make_calibration("2pl", [60.0, 1.0], [[10.0], [0.0]])
    fit = mean_squares(calibration, np.column_stack([np.zeros(40), np.arange(40) % 2]))
    assert np.isfinite([fit.infit[1], fit.outfit[1], fit.infit_t[1], fit.outfit_t[1]]).all()
    assert fit.outfit[0] == pytest.approx(0, abs=1e-12)


# --- Person fit


def test_lz_of_patterns_by_its_formula():
    calibration = some_calibration("2pl", n_items=10)
    answers = drawn(calibration, 6)
    answers[3, 4:] = NAN
    fit = person_fit(calibration, answers)
    theta = person_scores(calibration, answers, "wle").theta
    for row, place, lz, lz_star in zip(answers, theta, fit.lz, fit.lz_star, strict=True):
        has = np.isfinite(row)
        x, a, b = row[has], calibration.slopes[has], calibration.thresholds[has, 0]
        p = 1 / (1 + np.exp(-a * (place - b)))
        w = np.log(p / (1 - p))
        assert lz == pytest.approx(((x - p) @ w) / np.sqrt(p * (1 - p) @ w**2), rel=1e-9)
        # Snijders: r = P' / (P Q) = a, r0 = J / 2I of Warm
        c = (a * p * (1 - p)) @ w / (a * p * (1 - p) @ a)
        bias = (a**3 * p * (1 - p) * (1 - 2 * p)).sum() / (2 * a**2 @ (p * (1 - p)))
        expected = ((x - p) @ w + c * bias) / np.sqrt(p * (1 - p) @ (w - c * a) ** 2)
        assert lz_star == pytest.approx(expected, rel=1e-9)
    assert list(fit.n_answered) == [10, 10, 10, 4, 10, 10]


@pytest.mark.parametrize("model", ["2pl", "grm"])
def test_lz_star_keeps_its_level_and_finds_reversed_answers(model):
    calibration = some_calibration(model, n_items=20, seed=4)
    answers = drawn(calibration, 2000)
    fit = person_fit(calibration, answers)
    assert np.mean(fit.lz_star < -1.645) == pytest.approx(0.05, abs=0.02)
    assert np.std(fit.lz) < np.std(fit.lz_star) < 1.05
    turned = np.where(np.arange(20) % 2, calibration.n_steps - answers, answers)
    assert np.median(person_fit(calibration, turned).lz_star) < np.quantile(fit.lz_star, 0.05)


def test_person_fit_without_freedom_is_undefined():
    calibration = make_calibration("2pl", [1.0, 1.0], [[0.0], [1.0]])
    fit = person_fit(calibration, [[1, NAN], [NAN, NAN], [1, 0]])
    assert np.isnan(fit.lz_star[:2]).all()
    assert np.isfinite(fit.lz_star[2])
    assert np.isnan(fit.lz[1])
