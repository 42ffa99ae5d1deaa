from io import StringIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize

from psychometrics.moments import Moments
from psychometrics.reliability import OmegaNote, mcdonald_omega, mcdonald_omega_from_moments

NAN = float("nan")
# `attitude` of R's datasets: 30 departments, 7 ratings (Chatterjee & Price 1977).
ATTITUDE = np.loadtxt(
    StringIO("""
    43 51 30 39 61 92 45 63 64 51 54 63 73 47 71 70 68 69 76 86 48 61 63 45 47 54 84 35 81 78 56 66 71 83 47
    43 55 49 44 54 49 34 58 67 42 56 66 68 35 71 75 50 55 70 66 41 72 82 72 67 71 83 31 67 61 45 47 62 80 41
    64 53 53 58 58 67 34 67 60 47 39 59 74 41 69 62 57 42 55 63 25 68 83 83 45 59 77 35 77 77 54 72 79 77 46
    81 90 50 72 60 54 36 74 85 64 69 79 79 63 65 60 65 75 55 80 60 65 70 46 57 75 85 46 50 58 68 54 64 78 52
    50 40 33 34 43 64 33 64 61 52 62 66 80 41 53 66 52 50 63 80 37 40 37 42 58 50 57 49 63 54 42 48 66 75 33
    66 77 66 63 88 76 72 78 75 58 74 80 78 49 48 57 44 45 51 83 38 85 85 71 71 77 74 55 82 82 39 59 64 78 39
    """)
).reshape(30, 7)
# One factor would need more than all of the first variable's variance.
HEYWOOD = np.array([[1, 0.85, 0.8, 0.2], [0.85, 1, 0.4, 0.1], [0.8, 0.4, 1, 0.15], [0.2, 0.1, 0.15, 1]])


def of_covariance(covariance, n=200):
    covariance = np.asarray(covariance, dtype=float)
    return mcdonald_omega_from_moments(Moments(n, np.zeros(len(covariance)), (n - 1) * covariance))


def discrepancy(parameters, covariance):
    """log|model| + tr(S model^-1) of loadings and unique variances, with its gradient."""
    loadings, unique = np.split(parameters, 2)
    model = np.outer(loadings, loadings) + np.diag(unique)
    inverse = np.linalg.inv(model)
    pull = inverse - inverse @ covariance @ inverse
    value = np.linalg.slogdet(model)[1] + np.trace(covariance @ inverse)
    return value, np.concatenate((2 * pull @ loadings, np.diagonal(pull)))


def search(covariance, floor=1e-6, n_starts=1):
    """Omega by a general optimiser over loadings and unique variances at once, best of some starts."""
    variances, rng = np.diagonal(covariance), np.random.default_rng(1)
    starts = [np.full(len(variances), 0.7), *rng.uniform(-1, 1, (n_starts - 1, len(variances)))]
    found = [descent(covariance, start * np.sqrt(variances), floor) for start in starts]
    loadings, unique = np.split(min(found, key=lambda result: result.fun).x, 2)
    return loadings.sum() ** 2 / (loadings.sum() ** 2 + unique.sum())


def descent(covariance, loadings, floor):
    variances = np.diagonal(covariance)
    return minimize(
        discrepancy,
        np.concatenate((loadings, 0.5 * variances)),
        args=(covariance,),
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, None)] * len(variances) + [(floor * v, None) for v in variances],
        options={"ftol": 1e-16, "gtol": 1e-12, "maxiter": 20_000, "maxfun": 20_000},
    )


def draw(rng, n, loadings):
    loadings = np.asarray(loadings)
    return rng.normal(size=(n, 1)) * loadings + rng.normal(size=(n, loadings.size)) * np.sqrt(1 - loadings**2)


def test_omega_of_a_covariance_the_model_fits_exactly():
    # loadings 2, 1, 1, 3 and unique variances 1, 2, 1, 4: 7^2 / (7^2 + 8)
    loadings = np.array([2.0, 1, 1, 3])
    result = of_covariance(np.outer(loadings, loadings) + np.diag([1.0, 2, 1, 4]))
    assert result.omega == pytest.approx(49 / 57, rel=1e-10)
    assert result.loadings == pytest.approx(loadings, rel=1e-9)
    assert result.unique_variances == pytest.approx([1, 2, 1, 4], rel=1e-9)
    assert result.discrepancy == pytest.approx(0, abs=1e-12)
    assert (result.converged, result.notes) == (True, ())


def test_omega_of_published_ratings():
    # R 4.2.2 factanal(covmat = cov(attitude), factors = 1) with factr = 1e-3
    expected = [
        0.85247736219122,
        0.90224108240590,
        0.59270555942305,
        0.73069666674397,
        0.76499432988005,
        0.24609277008996,
        0.37784530148109,
    ]
    result = mcdonald_omega(ATTITUDE)
    assert result.loadings / ATTITUDE.std(axis=0, ddof=1) == pytest.approx(expected, abs=1e-7)
    # factor_analyzer 0.5.1, method "ml": 0.84054453; psych 2.2.9, fa(fm = "ml"): 0.84054482
    assert result.standardised == pytest.approx(0.84054449, abs=1e-7)
    assert result.omega == pytest.approx(0.85632679, abs=1e-7)
    assert result.discrepancy == pytest.approx(0.98112437, abs=1e-7)
    assert (result.n, result.n_items) == (30, 7)


@pytest.mark.parametrize("seed", range(6))
def test_omega_by_a_general_search(seed):
    rng = np.random.default_rng(seed)
    responses = np.round(3 + 1.5 * draw(rng, 150, rng.uniform(0.4, 0.9, 4 + seed)))
    result = mcdonald_omega(responses)
    assert result.converged
    assert result.omega == pytest.approx(search(np.cov(responses.T)), abs=1e-6)
    scaled = np.corrcoef(responses.T)
    assert result.standardised == pytest.approx(search(scaled), abs=1e-6)


def test_parallel_items_have_the_omega_of_alpha():
    # correlations of 0.36 everywhere: 6 * 0.36 / (1 + 5 * 0.36)
    result = of_covariance(0.64 * np.eye(6) + 0.36)
    assert result.omega == pytest.approx(6 * 0.36 / 2.8, rel=1e-9)


def test_a_heywood_case_is_named_and_has_no_interval():
    result = of_covariance(HEYWOOD)
    assert result.notes == ((OmegaNote.HEYWOOD_CASE, (0,)),)
    assert result.unique_variances[0] == pytest.approx(0.005)
    assert result.omega == pytest.approx(search(HEYWOOD, floor=0.005), abs=1e-6)
    assert np.isnan([result.standard_error, *result.interval]).all()


def test_of_several_valleys_the_deepest_counts():
    # weak correlations: the factor may be the first, the second or the fourth item by itself
    correlations = np.eye(4)
    correlations[np.triu_indices(4, 1)] = 0.128, 0.095, 0.096, -0.038, -0.134, 0.033
    correlations = correlations + np.triu(correlations, 1).T
    result = of_covariance(correlations)
    assert result.notes[0] == (OmegaNote.HEYWOOD_CASE, (1,))
    assert result.omega == pytest.approx(search(correlations, floor=0.005, n_starts=12), abs=1e-5)


def test_a_negative_loading_is_named():
    loadings = np.array([0.8, 0.7, -0.4, 0.6])
    result = of_covariance(np.outer(loadings, loadings) + np.diag(1 - loadings**2))
    assert result.notes == ((OmegaNote.NEGATIVE_LOADING, (2,)),)
    assert result.omega == pytest.approx(1.7**2 / (1.7**2 + np.sum(1 - loadings**2)), rel=1e-9)


def test_a_fit_stopped_early_is_not_called_converged(monkeypatch):
    monkeypatch.setattr("psychometrics.reliability.one_factor.MAX_ITERATIONS", 1)
    result = mcdonald_omega(ATTITUDE)
    assert not result.converged
    assert np.isnan([result.omega, result.standardised, result.standard_error, *result.interval]).all()
    assert result.notes == ((OmegaNote.NOT_CONVERGED, ()),)


def test_standard_error_by_numerical_second_derivatives():
    # where the model fits exactly, expected and observed information are the same
    loadings, unique, n = np.array([2.0, 1, 1, 3]), np.array([1.0, 2, 1, 4]), 120
    covariance = np.outer(loadings, loadings) + np.diag(unique)
    place, width = np.concatenate((loadings, unique)), 1e-5
    steps = width * np.eye(8)
    hessian = [
        (discrepancy(place + step, covariance)[1] - discrepancy(place - step, covariance)[1]) / (2 * width)
        for step in steps
    ]

    def omega(parameters):
        return parameters[:4].sum() ** 2 / (parameters[:4].sum() ** 2 + parameters[4:].sum())

    slope = [(omega(place + step) - omega(place - step)) / (2 * width) for step in steps]
    # the log-likelihood is -(n - 1) / 2 times the discrepancy
    variance = slope @ np.linalg.solve((n - 1) / 2 * np.array(hessian), slope)
    assert of_covariance(covariance, n).standard_error == pytest.approx(np.sqrt(variance), rel=1e-6)


def test_the_interval_is_symmetric_on_the_logistic_scale():
    result = mcdonald_omega(ATTITUDE, confidence=0.9)
    low, high, centre = (np.log(x / (1 - x)) for x in (*result.interval, result.omega))
    assert high - centre == pytest.approx(centre - low)
    reach = 1.6448536269514722 * result.standard_error / (result.omega * (1 - result.omega))
    assert high - centre == pytest.approx(reach)


def test_the_interval_covers_at_its_level():
    loadings = [0.4, 0.5, 0.6, 0.7, 0.8, 0.6]
    noise = sum(1 - x * x for x in loadings)
    population = sum(loadings) ** 2 / (sum(loadings) ** 2 + noise)
    rng, runs, covered = np.random.default_rng(72), 1000, 0
    for _run in range(runs):
        low, high = mcdonald_omega(draw(rng, 200, loadings)).interval
        covered += low <= population <= high
    assert 0.93 <= covered / runs <= 0.97


@given(st.permutations(range(5)), arrays(np.float64, 5, elements=st.integers(-50, 50)))
def test_omega_keeps_under_item_order_and_shifts(order, shifts):
    result, changed = mcdonald_omega(ATTITUDE[:, :5]), mcdonald_omega(ATTITUDE[:, order] + shifts)
    assert changed.omega == pytest.approx(result.omega, rel=1e-9)


def test_incomplete_rows_are_left_out():
    result = mcdonald_omega(np.vstack((ATTITUDE, [NAN, 1, 2, 3, 4, 5, 6])))
    assert (result.omega, result.n) == (mcdonald_omega(ATTITUDE).omega, 30)


@pytest.mark.parametrize(
    ("responses", "note", "items"),
    [
        (ATTITUDE[:, :2], OmegaNote.TOO_FEW_ITEMS, ()),
        (ATTITUDE[:1], OmegaNote.TOO_FEW_RESPONDENTS, ()),
        (np.full((5, 4), NAN), OmegaNote.TOO_FEW_RESPONDENTS, ()),
        (np.hstack((ATTITUDE[:, :3], np.ones((30, 1)))), OmegaNote.CONSTANT_ITEM, (3,)),
        (np.hstack((ATTITUDE, ATTITUDE[:, :1])), OmegaNote.SINGULAR, ()),
        (ATTITUDE[:6], OmegaNote.SINGULAR, ()),
    ],
    ids=["two items", "one respondent", "all missing", "constant", "item twice", "more items than people"],
)
def test_an_omega_the_data_cannot_define_is_nan_and_says_why(responses, note, items):
    result = mcdonald_omega(responses)
    assert np.isnan([result.omega, result.standardised, result.standard_error, *result.interval]).all()
    assert (result.notes, result.converged) == (((note, items),), False)


def test_omega_names_bad_arguments():
    with pytest.raises(ValueError, match="got 95"):
        mcdonald_omega(ATTITUDE, confidence=95)
    with pytest.raises(ValueError, match=r"shape \(30,\)"):
        mcdonald_omega(ATTITUDE[:, 0])
