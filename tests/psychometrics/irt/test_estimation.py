import numpy as np
import pytest

from psychometrics.irt import NoteKind, calibrate, category_probabilities
from tests.psychometrics.irt import brute_force
from tests.psychometrics.irt.published import lsat6, lsat7, science

MODELS = ("rasch", "2pl", "pcm", "gpcm", "grm")


def make_case(model, n=250, seed=5):
    """Two groups, the second better by 0.6 with SD 0.8; one answer in ten missing."""
    generator = np.random.default_rng(seed)
    n_steps = (1, 1, 1, 1) if model in ("rasch", "2pl") else (2, 3, 1, 2)
    members = (np.arange(n) >= 0.6 * n).astype(int)
    theta = generator.normal(size=n)
    theta = np.where(members == 1, 0.6 + 0.8 * theta, theta)
    slopes = np.full(4, 1.2) if model in ("rasch", "pcm") else generator.uniform(0.8, 1.8, 4)
    columns = [
        drawn(model, theta, slope, np.linspace(-1, 1, n + 2)[1:-1] + 0.4 * (item - 1.5), generator)
        for item, (slope, n) in enumerate(zip(slopes, n_steps, strict=True))
    ]
    responses = np.column_stack(columns).astype(float)
    responses[generator.random(responses.shape) < 0.1] = np.nan
    return brute_force.Case(model, responses, n_steps, members)


def drawn(model, theta, slope, thresholds, generator):
    chance = generator.random(theta.size)[:, None]
    if model == "grm":
        return np.sum(chance < 1 / (1 + np.exp(-slope * (theta[:, None] - thresholds))), axis=1)
    weights = np.exp(slope * np.cumsum(theta[:, None] - np.r_[0, thresholds], axis=1))
    return np.sum(chance > (weights / weights.sum(axis=1, keepdims=True)).cumsum(axis=1), axis=1)


def sample(n=400, n_items=6, seed=3):
    generator = np.random.default_rng(seed)
    theta = generator.normal(size=n)
    return np.column_stack(
        [drawn("2pl", theta, 1.4, np.array([b]), generator) for b in np.linspace(-1, 1, n_items)]
    ).astype(float)


def kinds(calibration, item=None):
    return [note.kind for note in calibration.notes if item is None or note.item == item]


def test_rasch_estimates_of_the_law_school_test():
    # Rizopoulos (2006), J. Stat. Softw. 17(5): rasch(LSAT), the table of the unconstrained model
    fit = calibrate(lsat6(), model="rasch")
    assert fit.converged
    assert fit.log_likelihood == pytest.approx(-2466.94, abs=0.005)
    assert fit.slopes == pytest.approx([0.7551] * 5, abs=1e-4)
    assert fit.slope_errors == pytest.approx([0.0694] * 5, abs=1e-4)
    assert fit.thresholds[:, 0] == pytest.approx([-3.6153, -1.3224, -0.3176, -1.7301, -2.7802], abs=1e-4)
    assert fit.threshold_errors[:, 0] == pytest.approx([0.3266, 0.1422, 0.0977, 0.1691, 0.2510], abs=1e-4)
    assert (fit.n, fit.n_parameters) == (1000, 6)


def test_two_parameter_estimates_of_the_law_school_test():
    # mirt 1.45.6, mirt(expand.table(LSAT7), 1), its reference pages; three digits, EM tolerance 1e-4
    fit = calibrate(lsat7(), model="2pl")
    assert fit.log_likelihood == pytest.approx(-2658.805, abs=5e-4)
    assert fit.slopes == pytest.approx([0.988, 1.081, 1.706, 0.765, 0.736], abs=2e-3)
    assert fit.intercepts[:, 0] == pytest.approx([1.856, 0.808, 1.804, 0.486, 1.855], abs=2e-3)


def test_graded_estimates_of_attitudes_to_science():
    # mirt 1.45.6, mirt(Science, 1), its reference pages (Chalmers, 2012, J. Stat. Softw. 48(6))
    fit = calibrate(science(), model="grm")
    assert fit.log_likelihood == pytest.approx(-1608.870, abs=1e-3)
    assert fit.slopes == pytest.approx([1.0418, 1.2260, 2.2934, 1.0949], abs=0.01)
    assert fit.categories == ((1, 2, 3, 4),) * 4


def test_partial_credit_estimates_of_attitudes_to_science():
    # mirt 1.45.6, mirt(Science, 1, "gpcm"): it stopped 0.0014 below the maximum, slopes 0.865, 0.841, 2.204, 0.724
    fit = calibrate(science(), model="gpcm")
    assert -1612.683 < fit.log_likelihood < -1612.680
    assert fit.slopes == pytest.approx([0.865, 0.841, 2.204, 0.724], abs=0.04)


@pytest.mark.parametrize("model", MODELS)
def test_estimates_and_errors_are_those_of_a_general_optimiser(model):
    case = make_case(model)
    fit = calibrate(case.responses, model=model, groups=case.members)
    expected = brute_force.maximum(case)
    errors = np.sqrt(np.diag(np.linalg.inv(brute_force.information(case, expected))))
    assert fit.converged
    assert fit.log_likelihood == pytest.approx(case.log_likelihood(expected), abs=1e-5)
    assert case.packed(fit) == pytest.approx(expected, abs=1e-5)
    assert case.packed(fit, "errors") == pytest.approx(errors, rel=1e-3)


@pytest.mark.parametrize("model", ["2pl", "grm"])
def test_nodes_suffice_for_a_long_test(model):
    # 40 items make posteriors narrow: at the same parameters 201 nodes on [-8, 8] say the same to 1e-8
    generator = np.random.default_rng(9)
    theta = generator.normal(size=2500)
    n_steps = 1 if model == "2pl" else 4
    responses = np.column_stack(
        [
            drawn(model, theta, slope, b + 0.7 * np.arange(n_steps) - 1, generator)
            for slope, b in zip(generator.uniform(0.8, 2.2, 40), np.linspace(-1, 1, 40), strict=True)
        ]
    ).astype(float)
    fit = calibrate(responses, model=model)
    case = brute_force.Case(model, responses, (n_steps,) * 40, np.zeros(2500, dtype=int))
    assert fit.nodes.size == 61
    assert fit.log_likelihood == pytest.approx(case.log_likelihood(case.packed(fit)), rel=1e-8)


@pytest.mark.parametrize("model", MODELS)
def test_intercepts_and_thresholds_say_the_same(model):
    fit = calibrate(make_case(model).responses, model=model)
    sums = fit.thresholds if model == "grm" else np.cumsum(fit.thresholds, axis=1)
    assert fit.intercepts == pytest.approx(-fit.slopes[:, None] * sums, abs=1e-10, nan_ok=True)
    assert np.array_equal(np.isnan(fit.thresholds), np.isnan(fit.threshold_errors))
    chances = category_probabilities(fit, [0.0])[0]
    assert np.nansum(chances, axis=1) == pytest.approx(1)


def test_order_of_respondents_changes_no_digit():
    responses = make_case("grm").responses
    shuffled = np.random.default_rng(1).permutation(responses)
    first, second = calibrate(responses, model="grm"), calibrate(shuffled, model="grm")
    assert first.thresholds.tobytes() == second.thresholds.tobytes()
    assert first.log_likelihood == second.log_likelihood


def test_order_of_items_and_names_of_codes_do_not_matter():
    responses = make_case("gpcm").responses
    order = [2, 0, 3, 1]
    fit = calibrate(responses, model="gpcm")
    other = calibrate(responses[:, order] * 10 - 5, model="gpcm")
    assert other.slopes == pytest.approx(fit.slopes[order], abs=1e-7)
    assert other.categories[0] == (-5, 5)
    assert NoteKind.DROPPED_CATEGORY in kinds(other, 0)


def test_everybody_twice_halves_the_variances():
    responses = sample()
    fit, twice = calibrate(responses, model="2pl"), calibrate(np.vstack([responses] * 2), model="2pl")
    assert twice.log_likelihood == pytest.approx(2 * fit.log_likelihood)
    assert twice.slope_errors == pytest.approx(fit.slope_errors / np.sqrt(2), rel=1e-5)


def test_two_categories_are_the_same_in_every_model():
    responses = sample()
    fit = calibrate(responses, model="2pl")
    for model in ("gpcm", "grm"):
        assert calibrate(responses, model=model).thresholds == pytest.approx(fit.thresholds, abs=1e-6)
    rasch = calibrate(responses, model="rasch")
    assert calibrate(responses, model="pcm").thresholds == pytest.approx(rasch.thresholds, abs=1e-8)


def test_anchored_items_keep_their_parameters_and_carry_the_scale():
    # held at their own estimates, they put the same respondents at mean 0 and SD 1
    responses = science()
    fit = calibrate(responses, model="grm")
    anchors = {item: fit.anchor(item) for item in range(4)}
    again = calibrate(responses, model="grm", anchors=anchors, free_first_group=True)
    assert again.group_means == pytest.approx([0], abs=1e-5)
    assert again.group_sds == pytest.approx([1], abs=1e-5)
    assert again.thresholds == pytest.approx(fit.thresholds)
    assert not again.threshold_errors.any()
    assert again.n_parameters == 2


def test_anchors_may_hold_categories_nobody_chose():
    responses = science()
    fit = calibrate(responses, model="gpcm")
    others = responses[responses[:, 0] > 1]
    anchors = {0: fit.anchor(0), 1: fit.anchor(1)}
    again = calibrate(others, model="gpcm", anchors=anchors)
    assert again.categories[0] == (1, 2, 3, 4)
    assert again.n_parameters == fit.n_parameters - 8
    assert again.converged


def test_a_rasch_scale_takes_the_slope_of_its_anchors():
    responses = sample()
    fit = calibrate(responses, model="rasch")
    again = calibrate(responses[:, ::-1], model="rasch", anchors={5: fit.anchor(0)}, free_first_group=True)
    assert again.slopes == pytest.approx(fit.slopes)
    assert again.thresholds[::-1] == pytest.approx(fit.thresholds, abs=1e-5)
    assert again.group_sds == pytest.approx([1], abs=1e-5)


def test_growth_of_a_wave_is_found_on_the_common_scale():
    generator = np.random.default_rng(8)
    theta = np.r_[generator.normal(size=3000), generator.normal(0.5, 1.2, size=3000)]
    responses = np.column_stack(
        [drawn("grm", theta, 1.5, np.array([b - 1, b, b + 1]), generator) for b in np.linspace(-1, 1, 10)]
    )
    fit = calibrate(responses, model="grm", groups=np.repeat(["a", "b"], 3000))
    assert fit.group_labels == ("a", "b")
    assert fit.group_means[1] == pytest.approx(0.5, abs=3 * fit.group_mean_errors[1])
    assert fit.group_sds[1] == pytest.approx(1.2, abs=3 * fit.group_sd_errors[1])
    assert (fit.group_mean_errors[0], fit.group_sd_errors[0]) == (0, 0)


def test_nodes_widen_until_no_mass_is_at_their_ends():
    generator = np.random.default_rng(2)
    theta = np.r_[generator.normal(size=300), generator.normal(4, 2, size=300)]
    responses = np.column_stack(
        [drawn("2pl", theta, 1.5, np.array([b]), generator) for b in np.linspace(-1, 4, 6)]
    )
    fit = calibrate(responses, model="2pl", groups=np.repeat([0, 1], 300))
    assert fit.nodes[-1] > 6
    assert fit.nodes[1] - fit.nodes[0] == pytest.approx(0.2)
    assert fit.mass_at_ends < 1e-7
    assert fit.converged


def test_nodes_move_together_where_posteriors_are_narrow():
    generator = np.random.default_rng(2)
    theta = generator.normal(size=200)
    responses = np.column_stack(
        [drawn("2pl", theta, 4, np.array([b]), generator) for b in np.linspace(-1, 1, 40)]
    )
    fit = calibrate(responses, model="2pl")
    assert fit.nodes[1] - fit.nodes[0] < 0.2
    assert fit.converged


def test_likelihood_never_falls_and_running_out_is_not_convergence():
    responses = make_case("grm").responses
    fits = [calibrate(responses, model="grm", max_passes=cap) for cap in range(1, 30)]
    assert (np.diff([fit.log_likelihood for fit in fits]) >= -1e-9).all()
    assert not fits[2].converged
    assert fits[-1].converged
    assert fits[-1].gradient_norm < 1e-6 * fits[-1].n


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "responses",
    [
        np.empty((0, 3)),
        np.empty((3, 0)),
        np.full((5, 3), np.nan),
        [[1, 0, 1]],
        np.ones((5, 3)),
        [[1, 0, 1]] * 4,
    ],
    ids=["nobody", "no items", "all missing", "one respondent", "one category", "identical"],
)
def test_data_that_say_nothing_give_no_numbers(model, responses):
    fit = calibrate(responses, model=model)
    assert not fit.converged
    assert np.isnan(fit.slopes).all()
    assert np.isnan(fit.thresholds).all()
    assert np.isnan(fit.log_likelihood)
    assert len(fit.notes) == fit.n_items
    with pytest.raises(ValueError, match="no estimates"):
        calibrate(lsat6() * [1, 1, 1, 1, 0], model="2pl").anchor(4)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "responses",
    [np.tril(np.ones((6, 5))), [[1, 1, 1]] * 5 + [[0, 0, 0]] * 5],
    ids=["scalogram", "all or nothing"],
)
def test_separated_answers_never_converge(model, responses):
    fit = calibrate(responses, model=model, max_passes=60)
    assert not fit.converged
    assert np.isfinite(fit.log_likelihood)
    assert fit.log_likelihood < 0


def test_one_item_alone_has_no_slope_to_find():
    fit = calibrate([[0], [1], [1]], model="2pl")
    assert not fit.converged
    assert np.isnan(fit.slope_errors).all()
    assert kinds(fit) == [NoteKind.NOT_IDENTIFIED]


def test_items_without_answers_or_variance_are_left_out():
    responses = sample()
    fit = calibrate(responses, model="2pl")
    nobody, same = np.full(len(responses), np.nan), np.ones(len(responses))
    other = calibrate(np.column_stack([nobody, responses, same]), model="2pl")
    assert np.isnan(other.slopes[[0, -1]]).all()
    assert (kinds(other, 0), kinds(other, 7)) == ([NoteKind.NOBODY_ANSWERED], [NoteKind.ONE_CATEGORY])
    assert other.slopes[1:-1].tobytes() == fit.slopes.tobytes()
    assert other.categories[0] == ()
    assert other.n_steps.tolist() == [0, 1, 1, 1, 1, 1, 1, 0]


def test_empty_rows_are_not_respondents():
    responses = sample()
    fit = calibrate(np.vstack([responses, np.full((7, 6), np.nan)]), model="2pl")
    assert fit.n == len(responses)
    assert fit.log_likelihood == calibrate(responses, model="2pl").log_likelihood


def test_unused_categories_are_dropped_and_named():
    responses = science()
    responses[:, 1] += responses[:, 1] > 2  # 1, 2, 4, 5
    fit = calibrate(responses, model="grm", categories=[range(1, 5), range(7), range(1, 5), range(1, 5)])
    assert [(note.item, note.value) for note in fit.notes] == [(1, 0), (1, 3), (1, 6)]
    assert fit.categories[1] == (1, 2, 4, 5)
    assert fit.log_likelihood == calibrate(science(), model="grm").log_likelihood


def test_a_wrong_key_is_named():
    responses = sample()
    responses[:, 2] = 1 - responses[:, 2]
    fit = calibrate(responses, model="2pl")
    assert fit.slopes[2] < -1
    assert [(note.kind, note.item) for note in fit.notes] == [(NoteKind.NEGATIVE_SLOPE, 2)]
    assert fit.slopes[[0, 1, 3, 4, 5]] == pytest.approx(
        calibrate(sample(), model="2pl").slopes[[0, 1, 3, 4, 5]], abs=1e-5
    )


def test_answers_by_chance_have_no_thresholds():
    responses = [[1, 0, 1], [0, 1, 1]]
    fit = calibrate(responses, model="rasch")
    assert fit.slopes[:2] == pytest.approx([0, 0])
    assert np.isnan(fit.thresholds).all()
    assert kinds(fit).count(NoteKind.NO_SLOPE) == 2


def test_a_group_of_one_has_no_distribution():
    responses = sample()
    fit = calibrate(responses, model="2pl", groups=["a"] * 399 + ["b"])
    assert np.isnan([fit.group_means[1], fit.group_sds[1], fit.group_mean_errors[1]]).all()
    assert kinds(fit) == [NoteKind.GROUP_TOO_SMALL]
    assert fit.log_likelihood == calibrate(responses[:399], model="2pl").log_likelihood


def test_a_group_of_equals_rests_on_the_least_sd():
    responses = sample()
    equals = np.repeat([[1, 1, 1, 0, 0, 0]], 30, axis=0)
    fit = calibrate(np.vstack([responses, equals]), model="2pl", groups=[0] * 400 + [1] * 30)
    assert fit.converged
    assert fit.group_sds[1] == pytest.approx(0.2)
    assert np.isnan(fit.group_sd_errors[1])
    assert np.isfinite(fit.group_mean_errors[1])
    assert kinds(fit) == [NoteKind.GROUP_SD_AT_BOUND]


@pytest.mark.parametrize(
    ("responses", "options", "message"),
    [
        ([1, 0, 1], {}, "two dimensions"),
        ([[0.5, 1], [1, 0]], {}, "whole numbers"),
        ([[np.inf, 1], [1, 0]], {}, "whole numbers"),
        ([[2, 1], [1, 0], [0, 1]], {}, "two categories, item 0"),
        ([[0, 1], [1, 0]], {"model": "3pl"}, "3pl"),
        ([[0, 1], [1, 0]], {"groups": [1]}, "groups"),
        ([[0, 1], [1, 0]], {"groups": [1, np.nan]}, "NaN"),
        ([[0, 1], [1, 0]], {"categories": [[0, 1]]}, "2 items"),
        ([[0, 1], [1, 0]], {"categories": [[0, 1], [0, 2]]}, r"item 1 has codes \[1\]"),
        ([[0, 1], [1, 0]], {"free_first_group": True}, "anchors"),
        (np.arange(400).reshape(200, 2), {"model": "grm"}, "200 categories"),
    ],
)
def test_contradictory_arguments_are_named(responses, options, message):
    with pytest.raises(ValueError, match=message):
        calibrate(responses, **{"model": "2pl", **options})
