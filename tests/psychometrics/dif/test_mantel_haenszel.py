import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from psychometrics.dif import EtsClass, mantel_haenszel
from psychometrics.dif.mantel_haenszel import _class
from tests.psychometrics.dif.draws import rasch_answers

NAN = float("nan")
# Admissions to Berkeley, 1973 (Bickel, Hammel & O'Connell, 1975, Science 187, 398-404; R: UCBAdmissions):
# men admitted, men rejected, women admitted, women rejected, by department
BERKELEY = [
    (512, 313, 89, 19),
    (353, 207, 17, 8),
    (120, 205, 202, 391),
    (138, 279, 131, 244),
    (53, 138, 94, 299),
    (22, 351, 24, 317),
]


def spread_out(tables):
    """Rows for counts: answers (n, 1), focal group, stratum."""
    rows = [
        (right, focal, stratum)
        for stratum, counts in enumerate(tables)
        for (focal, right), count in zip(((0, 1), (0, 0), (1, 1), (1, 0)), counts, strict=True)
        for _ in range(count)
    ]
    table = np.array(rows)
    return table[:, :1], table[:, 1].astype(bool), table[:, 2]


def one_item(tables, **more):
    answers, focal, stratum = spread_out(tables)
    return mantel_haenszel(answers, focal, matching=stratum, **more).items[0]


def test_berkeley_as_mantelhaen_test_has_it():
    # R 4.2.2: mantelhaen.test(UCBAdmissions, correct = TRUE), and FALSE
    item = one_item(BERKELEY)
    assert item.chi_square == pytest.approx(1.42694622859, rel=1e-11)
    assert item.p == pytest.approx(0.232263462817, rel=1e-9)
    assert item.odds_ratio == pytest.approx(0.904696828259, rel=1e-11)
    interval = np.exp(
        np.log(item.odds_ratio) + np.array([-1, 1]) * 1.959963984540054 * item.delta_error / 2.35
    )
    assert interval == pytest.approx([0.771907361759, 1.060329764437], rel=1e-10)
    assert one_item(BERKELEY, correction=False).chi_square == pytest.approx(1.52460666044, rel=1e-11)
    assert (item.n_reference, item.n_focal, item.n_strata, item.n_left_out) == (2691, 1835, 6, 0)
    assert item.ets_class is EtsClass.A


def test_berkeley_as_statsmodels_has_it():
    item = one_item(BERKELEY)
    table = StratifiedTable([np.array([[a, b], [c, d]]) for a, b, c, d in BERKELEY])
    assert item.odds_ratio == pytest.approx(table.oddsratio_pooled, rel=1e-12)
    assert item.delta_error == pytest.approx(2.35 * table.logodds_pooled_se, rel=1e-10)
    assert item.delta == pytest.approx(-2.35 * table.logodds_pooled, rel=1e-12)
    assert item.p == pytest.approx(table.test_null_odds(correction=True).pvalue, rel=1e-9)


def test_standardised_p_difference_by_hand():
    # strata (3/4 against 1/2 of 2) and (1/2 against 1/4 of 4): (2 * -1/4 + 4 * -1/4) / 6
    item = one_item([(3, 1, 1, 1), (2, 2, 1, 3)])
    assert item.p_difference == pytest.approx(-0.25, rel=1e-12)


def test_a_correction_never_turns_a_distance_round():
    # both groups alike: the distance is 0, less than the half
    item = one_item([(5, 5, 5, 5)])
    assert (item.chi_square, item.p, item.odds_ratio) == (0, 1, 1)


def test_strata_of_one_group_are_left_out_and_counted():
    item = one_item([*BERKELEY, (7, 3, 0, 0), (0, 0, 2, 2)])
    assert item.chi_square == pytest.approx(1.42694622859, rel=1e-11)
    assert (item.n_strata, item.n_left_out) == (6, 14)


@pytest.mark.parametrize(
    ("delta", "error", "is_significant", "expected"),
    [
        (-0.99, 0.1, True, "A"),
        (-3.0, 0.1, False, "A"),
        (1.0, 0.1, True, "B"),
        (1.49, 0.1, True, "B"),
        (-1.5, 0.3, True, "C"),
        (-1.5, 0.31, True, "B"),  # 1.5 - 1.645 * 0.31 = 0.99
        (np.inf, NAN, True, "B"),
    ],
)
def test_classes_as_ets_defines_them(delta, error, is_significant, expected):
    assert _class(delta, error, is_significant=is_significant) == expected


def test_groups_exchanged_turn_the_sign():
    answers, focal = rasch_answers(np.random.default_rng(1), 400, dif=0.8)
    first = mantel_haenszel(answers, focal, purify=False).items[0]
    second = mantel_haenszel(answers, ~focal, purify=False).items[0]
    assert second.delta == pytest.approx(-first.delta, rel=1e-9)
    assert second.chi_square == pytest.approx(first.chi_square, rel=1e-9)
    assert second.odds_ratio == pytest.approx(1 / first.odds_ratio, rel=1e-9)


def test_matching_on_the_sum_by_hand():
    answers, focal = rasch_answers(np.random.default_rng(2), 300)
    total = answers.sum(axis=1)
    by_sum = mantel_haenszel(answers, focal, purify=False)
    given = mantel_haenszel(answers, focal, matching=total)
    assert by_sum.items == given.items
    assert (by_sum.purification.is_external, given.purification.is_external) == (False, True)
    tables = [
        np.array(
            [
                [np.sum((total == t) & (focal == g) & (answers[:, 3] == x)) for x in (1, 0)]
                for g in (False, True)
            ]
        )
        for t in np.unique(total)
    ]
    shared = [table for table in tables if (table.sum(axis=1) > 0).all()]
    assert by_sum.items[3].odds_ratio == pytest.approx(StratifiedTable(shared).oddsratio_pooled, rel=1e-10)


def test_purification_leaves_out_what_has_dif_and_keeps_each_item_in_its_own_score():
    answers, focal = rasch_answers(np.random.default_rng(3), 3000, dif=1.2)
    result = mantel_haenszel(answers, focal)
    assert result.purification.removed == (0,)
    assert result.purification.converged
    assert result.purification.n_passes >= 2
    assert result.items[0].ets_class is EtsClass.C
    assert result.items[0].delta == pytest.approx(-2.35 * 1.2, abs=0.6)
    rest = answers[:, 1:].sum(axis=1)
    assert result.items[5] == mantel_haenszel(answers, focal, matching=rest).items[5]
    assert result.items[0] == mantel_haenszel(answers, focal, matching=rest + answers[:, 0]).items[0]


def test_purification_that_may_not_go_on_says_so():
    answers, focal = rasch_answers(np.random.default_rng(3), 3000, dif=1.2)
    result = mantel_haenszel(answers, focal, max_passes=1)
    assert (result.purification.converged, result.purification.n_passes) == (False, 1)
    assert result.purification.removed == ()


def test_missing_answers_leave_their_respondents_out_of_the_items_they_concern():
    answers, focal = rasch_answers(np.random.default_rng(4), 400, n_items=5)
    gaps = answers.copy()
    gaps[:7, 2] = NAN
    result = mantel_haenszel(gaps, focal, purify=False)
    expected = mantel_haenszel(answers[7:], focal[7:], purify=False)
    assert result.items == expected.items
    total = answers.sum(axis=1)
    by_total = mantel_haenszel(gaps, focal, matching=total)
    whole = mantel_haenszel(answers, focal, matching=total)
    assert by_total.items[0] == whole.items[0]
    assert by_total.items[2].n_reference + by_total.items[2].n_focal + by_total.items[2].n_left_out == 393


@pytest.mark.parametrize("correction", [True, False])
def test_false_alarms_stay_near_their_rate(correction):
    # ability differs by 0.5 SD, no item does; the full study is benchmarks/kernel_items.py
    rng = np.random.default_rng(5)
    found = []
    for _ in range(40):
        items = mantel_haenszel(
            *rasch_answers(rng, 500, shift=-0.5), purify=False, correction=correction
        ).items
        found.extend(item.p < 0.05 for item in items)
    low, high = (0.02, 0.06) if correction else (0.03, 0.075)
    assert low < np.mean(found) < high


@pytest.mark.parametrize(
    "answers",
    [np.full((6, 2), NAN), np.ones((6, 2)), np.zeros((6, 2)), [[1, NAN], *[[NAN, 0]] * 5]],
)
def test_what_cannot_be_compared_is_nan(answers):
    focal = np.array([True, False] * 3)
    for item in mantel_haenszel(answers, focal).items:
        assert np.isnan([item.chi_square, item.p, item.odds_ratio, item.delta]).all()
        assert item.ets_class is None


def test_one_group_cannot_be_compared():
    answers = np.eye(4)
    item = mantel_haenszel(answers, np.zeros(4, dtype=bool)).items[0]
    assert np.isnan(item.p)
    assert (item.n_strata, item.n_left_out) == (0, 4)


def test_an_infinite_ratio_is_not_a_large_one_for_certain():
    item = one_item([(9, 0, 3, 6), (8, 0, 4, 4)])
    assert (item.odds_ratio, item.delta) == (np.inf, -np.inf)
    assert np.isnan(item.delta_error)
    assert item.ets_class is EtsClass.B


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"responses": [[2]], "is_focal": [True]}, "0, 1 or NaN"),
        ({"responses": [[1]], "is_focal": [1]}, "must be bool"),
        ({"responses": [[1]], "is_focal": [True, False]}, r"shape \(1,\)"),
        ({"responses": [[1]], "is_focal": [True], "matching": [1, 2]}, "1 scores, got 2"),
        ({"responses": [[1]], "is_focal": [True], "significance": 1.0}, "significance"),
    ],
)
def test_wrong_arguments_are_named(arguments, named):
    with pytest.raises(ValueError, match=named):
        mantel_haenszel(**arguments)
