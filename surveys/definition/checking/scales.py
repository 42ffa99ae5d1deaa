"""Scales: each method has its arguments, they lead somewhere, and nothing is computed from itself."""

from collections.abc import Mapping
from math import isclose
from typing import Any

from flask_babel import lazy_gettext as _

from surveys.definition.checking.codes import check_known, codes_of
from surveys.definition.item_types import ItemTypes
from surveys.definition.model import Definition, Scale
from surveys.definition.problems import Path, Report

DEEPEST = 8

_ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "mean_percent": ("items", "min_answered"),
    "points_percent": ("items",),
    "weighted": ("weights",),
    "mean_of_scales": ("scales", "min_scales"),
}
_ALL_ARGUMENTS = tuple(dict.fromkeys(name for names in _ARGUMENTS.values() for name in names))


def check_scales(document: dict[str, Any], report: Report) -> None:
    """Arguments, references, weights, least numbers, titles and circles."""
    scales = document.get("scales", [])
    if scales and not document.get("levels"):
        report.warning(("scales",), "no_levels", _("There are no levels: scales show percents alone."))
    parts_of_items = _parts_of_items(document)
    items = {item["code"]: item for item in document["items"]}
    known = set(codes_of(scales))
    for place, scale in enumerate(scales):
        path: Path = ("scales", place)
        _check_arguments(scale, path, report)
        _check_items(scale, path, items, parts_of_items, report)
        _check_sources(scale, path, known, report)
        if "title" not in scale and "competence" not in scale:
            report.error(path, "no_title", _("A scale without a competence needs a title."))
    _check_cycles(scales, report)


def _check_arguments(scale: dict[str, Any], path: Path, report: Report) -> None:
    wanted = _ARGUMENTS[scale["method"]]
    for name in wanted:
        if name not in scale:
            sentence = _("The method “%(method)s” needs “%(name)s”.")
            report.error(path, "missing_argument", sentence, method=scale["method"], name=name)
    for name in _ALL_ARGUMENTS:
        if name in scale and name not in wanted:
            sentence = _("The method “%(method)s” does not use “%(name)s”.")
            report.error((*path, name), "extra_argument", sentence, method=scale["method"], name=name)
    for least, among in (("min_answered", "items"), ("min_scales", "scales")):
        if least in scale and among in scale and scale[least] > len(scale[among]):
            sentence = _("The scale has only %(number)s parts, fewer than are demanded.")
            report.error((*path, least), "least_too_large", sentence, number=len(scale[among]))


def _check_items(
    scale: dict[str, Any],
    path: Path,
    items: Mapping[str, dict[str, Any]],
    parts_of_items: Mapping[str, set[str]],
    report: Report,
) -> None:
    seen: set[str] = set()
    for spot, code in enumerate(scale.get("items", [])):
        where: Path = (*path, "items", spot)
        if not check_known(code, items, where, report):
            continue
        if code in seen:
            report.error(where, "repeated_item", _("“%(code)s” is counted twice."), code=code)
        seen.add(code)
        part = scale.get("part")
        if part is not None and part not in parts_of_items.get(code, {part}):
            sentence = _("“%(code)s” is not asked in the part “%(part)s”.")
            report.error(where, "wrong_part", sentence, code=code, part=part)
        about = items[code].get("competence")
        if about is not None and scale.get("competence") not in (None, about):
            sentence = _("“%(code)s” belongs to another competence (%(competence)s).")
            report.warning(where, "other_competence", sentence, code=code, competence=about)


def _parts_of_items(document: dict[str, Any]) -> dict[str, set[str]]:
    parts: dict[str, set[str]] = {}
    for page in document["pages"]:
        for code in page["items"]:
            parts.setdefault(code, set()).add(page["part"])
    return parts


def _check_sources(scale: dict[str, Any], path: Path, known: set[str], report: Report) -> None:
    weights = scale.get("weights", {})
    for code in weights:
        check_known(code, known, (*path, "weights", code), report)
    if "weights" in scale:
        if not isclose(sum(weights.values()), 1.0, abs_tol=1e-9):
            report.error((*path, "weights"), "weights_sum", _("The weights must add up to 1."))
        elif any(weight == 0 for weight in weights.values()):
            report.error(
                (*path, "weights"), "zero_weight", _("A weight of 0 counts for nothing; leave it out.")
            )
    sources = scale.get("scales", [])
    for spot, code in enumerate(sources):
        check_known(code, known, (*path, "scales", spot), report)
        if code in sources[:spot]:
            report.error(
                (*path, "scales", spot), "repeated_scale", _("“%(code)s” is counted twice."), code=code
            )


def _check_cycles(scales: list[Any], report: Report) -> None:
    """Take away scales all of whose sources are computed; what never goes stands in a circle."""
    sources = {scale["code"]: {*scale.get("weights", {}), *scale.get("scales", [])} for scale in scales}
    left = dict(sources)
    rounds = 0
    while ready := [code for code, needs in left.items() if not needs & left.keys()]:
        rounds += 1
        for code in ready:
            del left[code]
        if rounds > DEEPEST and left:
            report.error(("scales",), "deep_scales", _("Scales are built upon scales too many times."))
            return
    for place, scale in enumerate(scales):
        if scale["code"] in left:
            sentence = _("The scale “%(code)s” is computed from itself in a circle.")
            report.error(("scales", place), "scale_cycle", sentence, code=scale["code"])


def check_score_ranges(definition: Definition, types: ItemTypes, report: Report) -> None:
    """Means need items scored alike; sums of points need items that earn points from 0."""
    for place, scale in enumerate(definition.scales):
        _check_score_range(definition, scale, ("scales", place, "items"), types, report)


def _check_score_range(
    definition: Definition, scale: Scale, path: Path, types: ItemTypes, report: Report
) -> None:
    first: tuple[float, float] | None = None
    for spot, item in enumerate(definition.items_of_scale(scale)):
        score_range = types.score_range(item)
        if score_range is None or score_range[0] == score_range[1]:
            sentence = _("“%(code)s” earns no points and cannot be in a scale.")
            report.error((*path, spot), "unscored_item", sentence, code=item.code)
            continue
        if scale.method == "points_percent" and score_range[0] != 0:
            sentence = _("“%(code)s” has no points counted from 0.")
            report.error((*path, spot), "points_not_from_zero", sentence, code=item.code)
        first = first or score_range
        if scale.method == "mean_percent" and tuple(score_range) != tuple(first):
            sentence = _("“%(code)s” is answered on another scale of values than the items before it.")
            report.error((*path, spot), "mixed_ranges", sentence, code=item.code)
