"""What each item of a scale does: difficulty, discrimination, and who chose which option."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import nan, sqrt

import numpy as np
import numpy.typing as npt

from psychometrics.arrays import FloatArray, IntArray, as_matrix
from psychometrics.moments import BLOCK_ROWS, RELATIVE_ZERO

Key = float | Mapping[float, float]


class MissingRule(StrEnum):
    """Whose answers enter the rest scores, item-rest correlations and alphas.

    `LISTWISE`: respondents who answered every item. `PAIRWISE`: each covariance from those who answered
    both items, and a rest score is the mean of the other answered items times their number.
    """

    LISTWISE = "listwise"
    PAIRWISE = "pairwise"


class ItemNoteKind(StrEnum):
    """What a reader must look at in one item."""

    NOBODY_ANSWERED = "nobody_answered"
    NO_VARIANCE = "no_variance"
    NEGATIVE_DISCRIMINATION = "negative_discrimination"  # most often a wrong or unreversed key
    UNUSED_OPTION = "unused_option"  # value: its code
    OPTION_ABOVE_KEY = "option_above_key"  # value: code of an option chosen by better respondents


@dataclass(frozen=True)
class ItemNote:
    """One remark, with the figure or code it is about."""

    kind: ItemNoteKind
    value: float | None = None


@dataclass(frozen=True)
class OptionStatistic:
    """One option of an item.

    Attributes
    ----------
    code : float
        As in the responses.
    points : float
        What it earns; the code itself for an item without a key.
    n : int
        Respondents who chose it.
    share : float
        Of those who answered the item; NaN if nobody did.
    mean_rest : float
        Mean rest score of those who chose it and have one, in points; NaN without any.
    rest_correlation : float
        Of having chosen it (0, 1) with the rest score; NaN where undefined.
    """

    code: float
    points: float
    n: int
    share: float
    mean_rest: float
    rest_correlation: float


@dataclass(frozen=True)
class ItemStatistic:
    """One item; NaN where the sample cannot define a figure.

    Attributes
    ----------
    n, n_missing : int
        Respondents who answered the item, and who did not.
    mean, sd : float
        Of the item's points over `n` (ddof=1), in points.
    difficulty : float
        (mean - lowest) / (highest - lowest) possible points, from 0 to 1, higher for easier.
    item_rest : float
        Correlation of the item with the sum of the others (corrected item-total correlation).
    n_rest : int
        Respondents behind `item_rest`; under `PAIRWISE` the fewest behind one covariance.
    alpha_if_deleted : float
        Alpha of the other items.
    floor, ceiling : float
        Shares of `n` at the lowest and at the highest possible points.
    options : tuple of OptionStatistic
        Ascending codes.
    notes : tuple of ItemNote
    """

    n: int
    n_missing: int
    mean: float
    sd: float
    difficulty: float
    item_rest: float
    n_rest: int
    alpha_if_deleted: float
    floor: float
    ceiling: float
    options: tuple[OptionStatistic, ...]
    notes: tuple[ItemNote, ...]


@dataclass(frozen=True)
class ItemStatistics:
    """All items of a scale.

    Attributes
    ----------
    items : tuple of ItemStatistic
        In the order of the columns.
    alpha : float
        Of all items under the missing rule; NaN where undefined.
    n, n_complete : int
        Respondents with at least one answer, and with all.
    missing : MissingRule
    """

    items: tuple[ItemStatistic, ...]
    alpha: float
    n: int
    n_complete: int
    missing: MissingRule


@dataclass(frozen=True)
class _Scored:
    """An item's answers as positions among its options, and what these earn."""

    codes: FloatArray
    points: FloatArray
    chosen: IntArray  # -1 where missing
    has_key: bool

    @property
    def values(self) -> FloatArray:
        return np.append(self.points, nan)[self.chosen]


def item_statistics(
    responses: npt.ArrayLike,
    *,
    keys: Sequence[Key | None] | None = None,
    options: Sequence[Sequence[float]] | None = None,
    missing: MissingRule | str = MissingRule.LISTWISE,
) -> ItemStatistics:
    """Item and option analysis of one scale.

    With C the covariances of the items, item i against the sum of the others is
    (sum_j C_ij - C_ii) / sqrt(C_ii * (sum C - 2 sum_j C_ij + C_ii)).

    Parameters
    ----------
    responses : array_like, shape (n_respondents, n_items)
        Option codes; NaN where missing.
    keys : sequence, one per item, optional
        The correct option's code (it earns 1), a mapping of codes to points (others earn 0), or
        None where the code is the value. Without keys all codes are values.
    options : sequence of sequences of float, one per item, optional
        Codes on offer, which define unused options and, without a key, the possible range. By
        default those of the key and those that occur.
    missing : MissingRule or str

    Returns
    -------
    ItemStatistics

    Raises
    ------
    ValueError
        If shapes or lengths differ, or an answer is not among the options.

    References
    ----------
    Henrysson (1963), Psychometrika 28(2), 211-218; Cronbach (1951), Psychometrika 16(3), 297-334;
    Haladyna & Rodriguez (2013), Developing and validating test items, chapter 18 (options).
    """
    rule = MissingRule(missing)
    answers = as_matrix("responses", responses)
    n_items = answers.shape[1]
    for name, given in (("keys", keys), ("options", options)):
        if given is not None and len(given) != n_items:
            raise ValueError(f"{name} must be given for {n_items} items, got {len(given)}")
    scored = [
        _scored(answers[:, item], item, keys[item] if keys else None, options[item] if options else None)
        for item in range(n_items)
    ]
    values = np.column_stack([item.values for item in scored]) if n_items else answers
    is_complete = ~np.isnan(values).any(axis=1)
    covariance, pairs = _covariance(values if rule is MissingRule.PAIRWISE else values[is_complete])
    totals, counts = np.nansum(values, axis=1), np.count_nonzero(~np.isnan(values), axis=1)
    items = []
    for item, answered in enumerate(scored):
        rest = _rest_scores(values[:, item], totals, counts, n_items, rule)
        items.append(_item(answered, rest, covariance, pairs, item))
    return ItemStatistics(
        tuple(items),
        _alpha(covariance),
        int(np.count_nonzero(counts)),
        int(np.count_nonzero(is_complete & (counts > 0))),
        rule,
    )


def _scored(column: FloatArray, item: int, key: Key | None, offered: Sequence[float] | None) -> _Scored:
    is_missing = np.isnan(column)
    observed = np.unique(column[~is_missing])
    credit: Mapping[float, float] = key if isinstance(key, Mapping) else ({} if key is None else {key: 1.0})
    if offered is not None and (unknown := set(observed.tolist()) - set(offered)):
        raise ValueError(f"item {item} has answers {sorted(unknown)}, its options are {list(offered)}")
    codes = np.array(sorted({*observed.tolist(), *credit, *(offered or ())}), dtype=np.float64)
    points = codes if key is None else np.array([float(credit.get(code, 0)) for code in codes.tolist()])
    chosen = np.where(is_missing, -1, np.searchsorted(codes, np.where(is_missing, -np.inf, column)))
    return _Scored(codes, points, chosen, key is not None)


def _covariance(values: FloatArray) -> tuple[FloatArray, IntArray]:
    """Covariances (ddof=1) over those who answered both items, with their numbers."""
    n_items = values.shape[1]
    answered = np.count_nonzero(~np.isnan(values), axis=0)
    centre = np.nansum(values, axis=0) / np.maximum(answered, 1)
    products, sums = np.zeros((n_items, n_items)), np.zeros((n_items, n_items))
    pairs = np.zeros((n_items, n_items))
    for start in range(0, len(values), BLOCK_ROWS):
        block = values[start : start + BLOCK_ROWS]
        present = (~np.isnan(block)).astype(np.float64)
        centred = np.nan_to_num(block - centre)
        products += centred.T @ centred
        sums += centred.T @ present
        pairs += present.T @ present
    shared = np.where(pairs >= 2, pairs, nan)
    covariance = (products - sums * sums.T / shared) / (shared - 1)
    spread = np.sqrt(np.maximum(np.diagonal(covariance), 0))
    constant = spread <= RELATIVE_ZERO * np.abs(centre)
    none = constant[:, None] | constant
    return np.where(none, 0 * covariance, covariance), pairs.astype(np.int64)


def _alpha(covariance: FloatArray) -> float:
    k, total = len(covariance), float(covariance.sum())
    return k / (k - 1) * (1 - float(np.trace(covariance)) / total) if k > 1 and total > 0 else nan


def _rest_scores(
    own: FloatArray, totals: FloatArray, counts: IntArray, n_items: int, rule: MissingRule
) -> FloatArray:
    """Score on the other items of those who answered this one; NaN where the rule gives none."""
    others = counts - 1
    enough = others == n_items - 1 if rule is MissingRule.LISTWISE else others > 0
    usable = enough & (others > 0) & ~np.isnan(own)
    scale = (n_items - 1) / np.where(usable, others, 1)
    return np.where(usable, (totals - own) * scale, nan)


def _item(
    scored: _Scored, rest: FloatArray, covariance: FloatArray, pairs: IntArray, item: int
) -> ItemStatistic:
    counts = np.bincount(scored.chosen + 1, minlength=scored.codes.size + 1)
    n_missing, counts = int(counts[0]), counts[1:]
    n = int(counts.sum())
    mean = float(counts @ scored.points) / n if n else nan
    squares = float(counts @ (scored.points - mean) ** 2) if n else nan
    lowest, highest = _range(scored)
    others = np.delete(np.arange(len(covariance)), item)
    item_rest = _item_rest(covariance, item)
    options = tuple(_options(scored, counts, rest))
    return ItemStatistic(
        n=n,
        n_missing=n_missing,
        mean=mean,
        sd=sqrt(squares / (n - 1)) if n > 1 else nan,
        difficulty=(mean - lowest) / (highest - lowest) if highest > lowest else nan,
        item_rest=item_rest,
        n_rest=int(np.delete(pairs[item], item).min(initial=n)) if others.size else 0,
        alpha_if_deleted=_alpha(covariance[np.ix_(others, others)]),
        floor=_share_at(scored, counts, lowest),
        ceiling=_share_at(scored, counts, highest),
        options=options,
        notes=tuple(_notes(scored, options, n, item_rest)),
    )


def _range(scored: _Scored) -> tuple[float, float]:
    """Lowest and highest possible points; NaN where one value is all that is known."""
    if scored.points.size == 0:
        return nan, nan
    lowest, highest = float(scored.points.min()), float(scored.points.max())
    if scored.has_key:
        lowest = min(lowest, 0.0)
    return (lowest, highest) if highest > lowest else (nan, nan)


def _share_at(scored: _Scored, counts: IntArray, points: float) -> float:
    n = int(counts.sum())
    return int(counts[scored.points == points].sum()) / n if n and points == points else nan


def _item_rest(covariance: FloatArray, item: int) -> float:
    variance, row = float(covariance[item, item]), float(covariance[item].sum())
    rest_variance = float(covariance.sum()) - 2 * row + variance
    if len(covariance) < 2 or not variance > 0 or not rest_variance > 0:
        return nan
    return (row - variance) / sqrt(variance * rest_variance)


def _options(scored: _Scored, counts: IntArray, rest: FloatArray) -> Iterator[OptionStatistic]:
    has_rest = ~np.isnan(rest)
    chosen, known = scored.chosen[has_rest], rest[has_rest]
    behind = np.bincount(chosen, minlength=scored.codes.size)
    sums = np.bincount(chosen, weights=known, minlength=scored.codes.size)
    n, total = known.size, int(counts.sum())
    centre = float(known.mean()) if n else nan
    spread = float(known.std()) if n else nan
    for position, code in enumerate(scored.codes.tolist()):
        mean_rest = float(sums[position] / behind[position]) if behind[position] else nan
        share = behind[position] / n if n else nan
        varies = 0 < share < 1 and spread > RELATIVE_ZERO * abs(centre)
        yield OptionStatistic(
            code=code,
            points=float(scored.points[position]),
            n=int(counts[position]),
            share=int(counts[position]) / total if total else nan,
            mean_rest=mean_rest,
            rest_correlation=(mean_rest - centre) / spread * sqrt(share / (1 - share)) if varies else nan,
        )


def _notes(
    scored: _Scored, options: Sequence[OptionStatistic], n: int, item_rest: float
) -> Iterator[ItemNote]:
    if n == 0:
        yield ItemNote(ItemNoteKind.NOBODY_ANSWERED)
        return
    if len({option.points for option in options if option.n}) == 1:
        yield ItemNote(ItemNoteKind.NO_VARIANCE)
    if item_rest < 0:
        yield ItemNote(ItemNoteKind.NEGATIVE_DISCRIMINATION, item_rest)
    for option in options:
        if option.n == 0:
            yield ItemNote(ItemNoteKind.UNUSED_OPTION, option.code)
    if scored.has_key:
        best = max(options, key=lambda option: option.points)
        for option in options:
            if option.points < best.points and option.mean_rest > best.mean_rest:
                yield ItemNote(ItemNoteKind.OPTION_ABOVE_KEY, option.code)
