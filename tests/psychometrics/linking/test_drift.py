import numpy as np
import pytest

from psychometrics.irt import calibrate, category_probabilities
from psychometrics.linking import DriftRule, Ending, Link, Method, Reason, check_drift, link, linked
from psychometrics.linking.drift import robust_z
from tests.psychometrics.irt.calibrations import draw_answers, make_calibration, some_calibration


def drifted(model="2pl", *, item=4, by=0.8, slope_by=1.0):
    """Two calibrations with the errors of a large sample; one item became harder, or steeper."""
    rng = np.random.default_rng(5)
    source = some_calibration(model)
    moved = linked(source, Link(1.1, 0.3, Method.MEAN_MEAN, None, (), ()))
    thresholds = moved.thresholds + rng.normal(0, 0.03, (12, 1))
    slopes = moved.slopes * np.exp(rng.normal(0, 0.03, 12))
    thresholds[item] += by
    slopes[item] *= slope_by
    return source, make_calibration(model, slopes, thresholds)


@pytest.mark.parametrize("model", ["2pl", "grm", "gpcm"])
def test_an_item_that_became_harder_is_removed_and_the_link_restored(model):
    source, target = drifted(model)
    check = check_drift(source, target)
    assert check.removed == ((4, 4),)
    assert check.ending is Ending.NONE_LEFT
    assert [(left.source, left.reason) for left in check.link.left_out] == [(4, Reason.DRIFTED)]
    assert check.link.intercept == pytest.approx(0.3, abs=0.03)
    assert abs(link(source, target).intercept - 0.3) > 0.04
    assert check.items.difference[4] == pytest.approx(0.8, abs=0.1)


def test_an_item_that_became_steeper_is_removed():
    source, target = drifted(by=0.0, slope_by=3.0)
    check = check_drift(source, target)
    assert check.removed == ((4, 4),)
    assert check.items.slope_robust_z[4] > 5


def test_items_that_kept_their_meaning_stay():
    source, target = drifted(by=0.0)
    check = check_drift(source, target)
    assert (check.removed, check.ending) == ((), Ending.NONE_LEFT)


def test_a_link_keeps_its_fewest_items():
    source, target = drifted()
    check = check_drift(source, target, rule=DriftRule(fewest=12))
    assert (check.removed, check.ending) == ((), Ending.FEWEST_REACHED)


def test_robust_z_by_hand():
    # quartiles of 0, 1, 2, 3, 4 are 1 and 3: z = (x - 2) / 1.48
    values = np.array([0.0, 1, 2, 3, 4, 10])
    stayed = np.array([True] * 5 + [False])
    assert robust_z(values, stayed).tolist() == pytest.approx(((values - 2) / 1.48).tolist())
    assert np.isnan(robust_z(np.ones(5), np.ones(5, dtype=bool))).all()
    assert np.isnan(robust_z(values, np.arange(6) < 2)).all()


def test_distances_of_the_curves_by_their_definition():
    source, target = drifted()
    check = check_drift(source, target)
    nodes, weights = check.link.comparison.nodes, check.link.comparison.weights
    moved = linked(source, check.link)
    apart = category_probabilities(target, nodes)[..., 1] - category_probabilities(moved, nodes)[..., 1]
    assert check.items.d2 == pytest.approx(weights @ apart**2, rel=1e-9)
    assert check.items.signed_area == pytest.approx(weights @ apart, rel=1e-9, abs=1e-15)
    assert check.items.unsigned_area == pytest.approx(weights @ np.abs(apart), rel=1e-9)
    assert check.items.signed_area[4] < 0  # harder: fewer right answers


def test_without_common_items_there_is_nothing_to_check():
    source = some_calibration("2pl")
    check = check_drift(source, source, pairs=[])
    assert check.ending is Ending.NO_LINK
    assert check.items.pairs == ()


def test_drift_put_into_the_answers_is_found():
    rng = np.random.default_rng(6)
    truth = some_calibration("2pl", n_items=15, seed=3)
    changed = truth.thresholds.copy()
    changed[7] += 1.0
    later = make_calibration("2pl", truth.slopes, changed)
    first = calibrate(draw_answers(truth, rng.normal(0, 1, 1500), rng), model="2pl")
    second = calibrate(draw_answers(later, rng.normal(0.4, 1, 1500), rng), model="2pl")
    check = check_drift(second, first)
    assert check.removed == ((7, 7),)
    assert check.link.intercept == pytest.approx(0.4, abs=0.15)


def test_growth_by_linked_forms_is_unbiased():
    # two forms of 12 items share 6; the final wave stands 0.5 SD higher. The full study with its error
    # is benchmarks/kernel_linking.py
    truth = some_calibration("2pl", n_items=18, seed=4)
    growth = []
    for replication in range(25):
        rng = np.random.default_rng(100 + replication)
        first = draw_answers(truth, rng.normal(0, 1, 600), rng)[:, :12]
        final = draw_answers(truth, rng.normal(0.5, 1, 600), rng)[:, 6:]
        starting, later = calibrate(first, model="2pl"), calibrate(final, model="2pl")
        growth.append(link(later, starting, pairs=[(place, place + 6) for place in range(6)]).intercept)
    error = np.std(growth, ddof=1) / 5
    assert error < 0.03
    assert np.mean(growth) == pytest.approx(0.5, abs=3 * error)


def test_the_item_that_drifted_most_goes_first():
    source, target = drifted(by=0.7)
    thresholds = target.thresholds.copy()
    thresholds[2] -= 1.4
    check = check_drift(source, make_calibration("2pl", target.slopes, thresholds))
    assert check.removed == ((2, 2), (4, 4))
    assert check.items.difference[[2, 4]] == pytest.approx([-1.4, 0.7], abs=0.1)
