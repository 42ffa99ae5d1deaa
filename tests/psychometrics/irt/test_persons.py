import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import norm

from psychometrics.irt import category_curves
from psychometrics.irt.answers import BLOCK_ROWS
from psychometrics.irt.persons import (
    Method,
    PersonScores,
    Status,
    empirical_reliability,
    marginal_reliability,
    person_scores,
)
from tests.psychometrics.irt.calibrations import draw_answers, make_calibration, some_calibration

NAN = float("nan")
MODELS = ["rasch", "2pl", "pcm", "gpcm", "grm"]

# The five items of LSAT section 6 with the parameters R's ltm gives them (Rizopoulos, 2006).
LSAT_SLOPES = [0.8254, 0.7229, 0.8905, 0.6886, 0.6575]
LSAT_DIFFICULTIES = [[-3.3597], [-1.3696], [-0.2799], [-1.8659], [-3.1236]]
LSAT_PATTERNS = [[0, 0, 0, 0, 0], [0, 1, 0, 0, 1], [1, 0, 1, 1, 0], [1, 1, 0, 1, 1], [1, 1, 1, 1, 1]]


def probability(model, slope, thresholds, category, theta):
    """P of one category, each model by its own textbook formula."""
    thresholds = thresholds[np.isfinite(thresholds)]
    if model in ("2pl", "grm"):
        above = [1, *(1 / (1 + np.exp(-slope * (theta - thresholds)))), 0]
        return above[category] - above[category + 1]
    terms = np.exp([slope * np.sum(theta - thresholds[:k]) for k in range(thresholds.size + 1)])
    return terms[category] / terms.sum()


def log_likelihood(calibration, answers, theta):
    return sum(
        np.log(probability(calibration.model, slope, thresholds, int(answer), theta))
        for slope, thresholds, answer in zip(calibration.slopes, calibration.thresholds, answers, strict=True)
        if np.isfinite(answer)
    )


def derivative(function, x, step=1e-3):
    """Five-point difference."""
    values = [function(x + shift * step) for shift in (-2, -1, 1, 2)]
    return (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * step)


def sums_of_categories(calibration, answers, theta):
    """J and I of the answered items by numerical derivatives of the textbook probabilities."""
    bias = information = 0.0
    for slope, thresholds, answer in zip(calibration.slopes, calibration.thresholds, answers, strict=True):
        if np.isnan(answer):
            continue
        for category in range(np.isfinite(thresholds).sum() + 1):

            def chance(x, category=category, slope=slope, thresholds=thresholds):
                return probability(calibration.model, slope, thresholds, category, x)

            first = derivative(chance, theta)
            second = derivative(lambda x, chance=chance: derivative(chance, x), theta)
            bias += first * second / chance(theta)
            information += first**2 / chance(theta)
    return bias, information


def answers_with_gaps(calibration, n, *, seed=3):
    rng = np.random.default_rng(seed)
    answers = draw_answers(calibration, rng.normal(size=n), rng)
    answers[rng.random(answers.shape) < 0.15] = NAN
    answers[0], answers[1] = 0, calibration.n_steps
    return answers


@pytest.mark.parametrize("model", MODELS)
def test_eap_is_the_integral_over_the_posterior(model):
    calibration = some_calibration(model, means=(0.3,), sds=(1.4,))
    answers = answers_with_gaps(calibration, 5)
    scores = person_scores(calibration, answers, "eap")
    for row, theta, se in zip(answers, scores.theta, scores.se, strict=True):

        def weight(x, row=row):
            return np.exp(log_likelihood(calibration, row, x)) * norm.pdf(x, 0.3, 1.4)

        def integral(power, weight=weight):
            return quad(lambda x: x**power * weight(x), -10, 10, epsabs=0, epsrel=1e-10, limit=200)[0]

        mean = integral(1) / integral(0)
        assert theta == pytest.approx(mean, abs=1e-7)
        assert se == pytest.approx(np.sqrt(integral(2) / integral(0) - mean**2), abs=1e-7)


@pytest.mark.parametrize("model", MODELS)
def test_wle_solves_the_weighted_likelihood_equation(model):
    calibration = some_calibration(model)
    answers = answers_with_gaps(calibration, 5)
    scores = person_scores(calibration, answers, "wle")
    for row, theta, se in zip(answers, scores.theta, scores.se, strict=True):

        def equation(x, row=row):
            bias, information = sums_of_categories(calibration, row, x)
            return derivative(lambda y: log_likelihood(calibration, row, y), x) + bias / (2 * information)

        assert theta == pytest.approx(brentq(equation, -8, 8, xtol=1e-10), abs=1e-6)
        assert se == pytest.approx(sums_of_categories(calibration, row, theta)[1] ** -0.5, rel=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_map_and_ml_are_modes(model):
    calibration = some_calibration(model, means=(0.3,), sds=(1.4,))
    answers = answers_with_gaps(calibration, 6)[2:]
    for method, precision in (("map", 1.4**-2), ("ml", 0)):
        scores = person_scores(calibration, answers, method)
        for row, theta, se in zip(answers, scores.theta, scores.se, strict=True):

            def slope(x, row=row, precision=precision):
                likelihood = derivative(lambda y: log_likelihood(calibration, row, y), x)
                return likelihood - precision * (x - 0.3)

            assert theta == pytest.approx(brentq(slope, -8, 8, xtol=1e-10), abs=1e-6)
            if method == "map":
                assert se == pytest.approx((-derivative(slope, theta)) ** -0.5, rel=1e-6)
            else:
                assert se == pytest.approx(sums_of_categories(calibration, row, theta)[1] ** -0.5, rel=1e-6)


def test_lsat_scores_of_other_packages():
    calibration = make_calibration("2pl", LSAT_SLOPES, LSAT_DIFFICULTIES)
    # girth 0.8.0: ability_eap(.., quadrature_bounds (-8, 8), quadrature_n 201)
    eap = [-1.8969445, -1.00676223, -0.32758322, 0.00841257, 0.64559701]
    assert person_scores(calibration, LSAT_PATTERNS, "eap").theta == pytest.approx(eap, abs=1e-7)
    # girth 0.8.0: ability_map and ability_mle, by fminbound to 1e-5
    mode = [-1.89543857, -1.01902967, -0.35202003, -0.02197285, 0.60630667]
    assert person_scores(calibration, LSAT_PATTERNS, "map").theta == pytest.approx(mode, abs=2e-5)
    likeliest = [NAN, -2.80325417, -1.00997645, -0.06909481, NAN]
    found = person_scores(calibration, LSAT_PATTERNS, "ml").theta
    assert found == pytest.approx(likeliest, abs=2e-5, nan_ok=True)


def test_wle_of_one_rasch_item_by_hand():
    # x - P + (1 - 2P) / 2 = 0: P = (x + 1/2) / 2, so theta = b -/+ log 3; I = 3/16
    calibration = make_calibration("rasch", [1.0], [[0.7]])
    scores = person_scores(calibration, [[0], [1]], "wle")
    assert scores.theta == pytest.approx([0.7 - np.log(3), 0.7 + np.log(3)], abs=1e-8)
    assert scores.se == pytest.approx(4 / np.sqrt(3), rel=1e-7)


@pytest.mark.parametrize("model", MODELS)
def test_lowest_and_highest_scores(model):
    calibration = some_calibration(model)
    answers = np.vstack([np.zeros(12), calibration.n_steps, np.full(12, NAN), np.r_[1, [NAN] * 11]])
    likeliest = person_scores(calibration, answers, "ml")
    at_top = Status.HIGHEST_SCORE if model in ("rasch", "2pl") else Status.SCORED
    assert list(likeliest.status) == [
        Status.LOWEST_SCORE,
        Status.HIGHEST_SCORE,
        Status.NOTHING_ANSWERED,
        at_top,
    ]
    assert np.array_equal(np.isnan(likeliest.theta), likeliest.status != Status.SCORED)
    assert np.array_equal(np.isnan(likeliest.se), likeliest.status != Status.SCORED)
    for method in ("eap", "map", "wle"):
        scores = person_scores(calibration, answers, method)
        assert np.isfinite(scores.theta[[0, 1, 3]]).all()
        assert scores.theta[0] < scores.theta[1]
        assert scores.status[2] == Status.NOTHING_ANSWERED
        assert np.isnan(scores.theta[2])
        assert np.isnan(scores.se[2])
        assert list(scores.n_answered) == [12, 12, 0, 1]


def test_scores_beyond_the_first_nodes():
    # all items far above the respondents' group: tables and priors are widened for those who need it
    calibration = make_calibration("2pl", [1.5, 0.2, 0.3], [[14.0], [15.0], [17.0]])
    weighted = person_scores(calibration, [[1, 1, 1], [0, 0, 0], [1, 0, 0]], "wle")
    assert (weighted.status == Status.SCORED).all()
    curves = category_curves(calibration, weighted.theta)
    chances, first = curves.probabilities, curves.log_first
    information = (chances * first**2).sum(axis=(1, 2))
    bias = (chances * first * (curves.log_second + first**2)).sum(axis=(1, 2))
    answers = np.array([[1, 1, 1], [0, 0, 0], [1, 0, 0]])
    score = np.take_along_axis(first, answers[:, :, None], axis=2).sum(axis=(1, 2))
    assert score + bias / (2 * information) == pytest.approx(np.zeros(3), abs=1e-8)
    steep = make_calibration("2pl", [8.0], [[9.0]])
    theta = np.linspace(-2, 20, 200_001)
    posterior = np.exp(-(theta**2) / 2 - np.logaddexp(0, -8 * (theta - 9)))
    assert person_scores(steep, [[1]]).theta == pytest.approx(theta @ posterior / posterior.sum(), abs=1e-7)


def test_steep_items_need_closer_nodes():
    calibration = make_calibration("2pl", np.full(30, 6.0), np.linspace(-1, 1, 30)[:, None])
    answers = np.r_[np.ones(17), np.zeros(13)][None]
    mode = person_scores(calibration, answers, "map").theta[0]

    def weight(x):
        return np.exp(log_likelihood(calibration, answers[0], x) + 30) * norm.pdf(x)

    def integral(power):
        return quad(lambda x: x**power * weight(x), mode - 1.5, mode + 1.5, epsrel=1e-11, limit=500)[0]

    scores = person_scores(calibration, answers, "eap")
    assert scores.theta[0] == pytest.approx(integral(1) / integral(0), abs=1e-7)
    assert scores.se[0] < 0.11


def test_priors_are_those_of_the_groups():
    calibration = some_calibration("gpcm", means=(0.0, 0.8), sds=(1.0, 0.5), labels=("final", "starting"))
    alone = some_calibration("gpcm", means=(0.8,), sds=(0.5,))
    answers = answers_with_gaps(calibration, 4)
    for method in ("eap", "map"):
        scores = person_scores(calibration, answers, method, groups=["starting"] * 2 + ["final"] * 2)
        second = person_scores(alone, answers[:2], method)
        first = person_scores(calibration, answers[2:], method)
        assert scores.theta == pytest.approx(np.r_[second.theta, first.theta], abs=1e-9)
        assert scores.se == pytest.approx(np.r_[second.se, first.se], abs=1e-9)
    weighted = person_scores(calibration, answers, "wle", groups=["starting"] * 4)
    assert weighted.theta == pytest.approx(person_scores(alone, answers, "wle").theta, abs=1e-8)


def test_a_pattern_has_its_score_wherever_it_stands():
    # equal patterns are scored once, and blocks end within them
    for model in ("pcm", "grm"):
        calibration = some_calibration(model, n_items=5)
        answers = answers_with_gaps(calibration, BLOCK_ROWS + 50)
        shuffled = np.random.default_rng(1).permutation(len(answers))
        for method in Method:
            scores, again = (
                person_scores(calibration, rows, method) for rows in (answers, answers[shuffled])
            )
            assert again.theta == pytest.approx(scores.theta[shuffled], abs=1e-12, nan_ok=True)
            alone = [person_scores(calibration, answers[[row]], method).theta[0] for row in range(20)]
            assert scores.theta[:20] == pytest.approx(alone, abs=1e-10, nan_ok=True)


def test_codes_are_read_as_the_calibration_names_them():
    plain = make_calibration("gpcm", [1.0, 1.2], [[-1.0, 0.5], [0.0, 1.0]])
    named = make_calibration(
        "gpcm", [1.0, 1.2], [[-1.0, 0.5], [0.0, 1.0]], categories=((1, 3, 9), (-2, -1, 0))
    )
    expected = person_scores(plain, [[0, 2], [1, 1], [2, 0]])
    assert person_scores(named, [[1, 0], [3, -1], [9, -2]]).theta == pytest.approx(expected.theta, abs=1e-12)
    unknown = person_scores(named, [[2, 0], [3, 7], [10, -3]])
    assert list(unknown.n_unknown) == [1, 1, 2]
    assert list(unknown.n_answered) == [1, 1, 0]
    assert unknown.theta == pytest.approx(
        person_scores(named, [[NAN, 0], [3, NAN], [NAN, NAN]]).theta, nan_ok=True
    )


def test_items_without_estimates_say_nothing():
    full = make_calibration("2pl", [1.0, NAN, 0.8], [[0.0], [NAN], [1.0]])
    without = make_calibration("2pl", [1.0, 0.8], [[0.0], [1.0]])
    for method in Method:
        scores = person_scores(full, [[1, 0, 0], [0, 3, 1]], method)
        expected = person_scores(without, [[1, 0], [0, 1]], method)
        assert scores.theta == pytest.approx(expected.theta, abs=1e-9)
        assert list(scores.n_answered) == [2, 2]
        assert list(scores.n_unknown) == [0, 0]
    nothing = make_calibration("2pl", [NAN], [[NAN]], means=(NAN,), sds=(NAN,))
    assert list(person_scores(nothing, [[1], [0]], "wle").status) == [Status.NOTHING_ANSWERED] * 2
    assert np.isnan(marginal_reliability(nothing).value)


def test_a_negative_slope_turns_the_item():
    turned = make_calibration("grm", [1.0, -1.2], [[-1.0, 0.5], [1.0, 0.0]])
    straight = make_calibration("grm", [1.0, 1.2], [[-1.0, 0.5], [0.0, 1.0]])
    for method in Method:
        scores = person_scores(turned, [[2, 0], [0, 1], [0, 2]], method)
        expected = person_scores(straight, [[2, 2], [0, 1], [0, 0]], method)
        assert scores.theta == pytest.approx(expected.theta, abs=1e-8, nan_ok=True)
        assert np.array_equal(scores.status, expected.status)


@pytest.mark.parametrize(
    ("responses", "more"),
    [
        ([1, 0], {}),
        ([[1, 0, 1]], {}),
        ([[0.5, 1]], {}),
        ([[np.inf, 1]], {}),
        ([[7.5, 1]], {}),
        ([[1, 0]], {"method": "mean"}),
        ([[1, 0]], {"groups": ["north"]}),
        ([[1, 0]], {"groups": [0, 0]}),
    ],
)
def test_what_does_not_fit_is_named(responses, more):
    calibration = make_calibration("2pl", [1.0, 0.8], [[0.0], [1.0]])
    with pytest.raises(ValueError):
        person_scores(calibration, responses, **more)
    with pytest.raises(ValueError, match="north"):
        marginal_reliability(calibration, group="north")


def scores_of(method, theta, se):
    n = len(theta)
    status = np.where(np.isnan(theta), Status.NOTHING_ANSWERED, Status.SCORED).astype(np.int8)
    return PersonScores(method, np.array(theta), np.array(se), np.ones(n, int), np.zeros(n, int), status)


def test_empirical_reliability_by_hand():
    # variance of -1, 0, 1 is 1; mean squared error 0.25
    shrunken = empirical_reliability(scores_of(Method.EAP, [-1, 0, 1, NAN], [0.5, 0.5, 0.5, NAN]))
    assert (shrunken.value, shrunken.n) == (pytest.approx(1 / 1.25, rel=1e-12), 3)
    spread = empirical_reliability(scores_of(Method.WLE, [-1, 0, 1], [0.5, 0.5, 0.5]))
    assert spread.value == pytest.approx(0.75, rel=1e-12)
    for theta in ([0.3], [0.3, 0.3], []):
        assert np.isnan(empirical_reliability(scores_of(Method.EAP, theta, [0.5] * len(theta))).value)


def test_marginal_reliability_is_a_mean_over_the_population():
    calibration = some_calibration("2pl", means=(0.3, 1.0), sds=(1.4, 0.7), labels=("a", "b"))

    def share(theta, variance):
        chances = 1 / (1 + np.exp(-calibration.slopes * (theta - calibration.thresholds[:, 0])))
        information = np.sum(calibration.slopes**2 * chances * (1 - chances))
        return information / (information + 1 / variance)

    for label, mean, sd in (("a", 0.3, 1.4), ("b", 1.0, 0.7)):
        expected = quad(lambda x, m=mean, s=sd: share(x, s**2) * norm.pdf(x, m, s), -12, 12)[0]
        assert marginal_reliability(calibration, group=label).value == pytest.approx(expected, abs=1e-8)
    assert marginal_reliability(calibration) == marginal_reliability(calibration, group="a")


@pytest.mark.parametrize("model", ["2pl", "grm"])
def test_errors_cover_and_reliabilities_agree(model):
    calibration = some_calibration(model, n_items=30, seed=4)
    rng = np.random.default_rng(8)
    theta = rng.normal(size=4000)
    answers = draw_answers(calibration, theta, rng)
    for method in ("eap", "wle"):
        scores = person_scores(calibration, answers, method)
        is_covered = np.abs(scores.theta - theta) < 1.96 * scores.se
        assert is_covered.mean() == pytest.approx(0.95, abs=0.015)
        assert np.mean(scores.theta - theta) == pytest.approx(0, abs=0.02)
        assert empirical_reliability(scores).value == pytest.approx(
            marginal_reliability(calibration).value, abs=0.02
        )
