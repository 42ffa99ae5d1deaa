from dataclasses import replace

import numpy as np
import pytest

from psychometrics.irt import calibrate
from psychometrics.linking import Link, Method, item_covariance, link, link_errors, linked
from psychometrics.linking.shared_items import with_parameters
from tests.psychometrics.irt.calibrations import draw_answers, some_calibration


@pytest.fixture(scope="module")
def samples():
    rng = np.random.default_rng(11)
    truth = some_calibration("2pl", n_items=10)
    first = draw_answers(truth, rng.normal(0, 1, 800), rng)
    second = draw_answers(truth, rng.normal(0.5, 1.2, 800), rng)
    return [(calibrate(answers, model="2pl"), answers) for answers in (first, second)]


def test_the_covariances_have_the_errors_of_the_calibration(samples):
    for calibration, answers in samples:
        covariance = item_covariance(calibration, answers)
        diagonal = np.sqrt(np.einsum("ipip->ip", covariance))
        np.testing.assert_allclose(diagonal[:, 0], calibration.slope_errors, rtol=1e-6)
        np.testing.assert_allclose(diagonal[:, 1:], calibration.intercept_errors, rtol=1e-6)


@pytest.mark.parametrize("model", ["rasch", "pcm", "gpcm", "grm"])
def test_thresholds_have_the_errors_of_the_calibration(model):
    rng = np.random.default_rng(12)
    answers = draw_answers(some_calibration(model, n_items=5), rng.normal(size=600), rng)
    groups = np.arange(600) % 2
    calibration = calibrate(answers, model=model, groups=groups)
    covariance = item_covariance(calibration, answers, groups=groups)
    # b_1 = -d_1 / a under every model
    for item in range(5):
        block = covariance[item, :2, item, :2]
        gradient = np.array([-calibration.thresholds[item, 0], -1]) / calibration.slopes[item]
        variance = gradient @ block @ gradient
        assert np.sqrt(variance) == pytest.approx(calibration.threshold_errors[item, 0], rel=1e-6)


def test_held_items_have_no_error():
    rng = np.random.default_rng(13)
    truth = some_calibration("2pl", n_items=6)
    answers = draw_answers(truth, rng.normal(size=400), rng)
    calibration = calibrate(answers, model="2pl", anchors={0: truth.anchor(0)}, free_first_group=True)
    covariance = item_covariance(calibration, answers)
    assert (covariance[0, :, 0, :] == 0).all()
    np.testing.assert_allclose(
        np.sqrt(np.einsum("ipip->ip", covariance))[:, 0], calibration.slope_errors, rtol=1e-6
    )


@pytest.mark.parametrize("method", list(Method))
def test_the_delta_method_is_the_spread_of_links_over_small_errors(samples, method):
    # Monte Carlo at a hundredth of the errors, where the link is as good as linear in the items
    (target, target_answers), (source, source_answers) = samples
    covariances = [item_covariance(source, source_answers), item_covariance(target, target_answers)]
    errors = link_errors(
        link(source, target, method=method),
        source,
        target,
        source_covariance=covariances[0],
        target_covariance=covariances[1],
    )
    rng = np.random.default_rng(14)
    draws = []
    for _ in range(400):
        moved = []
        for calibration, covariance in zip((source, target), covariances, strict=True):
            noise = rng.multivariate_normal(np.zeros(20), covariance.reshape(20, 20) / 100**2).reshape(10, 2)
            moved.append(
                with_parameters(
                    calibration, calibration.slopes + noise[:, 0], calibration.intercepts + noise[:, 1:]
                )
            )
        found = link(*moved, method=method)
        draws.append([found.slope, found.intercept])
    spread = 100 * np.std(draws, axis=0, ddof=1)
    # the SD of 400 draws has an error of 3.5 %
    assert [errors.slope_error, errors.intercept_error] == pytest.approx(spread, rel=0.12)
    expected = 100 * np.std(np.array(draws) @ [1.5, 1], ddof=1)
    assert float(errors.theta_error(1.5)) == pytest.approx(expected, rel=0.12)


def test_mean_mean_by_the_formula(samples):
    # var(A) = (var(mean a_source) + A^2 var(mean a_target)) / mean(a_target)^2
    (target, target_answers), (source, source_answers) = samples
    ours, theirs = item_covariance(source, source_answers), item_covariance(target, target_answers)
    found = link(source, target, method="mean_mean")
    errors = link_errors(found, source, target, source_covariance=ours, target_covariance=theirs)
    variances = [covariance[:, 0, :, 0].sum() / 100 for covariance in (ours, theirs)]
    expected = (variances[0] + found.slope**2 * variances[1]) / target.slopes.mean() ** 2
    assert errors.slope_error == pytest.approx(np.sqrt(expected), rel=1e-7)


def test_known_items_give_a_link_without_error(samples):
    (target, answers), _ = samples
    none = np.zeros_like(item_covariance(target, answers))
    source = linked(target, Link(1.1, 0.2, Method.MEAN_MEAN, None, (), ()))
    errors = link_errors(link(source, target), source, target, source_covariance=none, target_covariance=none)
    assert (errors.slope_error, errors.intercept_error) == (0, 0)


def test_unknown_covariances_give_unknown_errors(samples):
    (target, answers), (source, _) = samples
    unknown = np.full_like(item_covariance(target, answers), np.nan)
    errors = link_errors(
        link(source, target), source, target, source_covariance=unknown, target_covariance=unknown
    )
    assert np.isnan([errors.slope_error, errors.intercept_error]).all()


def test_wrong_arguments_are_named(samples):
    (target, answers), (source, _) = samples
    known = item_covariance(target, answers)
    with pytest.raises(ValueError, match="source_covariance must have shape"):
        link_errors(link(source, target), source, target, source_covariance=[[0]], target_covariance=known)
    with pytest.raises(ValueError, match="not those of the calibration"):
        item_covariance(replace(target, categories=((0, 2),) * 10), answers)
