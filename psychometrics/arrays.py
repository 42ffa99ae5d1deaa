"""Array types of the kernel and the checks its functions share."""

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
CodeArray = npt.NDArray[np.int8]
BoolArray = npt.NDArray[np.bool_]

# Percentages that are equal on paper differ in the 14th digit when computed on different routes
# (0.6 * 66.67 + 0.4 * 50); a score is compared with a bound only up to this many scale units.
ROUNDING_SLACK = 1e-9


def as_vector(name: str, values: npt.ArrayLike) -> FloatArray:
    """One number per respondent, as float64 of shape (n_respondents,); ValueError for another shape."""
    vector = np.asarray(values, dtype=np.float64)
    if vector.ndim != 1:
        raise ValueError(f"{name} must have one dimension, got shape {vector.shape}")
    return vector


def as_matrix(name: str, values: npt.ArrayLike) -> FloatArray:
    """Rows respondents, columns items, as float64 (n_respondents, n_items); ValueError for another shape."""
    matrix = np.asarray(values, dtype=np.float64)
    if matrix.ndim != 2:
        raise ValueError(f"{name} must have two dimensions (respondents, items), got shape {matrix.shape}")
    return matrix


def as_codes(name: str, values: npt.ArrayLike, *, ndim: int) -> npt.NDArray[np.signedinteger]:
    """Whole numbers (option numbers, levels, missing codes) of `ndim` dimensions; ValueError for others."""
    codes = np.asarray(values)
    if codes.size == 0:
        codes = codes.astype(np.int8)
    if codes.dtype.kind not in "iu":
        raise ValueError(f"{name} must hold whole numbers, got {codes.dtype}")
    if codes.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} dimensions, got shape {codes.shape}")
    return codes


def as_pairs(starting: npt.ArrayLike, final: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Two vectors (n_respondents,) paired by position; ValueError where their lengths differ."""
    first, second = as_vector("starting", starting), as_vector("final", final)
    if first.shape != second.shape:
        raise ValueError(f"starting and final must be paired, got {first.size} and {second.size} values")
    return first, second
