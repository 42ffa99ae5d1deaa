import numpy as np
import pytest
from scipy.stats import chi2

from psychometrics.dif import PolytomousClass, mantel, mantel_haenszel
from tests.psychometrics.dif.draws import graded_answers

NAN = float("nan")
# Job satisfaction (4 levels) of women and men by income (4): Agresti (2002), Categorical Data Analysis,
# table 7.8, as in the example of R's mantelhaen.test
WOMEN = [[1, 3, 11, 2], [2, 3, 17, 3], [0, 1, 8, 5], [0, 2, 4, 2]]
MEN = [[1, 1, 2, 1], [0, 3, 5, 1], [0, 0, 7, 3], [0, 1, 9, 6]]


def spread_out(reference, focal):
    rows = [
        (level, group, stratum)
        for group, table in enumerate((reference, focal))
        for stratum, counts in enumerate(table)
        for level, count in enumerate(counts)
        for _ in range(count)
    ]
    table = np.array(rows)
    return table[:, :1], table[:, 1].astype(bool), table[:, 2]


def test_satisfaction_as_mantelhaen_test_has_it():
    # R 4.2.2: mantelhaen.test on gender x satisfaction x income: M^2 = 0.10844003697, df 3
    answers, focal, stratum = spread_out(WOMEN, MEN)
    item = mantel(answers, focal, matching=stratum).items[0]
    assert item.generalised_chi_square == pytest.approx(0.10844003697, rel=1e-10)
    assert (item.df, item.generalised_p) == (3, pytest.approx(0.990805700152, rel=1e-10))
    assert (item.n_reference, item.n_focal, item.n_strata) == (64, 40, 4)


def test_mantel_by_its_definition():
    answers, focal, stratum = spread_out(WOMEN, MEN)
    points = np.array([1.0, 2.0, 4.0, 7.0])
    item = mantel(points[answers], focal, matching=stratum).items[0]
    distance = variance = 0.0
    for women, men in zip(np.array(WOMEN), np.array(MEN), strict=True):
        m, n = women + men, women.sum() + men.sum()
        distance += points @ men - men.sum() * (points @ m) / n
        spread = n * (points**2 @ m) - (points @ m) ** 2
        variance += women.sum() * men.sum() * spread / (n**2 * (n - 1))
    assert item.chi_square == pytest.approx(distance**2 / variance, rel=1e-10)
    assert item.p == pytest.approx(chi2.sf(distance**2 / variance, 1), rel=1e-9)


def test_the_mean_difference_by_its_definition():
    answers, focal, stratum = spread_out(WOMEN, MEN)
    item = mantel(answers, focal, matching=stratum).items[0]
    weights = np.array(MEN).sum(axis=1)
    means = [np.array(table) @ np.arange(4) / np.array(table).sum(axis=1) for table in (MEN, WOMEN)]
    expected = weights @ (means[0] - means[1]) / weights.sum()
    assert item.mean_difference == pytest.approx(expected, rel=1e-12)
    assert item.effect == pytest.approx(expected / answers.std(ddof=1), rel=1e-12)


def test_two_categories_are_mantel_haenszel_without_correction():
    answers, focal = graded_answers(np.random.default_rng(1), 500)
    right = (answers >= 2).astype(float)
    ours = mantel(right, focal, purify=False)
    theirs = mantel_haenszel(right, focal, purify=False, correction=False)
    for item, other in zip(ours.items, theirs.items, strict=True):
        assert item.chi_square == pytest.approx(other.chi_square, rel=1e-9)
        assert item.generalised_chi_square == pytest.approx(other.chi_square, rel=1e-9)
        assert item.mean_difference == pytest.approx(other.p_difference, rel=1e-9)


def test_units_of_the_points_change_no_test_and_no_effect():
    answers, focal = graded_answers(np.random.default_rng(2), 500, dif=0.5)
    first, second = mantel(answers, focal), mantel(10 * answers + 100, focal)
    assert second.purification == first.purification
    for item, other in zip(first.items, second.items, strict=True):
        assert other.chi_square == pytest.approx(item.chi_square, rel=1e-6)
        assert other.effect == pytest.approx(item.effect, rel=1e-9)
        assert other.mean_difference == pytest.approx(10 * item.mean_difference, rel=1e-9)


def test_an_item_that_is_harder_for_one_group_is_found_and_left_out():
    answers, focal = graded_answers(np.random.default_rng(3), 2000, dif=0.8)
    result = mantel(answers, focal)
    assert result.purification.removed == (0,)
    assert result.purification.converged
    assert result.items[0].effect_class is PolytomousClass.CC
    assert result.items[0].mean_difference < 0
    assert {item.effect_class for item in result.items[1:]} == {PolytomousClass.AA}


def test_false_alarms_stay_near_their_rate():
    rng = np.random.default_rng(4)
    results = [mantel(*graded_answers(rng, 400), purify=False).items for _ in range(60)]
    rate = np.mean([[item.p < 0.05 for item in items] for items in results])
    generalised = np.mean([[item.generalised_p < 0.05 for item in items] for items in results])
    assert 0.03 < rate < 0.075
    assert 0.03 < generalised < 0.075


@pytest.mark.parametrize("answers", [np.full((6, 2), NAN), np.full((6, 2), 3.0)])
def test_what_cannot_be_compared_is_nan(answers):
    for item in mantel(answers, np.array([True, False] * 3)).items:
        assert np.isnan([item.p, item.generalised_p, item.effect]).all()
        assert item.effect_class is None
    with pytest.raises(ValueError, match="significance"):
        mantel(answers, np.array([True, False] * 3), significance=0)
