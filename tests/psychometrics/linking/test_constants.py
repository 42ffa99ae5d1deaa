import numpy as np
import pytest
from scipy.optimize import minimize

from psychometrics.irt import category_probabilities
from psychometrics.linking import Comparison, Direction, Link, Method, Reason, link, linked
from tests.psychometrics.irt.calibrations import make_calibration, some_calibration

MODELS = ["rasch", "2pl", "pcm", "gpcm", "grm"]
NAN = float("nan")


def shifted(calibration, slope, intercept):
    return linked(calibration, Link(slope, intercept, Method.MEAN_MEAN, None, (), ()))


def disturbed(model, seed=2):
    """The same items on another scale, with errors."""
    rng = np.random.default_rng(seed)
    source = some_calibration(model)
    slopes = source.slopes / 1.2
    if not source.model.has_common_slope:
        slopes = slopes * np.exp(rng.normal(0, 0.1, 12))
    noise = np.sort(rng.normal(0, 0.1, source.thresholds.shape), axis=1)
    return source, make_calibration(model, slopes, 1.2 * source.thresholds - 0.4 + noise)


def probability(model, slope, thresholds, theta):
    """Textbook category probabilities, shape (n_theta, n_categories)."""
    thresholds = thresholds[np.isfinite(thresholds)]
    if model in ("2pl", "grm"):
        above = 1 / (1 + np.exp(-slope * (theta[:, None] - thresholds)))
        edges = np.column_stack([np.ones(theta.size), above, np.zeros(theta.size)])
        return edges[:, :-1] - edges[:, 1:]
    terms = np.cumsum(slope * (theta[:, None] - thresholds), axis=1)
    terms = np.exp(np.column_stack([np.zeros(theta.size), terms]))
    return terms / terms.sum(axis=1, keepdims=True)


def criterion(method, model, source, target, slope, intercept, theta, weights, direction):
    """Both criteria as the papers write them, with the item parameters themselves transformed."""
    total = 0.0
    sides = []
    if direction in ("forward", "symmetric"):
        sides.append((target, source.slopes / slope, slope * source.thresholds + intercept))
    if direction in ("backward", "symmetric"):
        sides.append((source, target.slopes * slope, (target.thresholds - intercept) / slope))
    for still, slopes, thresholds in sides:
        sums = np.zeros(theta.size)
        for item in range(slopes.size):
            here = probability(model, still.slopes[item], still.thresholds[item], theta)
            there = probability(model, slopes[item], thresholds[item], theta)
            if method == "haebara":
                total += float(weights @ ((here - there) ** 2).sum(axis=1))
            sums += (here - there) @ np.arange(here.shape[1])
        if method == "stocking_lord":
            total += float(weights @ sums**2)
    return total


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("model", MODELS)
def test_a_known_change_of_scale_is_found(model, method):
    source = some_calibration(model)
    found = link(source, shifted(source, 1.3, -0.7), method=method)
    assert (found.slope, found.intercept) == (pytest.approx(1.3, rel=1e-8), pytest.approx(-0.7, rel=1e-8))


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("method", ["haebara", "stocking_lord"])
@pytest.mark.parametrize("model", MODELS)
def test_curves_as_a_search_over_the_written_criterion_finds(model, method, direction):
    source, target = disturbed(model)
    comparison = Comparison.at(np.linspace(-3, 3, 25), np.linspace(1, 2, 25), direction=direction)
    arguments = (comparison.nodes, comparison.weights, direction)
    found = link(source, target, method=method, comparison=comparison)
    held = source.slopes[0] / target.slopes[0]
    is_free = not source.model.has_common_slope

    def value(point):
        slope = point[1] if is_free else held
        return criterion(method, model, source, target, slope, point[0], *arguments)

    start = [0.0, 1.0] if is_free else [0.0]
    options = {"xatol": 1e-9, "fatol": 1e-16, "maxiter": 2000}
    best = minimize(value, start, method="Nelder-Mead", options=options)
    expected = [best.x[1] if is_free else held, best.x[0]]
    assert [found.slope, found.intercept] == pytest.approx(expected, abs=1e-6)
    assert found.criterion == pytest.approx(best.fun, rel=1e-6)
    assert found.comparison is comparison


def test_moments_by_hand():
    source = make_calibration("2pl", [1, 2], [[0.0], [2.0]])
    target = make_calibration("2pl", [0.5, 1.5], [[1.0], [5.0]])
    by_slopes = link(source, target, method="mean_mean")
    assert (by_slopes.slope, by_slopes.intercept) == (1.5, 3 - 1.5 * 1)  # 3 / 2
    by_spread = link(source, target, method="mean_sigma")
    assert (by_spread.slope, by_spread.intercept) == (2, 3 - 2 * 1)  # SDs 2 and 1
    assert by_spread.comparison is None


@pytest.mark.parametrize("method", ["mean_sigma", "mean_mean"])
@pytest.mark.parametrize("model", ["2pl", "grm", "gpcm"])
def test_moment_links_back_are_the_inverse(model, method):
    source, target = disturbed(model)
    there, back = link(source, target, method=method), link(target, source, method=method)
    assert back.slope == pytest.approx(1 / there.slope, rel=1e-10)
    assert back.intercept == pytest.approx(-there.intercept / there.slope, rel=1e-10)


@pytest.mark.parametrize("method", ["haebara", "stocking_lord"])
def test_symmetric_links_back_are_the_inverse(method):
    source, target = disturbed("grm")
    comparison = Comparison(direction=Direction.SYMMETRIC)
    there = link(source, target, method=method, comparison=comparison)
    back = link(target, source, method=method, comparison=comparison)
    assert back.slope == pytest.approx(1 / there.slope, rel=1e-6)
    assert back.intercept == pytest.approx(-there.intercept / there.slope, rel=1e-6)


def test_pairs_say_which_columns_are_the_same_item():
    source, target = disturbed("grm")
    order = np.random.default_rng(1).permutation(12)
    mixed = make_calibration("grm", target.slopes[order], target.thresholds[order])
    pairs = [(int(item), place) for place, item in enumerate(order)]
    expected, found = link(source, target), link(source, mixed, pairs=pairs)
    assert found.slope == pytest.approx(expected.slope, rel=1e-9)
    assert found.intercept == pytest.approx(expected.intercept, rel=1e-9)
    assert found.items == tuple(pairs)


def test_items_that_cannot_serve_are_left_out_with_the_reason():
    source = make_calibration("2pl", [1, NAN, -1, 1, 1.2], [[0.0], [NAN], [1.0], [2.0], [0.5]])
    target = make_calibration(
        "2pl",
        [1, 1, 1, 1, 1.2],
        [[0.5], [0.5], [0.5], [2.5], [1.0]],
        categories=((0, 1),) * 3 + ((0, 2), (0, 1)),
    )
    found = link(source, target)
    assert found.items == ((0, 0), (4, 4))
    assert [(left.source, left.reason) for left in found.left_out] == [
        (1, Reason.NO_ESTIMATES),
        (2, Reason.NEGATIVE_SLOPE),
        (3, Reason.CATEGORIES_DIFFER),
    ]
    assert (found.slope, found.intercept) == (pytest.approx(1), pytest.approx(0.5))


@pytest.mark.parametrize("method", list(Method))
def test_without_an_item_there_is_no_link(method):
    source = some_calibration("2pl")
    found = link(source, source, pairs=[], method=method)
    assert np.isnan([found.slope, found.intercept]).all()
    with pytest.raises(ValueError, match="undefined"):
        linked(source, found)


def test_one_item_has_no_spread():
    source = some_calibration("2pl")
    assert np.isnan(link(source, source, pairs=[(0, 0)], method="mean_sigma").slope)
    assert link(source, shifted(source, 2, 1), pairs=[(0, 0)]).slope == pytest.approx(2, rel=1e-6)


@pytest.mark.parametrize("model", MODELS)
def test_a_linked_calibration_has_the_same_curves_elsewhere(model):
    source = some_calibration(model, means=(0.0, 0.5), sds=(1.0, 2.0), labels=(0, 1))
    moved = shifted(source, 1.3, -0.7)
    theta = np.linspace(-3, 3, 7)
    np.testing.assert_allclose(
        category_probabilities(moved, 1.3 * theta - 0.7), category_probabilities(source, theta), rtol=1e-10
    )
    assert moved.group_means.tolist() == pytest.approx([-0.7, 1.3 * 0.5 - 0.7])
    assert moved.group_sds.tolist() == pytest.approx([1.3, 2.6])
    np.testing.assert_allclose(moved.thresholds, 1.3 * source.thresholds - 0.7)


def test_scores_and_their_errors_move():
    found = Link(2.0, 1.0, Method.MEAN_MEAN, None, (), ())
    assert found.theta([0, 1]).tolist() == [1, 3]
    assert found.standard_error([0.5]).tolist() == [1]


def test_wrong_arguments_are_named():
    two, grm = some_calibration("2pl"), some_calibration("grm")
    with pytest.raises(ValueError, match="2pl and grm"):
        link(two, grm)
    with pytest.raises(ValueError, match="12 and 5 items"):
        link(two, some_calibration("2pl", n_items=5))
    with pytest.raises(ValueError, match=r"\(0, 12\) lies outside"):
        link(two, two, pairs=[(0, 12)])
    with pytest.raises(ValueError, match="paired twice"):
        link(two, two, pairs=[(0, 1), (0, 2)])
    with pytest.raises(ValueError, match="as many weights"):
        Comparison.at([0, 1], [1])
    with pytest.raises(ValueError, match="as many weights"):
        Comparison.at([0, 1], [1, -1])
