import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.stats import kendalltau, norm

from psychometrics import scoring
from psychometrics.scoring import Missing

NAN = float("nan")
CUTS = (0, 40, 60, 80)

likert_tables = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2, max_side=8),
    elements=st.sampled_from([1, 2, 3, 4, 5, NAN]),
)


def likert_percent(values, **overrides):
    return scoring.mean_percent(values, **{"minimum": 1, "maximum": 5, **overrides})


# --- missing codes


def test_four_missing_codes_become_nan_and_answers_stay():
    coded = np.array([[5, -1, -2], [0, -3, -4]], dtype=np.int8)
    np.testing.assert_array_equal(scoring.missing_to_nan(coded), [[5, NAN, NAN], [0, NAN, NAN]])


def test_skipped_items_were_shown_and_hidden_or_unreached_ones_were_not():
    coded = np.array([[3, Missing.SKIPPED, Missing.NOT_APPLICABLE, Missing.NOT_SHOWN, Missing.NOT_REACHED]])
    assert scoring.is_shown(coded).tolist() == [[True, True, True, False, False]]


@pytest.mark.parametrize(("coded", "named"), [([[1, -5]], "-5"), ([[1.5]], "float64"), ([1, 2], r"\(2,\)")])
def test_codes_outside_the_scheme_are_named(coded, named):
    with pytest.raises(ValueError, match=named):
        scoring.missing_to_nan(coded)


def test_a_wave_without_respondents_stays_empty():
    assert scoring.missing_to_nan(np.empty((0, 4), dtype=np.int8)).shape == (0, 4)
    assert scoring.mean_percent(np.empty((0, 4)), minimum=1, maximum=5).shape == (0,)
    assert scoring.assign_levels([], CUTS).shape == (0,)


# --- item values


def test_reverse_items_turns_only_the_marked_columns():
    turned = scoring.reverse_items([[1, 2], [5, NAN]], [False, True], minimum=1, maximum=5)
    np.testing.assert_array_equal(turned, [[1, 4], [5, NAN]])


@given(likert_tables)
def test_reversing_twice_changes_nothing(values):
    mask = np.arange(values.shape[1]) % 2 == 0
    once = scoring.reverse_items(values, mask, minimum=1, maximum=5)
    np.testing.assert_array_equal(scoring.reverse_items(once, mask, minimum=1, maximum=5), values)


def test_an_answer_outside_the_answer_scale_is_named():
    with pytest.raises(ValueError, match=r"6 lies outside 1\.\.5"):
        scoring.reverse_items([[6]], [True], minimum=1, maximum=5)
    with pytest.raises(ValueError, match="is_reversed"):
        scoring.reverse_items([[1, 2]], [True], minimum=1, maximum=5)


def test_option_points_are_those_of_the_chosen_option():
    earned = scoring.option_points([2, 0, Missing.SKIPPED, 1, Missing.NOT_SHOWN], [0, 1, 3])
    np.testing.assert_array_equal(earned, [3, 0, NAN, 1, NAN])
    with pytest.raises(ValueError, match="option 3"):
        scoring.option_points([3], [0, 1, 3])


def test_multiple_choice_takes_wrong_ticks_off_and_never_falls_below_zero():
    # 3 right options, 2 wrong ones: 3 * (2/3), 3 * (3/3 - 1/2), 3 * (1/3 - 2/2) < 0, all ticked, none
    is_correct = [True, True, False, True, False]
    chosen = [[1, 1, 0, 0, 0], [1, 1, 1, 1, 0], [1, 0, 1, 0, 1], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0]]
    earned = scoring.multiple_choice_points(chosen, is_correct, points=3)
    np.testing.assert_array_equal(earned, [2.0, 1.5, 0.0, 0.0, 0.0])


def test_multiple_choice_without_wrong_options_counts_the_right_ones():
    np.testing.assert_array_equal(
        scoring.multiple_choice_points([[1, 0], [1, 1]], [True, True], points=3), [1.5, 3.0]
    )
    with pytest.raises(ValueError, match="none of the 2 options"):
        scoring.multiple_choice_points([[1, 0]], [False, False], points=3)


def test_ordering_loses_a_share_for_each_pair_turned_round():
    # 6 options, 15 pairs: key, one neighbouring swap, last put first (5 inversions), backwards, missing
    order = [[0, 1, 2, 3, 4, 5], [1, 0, 2, 3, 4, 5], [5, 0, 1, 2, 3, 4], [5, 4, 3, 2, 1, 0], [-1] * 6]
    np.testing.assert_array_equal(scoring.ordering_points(order, points=3), [3.0, 2.8, 2.0, 0.0, NAN])


def test_ordering_is_rounded_to_two_digits_as_the_rule_says():
    # 4 options, 6 pairs, one inversion: 2 * 5 / 6 = 1.666...
    np.testing.assert_array_equal(scoring.ordering_points([[1, 0, 2, 3]], points=2), [1.67])


@given(st.permutations(range(6)))
def test_ordering_agrees_with_kendalls_tau(order):
    tau = kendalltau(range(6), order).statistic
    earned = scoring.ordering_points([order], points=1, decimals=12)
    assert earned[0] == pytest.approx((1 + tau) / 2)


@pytest.mark.parametrize("row", [[0, 0, 1], [0, 1, 3], [0, 1, -1]])
def test_ordering_refuses_what_is_no_order(row):
    with pytest.raises(ValueError, match="row 1 is not an order"):
        scoring.ordering_points([[0, 1, 2], row], points=3)


def test_matching_counts_right_pairs_and_blanks_make_none():
    chosen = [[2, 0, 1, 3], [2, 0, 3, 1], [2, -1, -1, -1], [-1, -1, -1, -1]]
    np.testing.assert_array_equal(
        scoring.matching_points(chosen, [2, 0, 1, 3], points=3), [3.0, 1.5, 0.75, NAN]
    )


def test_number_at_the_end_of_its_tolerance_is_right():
    earned = scoring.number_points([7.2, 6.8, 7.21, NAN], correct=7.0, tolerance=0.2, points=3)
    np.testing.assert_array_equal(earned, [3, 3, 0, NAN])


# --- scales


def test_mean_percent_of_hand_worked_rows():
    # mean 3.5 -> 62.5 %; four answers make a score, three do not
    rows = [[3, 4, 3, 4, 3, 4], [5, 5, 5, 5, NAN, NAN], [5, 5, 5, NAN, NAN, NAN], [1, 1, 1, 1, 1, 1]]
    np.testing.assert_array_equal(likert_percent(rows, min_answered=4), [62.5, 100.0, NAN, 0.0])


def test_a_percentage_that_is_whole_on_paper_is_whole():
    # (16 / 5 - 1) / 4 * 100 is 55.00000000000001 when computed in that order
    assert likert_percent([[3, 3, 3, 3, 4]])[0] == 55.0


@given(likert_tables, st.integers(1, 8))
def test_mean_percent_is_the_mean_of_the_answered(values, min_answered):
    expected = [
        (np.mean(row[~np.isnan(row)]) - 1) / 4 * 100 if (~np.isnan(row)).sum() >= min_answered else NAN
        for row in values
    ]
    np.testing.assert_allclose(likert_percent(values, min_answered=min_answered), expected, rtol=1e-12)


@given(likert_tables, st.randoms(use_true_random=False))
def test_scale_scores_do_not_depend_on_the_order_of_items(values, random):
    order = list(range(values.shape[1]))
    random.shuffle(order)
    np.testing.assert_array_equal(likert_percent(values), likert_percent(values[:, order]))


@given(likert_tables, st.integers(-3, 3))
def test_a_shifted_answer_scale_gives_the_same_percent(values, shift):
    shifted = scoring.mean_percent(values + shift, minimum=1 + shift, maximum=5 + shift)
    np.testing.assert_array_equal(likert_percent(values), shifted)


@given(likert_tables)
def test_reversing_every_item_mirrors_the_percent(values):
    mirrored = scoring.reverse_items(values, np.ones(values.shape[1], bool), minimum=1, maximum=5)
    np.testing.assert_allclose(likert_percent(mirrored), 100 - likert_percent(values), atol=1e-12)


@pytest.mark.parametrize(
    ("overrides", "named"),
    [({"maximum": 1}, "below"), ({"maximum": 4}, "1 to 5"), ({"min_answered": 0}, "0")],
)
def test_mean_percent_names_a_wrong_argument(overrides, named):
    with pytest.raises(ValueError, match=named):
        likert_percent([[1, 5]], **overrides)


def test_points_percent_counts_skipped_as_zero_and_leaves_hidden_tasks_out():
    points = [[3, 1.5], [3, NAN], [3, NAN], [NAN, NAN], [NAN, NAN]]
    shown = [[True, True], [True, True], [True, False], [True, True], [False, False]]
    np.testing.assert_array_equal(
        scoring.points_percent(points, [3, 3], shown=shown), [75.0, 50.0, 100.0, 0.0, NAN]
    )


def test_points_percent_takes_all_tasks_for_shown_by_default():
    np.testing.assert_array_equal(scoring.points_percent([[1, NAN]], [1, 3]), [25.0])


@pytest.mark.parametrize(
    ("points", "maxima", "named"),
    [([[4]], [3], "exceed"), ([[1]], [0], "above 0"), ([[1, 1]], [3], "1 values")],
)
def test_points_percent_names_a_wrong_argument(points, maxima, named):
    with pytest.raises(ValueError, match=named):
        scoring.points_percent(points, maxima)


def test_weighted_mean_needs_every_part():
    index = scoring.weighted_mean([[50, 75], [50, NAN], [NAN, 75]], [0.6, 0.4])
    np.testing.assert_allclose(index, [60, NAN, NAN])


def test_weights_are_divided_by_their_sum():
    np.testing.assert_allclose(scoring.weighted_mean([[50, 75]], [6, 4]), [60])
    np.testing.assert_allclose(scoring.weighted_mean([[50, NAN]], [1, 0]), [50])
    with pytest.raises(ValueError, match="weights"):
        scoring.weighted_mean([[50, 75]], [0, 0])


def test_mean_of_scales_needs_its_minimum():
    scores = [[40, 60, NAN], [40, NAN, NAN], [NAN, NAN, NAN]]
    np.testing.assert_array_equal(scoring.mean_of_scales(scores, min_scales=2), [50, NAN, NAN])
    with pytest.raises(ValueError, match="min_scales"):
        scoring.mean_of_scales(scores, min_scales=0)


# --- levels


def test_levels_are_half_open():
    scores = [0, 39.999, 40, 59.9, 60, 79.9, 80, 100, NAN]
    assert scoring.assign_levels(scores, CUTS).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, scoring.NO_LEVEL]


def test_a_score_equal_to_a_cut_on_paper_reaches_it():
    just_below = np.nextafter(60, 0)
    assert scoring.assign_levels([just_below], CUTS).tolist() == [2]


@pytest.mark.parametrize(("scores", "cuts"), [([10], (0, 40, 40)), ([10], ()), ([-1], CUTS)])
def test_levels_need_ascending_cuts_and_scores_above_the_first(scores, cuts):
    with pytest.raises(ValueError, match=r"cuts must ascend|below the lowest"):
        scoring.assign_levels(scores, cuts)


def test_count_levels_leaves_missing_out():
    assert scoring.count_levels([0, 1, 1, -1], 4).tolist() == [1, 2, 0, 0]
    with pytest.raises(ValueError, match="level 4"):
        scoring.count_levels([4], 4)


def test_level_error_probability_of_hand_worked_scores():
    # SEM 5: on a cut with the next far off one half; one SEM above the only near cut 1 - Phi(1);
    # the lowest level has no lower end; in the middle of a level 2 * (1 - Phi(2)).
    probability = scoring.level_error_probability([80, 85, 30, 50, NAN], CUTS, sem=5)
    expected = [0.5, norm.sf(1), norm.sf(2), 2 * norm.sf(2), NAN]
    np.testing.assert_allclose(probability, expected, rtol=1e-12)


def test_level_error_probability_agrees_with_simulation():
    noise = np.random.default_rng(3).normal(0, 7, 200_000)
    moved = scoring.assign_levels(np.clip(57 + noise, 0, 100), CUTS) != 1
    probability = scoring.level_error_probability([57], CUTS, sem=7)[0]
    assert moved.mean() == pytest.approx(probability, abs=0.005)


def test_level_error_needs_a_positive_error_and_is_unknown_without_one():
    assert np.isnan(scoring.level_error_probability([50], CUTS, sem=NAN)).all()
    with pytest.raises(ValueError, match="sem"):
        scoring.level_error_probability([50], CUTS, sem=0)


def test_distance_to_cut_ignores_the_end_of_the_scale():
    np.testing.assert_allclose(scoring.distance_to_cut([1, 57, 82, NAN], CUTS), [39, 3, 2, NAN])
    assert np.isinf(scoring.distance_to_cut([50], [0])).all()


# --- quality flags


def test_straight_lining_is_the_same_value_in_nine_of_ten_answers():
    nine_of_ten = [4] * 9 + [2]
    eight_of_ten = [4] * 8 + [2, 3]
    nine_of_nine_answered = [4] * 9 + [NAN]
    lone_answer, empty = [4] + [NAN] * 9, [NAN] * 10
    table = [nine_of_ten, eight_of_ten, nine_of_nine_answered, lone_answer, empty]
    assert scoring.is_straight_lining(table, share=0.9).tolist() == [True, False, True, False, False]
    with pytest.raises(ValueError, match="share"):
        scoring.is_straight_lining(table, share=0)


def test_counts_of_missing_codes_flag_only_beyond_their_bound():
    coded = np.array([[-2, -2, 3, -1], [-2, 3, 3, 3], [-1, -4, -3, 3]], dtype=np.int8)
    assert scoring.has_many_not_applicable(coded, more_than=1).tolist() == [True, False, False]
    assert scoring.is_incomplete(coded, more_than=1).tolist() == [False, False, True]


def test_speed_flags_only_known_times_below_the_bound():
    assert scoring.is_too_fast([149.9, 150, NAN], min_seconds=150).tolist() == [True, False, False]


def test_gap_tells_its_direction():
    gap = scoring.self_tasks_gap([80, 50, 70, NAN], [55, 80, 50, 50], gap=25)
    assert gap.tolist() == [1, -1, 0, 0]
