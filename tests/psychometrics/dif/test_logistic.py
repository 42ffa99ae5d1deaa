import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import chi2
from statsmodels.miscmodels.ordinal_model import OrderedModel

from psychometrics.dif import Bounds, EffectClass, logistic_dif
from psychometrics.dif.logistic import _class
from tests.psychometrics.dif.draws import graded_answers, rasch_answers

NAN = float("nan")


def designs(score, focal):
    score = (score - score.mean()) / score.std()
    return [
        np.empty((score.size, 0)),
        score[:, None],
        np.column_stack([score, focal]),
        np.column_stack([score, focal, score * focal]),
    ]


def nagelkerke(empty, reached, n):
    return (1 - np.exp(2 * (empty - reached) / n)) / (1 - np.exp(2 * empty / n))


def test_two_categories_as_statsmodels_fits_them():
    answers, focal = rasch_answers(np.random.default_rng(1), 600, dif=0.6)
    total = answers.sum(axis=1)
    result = logistic_dif(answers, focal, matching=total)
    for position in (0, 4):
        fits = [
            sm.Logit(answers[:, position], np.column_stack([np.ones(600), predictors])).fit(disp=0, tol=1e-12)
            for predictors in designs(total, focal)
        ]
        logs = [fit.llf for fit in fits]
        r2 = [nagelkerke(logs[0], reached, 600) for reached in logs]
        item = result.items[position]
        for ratio, smaller, larger, df in (
            (item.uniform, 1, 2, 1),
            (item.non_uniform, 2, 3, 1),
            (item.both, 1, 3, 2),
        ):
            expected = 2 * (logs[larger] - logs[smaller])
            assert ratio.chi_square == pytest.approx(expected, rel=1e-8, abs=1e-9)
            assert (ratio.df, ratio.p) == (df, pytest.approx(chi2.sf(expected, df), abs=1e-9))
            assert ratio.r2_change == pytest.approx(r2[larger] - r2[smaller], rel=1e-7, abs=1e-12)
        assert item.group_effect == pytest.approx(fits[2].params[2], rel=1e-7)
        assert item.interaction == pytest.approx(fits[3].params[3], rel=1e-6)


def test_ordered_categories_as_statsmodels_fits_them():
    answers, focal = graded_answers(np.random.default_rng(2), 500, dif=0.5)
    total = answers.sum(axis=1)
    item = logistic_dif(answers, focal, matching=total).items[0]
    fits = [
        OrderedModel(answers[:, 0].astype(int), predictors, distr="logit").fit(
            method="bfgs", disp=0, gtol=1e-8, maxiter=500
        )
        for predictors in designs(total, focal)[1:]
    ]
    assert item.n_categories == 5
    assert item.uniform.chi_square == pytest.approx(2 * (fits[1].llf - fits[0].llf), abs=1e-6)
    assert item.both.chi_square == pytest.approx(2 * (fits[2].llf - fits[0].llf), abs=1e-6)
    assert item.group_effect == pytest.approx(fits[1].params[1], abs=1e-5)
    counts = np.bincount(answers[:, 0].astype(int))
    empty = counts @ np.log(counts / 500)
    expected = nagelkerke(empty, fits[2].llf, 500) - nagelkerke(empty, fits[0].llf, 500)
    assert item.both.r2_change == pytest.approx(expected, abs=1e-8)


def test_the_units_of_the_matching_score_change_nothing():
    answers, focal = rasch_answers(np.random.default_rng(3), 400, dif=0.5)
    total = answers.sum(axis=1)
    first = logistic_dif(answers, focal, matching=total).items[0]
    second = logistic_dif(answers, focal, matching=50 - 0.1 * total).items[0]
    assert second.both.chi_square == pytest.approx(first.both.chi_square, rel=1e-7)
    assert second.interaction == pytest.approx(-first.interaction, rel=1e-6)


def test_a_slope_that_differs_is_non_uniform():
    rng = np.random.default_rng(4)
    answers, focal = rasch_answers(rng, 3000)
    theta = rng.normal(0, 1, 3000)
    rest = theta[:, None] + rng.logistic(size=(3000, 15)) > 0
    crossing = np.where(focal, 0.3, 2.0) * theta + rng.logistic(size=3000) > 0
    answers = np.column_stack([crossing, rest]).astype(float)
    item = logistic_dif(answers, focal).items[0]
    assert item.non_uniform.p < 1e-6
    assert item.uniform.p > 0.01
    assert item.interaction < 0


def test_purification_leaves_the_found_item_out_of_the_score():
    answers, focal = rasch_answers(np.random.default_rng(6), 1500, dif=1.0)
    result = logistic_dif(answers, focal, significance=0.001)
    assert result.purification.removed == (0,)
    assert result.purification.converged
    assert result.items[0].group_effect == pytest.approx(-1.0, abs=0.35)
    rest = answers[:, 1:].sum(axis=1)
    assert result.items[3] == logistic_dif(answers, focal, matching=rest, significance=0.001).items[3]


@pytest.mark.parametrize(
    ("change", "bounds", "is_significant", "expected"),
    [
        (0.034, Bounds.JODOIN_GIERL, True, "A"),
        (0.035, Bounds.JODOIN_GIERL, True, "B"),
        (0.07, Bounds.JODOIN_GIERL, True, "C"),
        (0.07, Bounds.ZUMBO_THOMAS, True, "A"),
        (0.13, Bounds.ZUMBO_THOMAS, True, "B"),
        (0.26, Bounds.ZUMBO_THOMAS, True, "C"),
        (0.30, Bounds.ZUMBO_THOMAS, False, "A"),
    ],
)
def test_classes_by_the_change_of_r2(change, bounds, is_significant, expected):
    assert _class(change, bounds, is_significant=is_significant) is EffectClass(expected)


def test_false_alarms_stay_near_their_rate():
    rng = np.random.default_rng(7)
    results = [logistic_dif(*rasch_answers(rng, 400, n_items=12), purify=False).items for _ in range(30)]
    for name in ("uniform", "non_uniform", "both"):
        rate = np.mean([[getattr(item, name).p < 0.05 for item in items] for items in results])
        assert 0.025 < rate < 0.085


def test_separated_answers_have_no_maximum():
    total = np.arange(20.0)
    answers = (total >= 10).astype(float)[:, None]
    item = logistic_dif(answers, np.arange(20) % 2 == 0, matching=total).items[0]
    assert np.isnan([item.both.p, item.both.r2_change, item.group_effect]).all()
    assert (item.effect_class, item.is_flagged) == (None, False)


@pytest.mark.parametrize("answers", [np.full((6, 2), NAN), np.ones((6, 2)), [[1, NAN], *[[NAN, 0]] * 5]])
def test_what_cannot_be_compared_is_nan(answers):
    for item in logistic_dif(answers, np.array([True, False] * 3)).items:
        assert np.isnan(item.uniform.p)
        assert item.effect_class is None


def test_one_group_or_one_score_cannot_be_compared():
    answers, focal = rasch_answers(np.random.default_rng(8), 100)
    assert np.isnan(logistic_dif(answers, np.zeros(100, dtype=bool)).items[0].both.p)
    item = logistic_dif(answers, focal, matching=np.ones(100)).items[0]
    assert np.isnan(item.both.p)
    assert (item.n_reference, item.n_focal) == (50, 50)
    with pytest.raises(ValueError, match="significance"):
        logistic_dif(answers, focal, significance=0)
    with pytest.raises(ValueError, match="cohen"):
        logistic_dif(answers, focal, bounds="cohen")
