"""Groups of people and their figures, after suppression: what a snapshot holds is what may be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np

from psychometrics.arrays import BoolArray, FloatArray, IntArray
from psychometrics.disclosure import Detail, coarse_mean
from surveys.definition.model import Definition, Text
from surveys.group_disclosure import TableDecision
from surveys.queries.figures import school_names
from surveys.scale_roles import competence_scales, overall_scale
from surveys.slices import SCHOOL, People, Slice, all_slices

DECIMALS = 1


@dataclass(frozen=True, eq=False)
class Column:
    """People cut in one way. An overlapping slice is a column for each of its groups."""

    slice: Slice
    codes: tuple[str, ...]
    labels: IntArray  # (n_people,): place of the group in `codes`, -1 for none


@dataclass(frozen=True)
class ScaleName:
    """A scale of the snapshot as it is named to readers."""

    code: str
    name: dict[str, str]
    short_name: dict[str, str]
    is_overall: bool


def scale_names(definition: Definition) -> list[ScaleName]:
    """The index of every competence, the overall index last."""
    found = [
        ScaleName(
            scales.index.code,
            texts(scales.competence.name),
            texts(scales.competence.short_name or scales.competence.name),
            is_overall=False,
        )
        for scales in competence_scales(definition)
    ]
    whole = overall_scale(definition)
    if whole is not None:
        title = texts(whole.title) if whole.title else {definition.primary_language: whole.code}
        found.append(ScaleName(whole.code, title, title, is_overall=True))
    return found


def texts(text: Text) -> dict[str, str]:
    """The text in every language it has, the primary one standing for missing ones."""
    return {"ru": text.in_language("ru"), "en": text.in_language("en")}


def levels_of(definition: Definition) -> list[dict[str, Any]]:
    return [
        {
            "code": level.code,
            "from": level.from_percent,
            "title": texts(level.title),
            "is_deficit": level.is_deficit,
        }
        for level in definition.levels
    ]


def make_columns(people: People) -> list[Column]:
    """All slices of these people; groups nobody belongs to are not there."""
    columns: list[Column] = []
    for slice_ in all_slices():
        groups = [tuple(codes) for codes in slice_.groups_of(people)]
        present = {code for codes in groups for code in codes}
        known = (
            [code for code, _name in school_names(sorted(present))]
            if slice_.code == SCHOOL
            else slice_.order()
        )
        codes = [code for code in known if code in present]
        codes += sorted(present.difference(codes)) if slice_.code != SCHOOL else []
        if slice_.is_overlapping:
            columns.extend(
                Column(
                    slice_, (code,), np.array([0 if code in own else -1 for own in groups], dtype=np.int64)
                )
                for code in codes
            )
        elif codes:
            places = {code: place for place, code in enumerate(codes)}
            labels = [places.get(own[0], -1) if own else -1 for own in groups]
            columns.append(Column(slice_, tuple(codes), np.array(labels, dtype=np.int64)))
    return columns


def labels_of(columns: Sequence[Column], n_people: int) -> IntArray:
    if not columns:
        return np.zeros((n_people, 0), dtype=np.int64)
    return np.column_stack([column.labels for column in columns])


def withheld_groups(
    columns: Sequence[Column], printed_before: Mapping[str, set[str]] | None
) -> list[BoolArray]:
    """Groups that earlier published snapshots did not print: printed now, they would be found in those totals."""
    if printed_before is None:
        return [np.zeros(len(column.codes), dtype=np.bool_) for column in columns]
    return [
        np.array(
            [code not in printed_before.get(column.slice.code, ()) for code in column.codes], dtype=np.bool_
        )
        for column in columns
    ]


def group_means(column: Column, percents: FloatArray, present: BoolArray) -> FloatArray:
    """Mean of each group over those present; NaN for nobody."""
    chosen = present & (column.labels >= 0)
    n = np.bincount(column.labels[chosen], minlength=len(column.codes))
    total = np.bincount(column.labels[chosen], weights=percents[chosen], minlength=len(column.codes))
    means = np.full(len(column.codes), np.nan)
    np.divide(total, n, out=means, where=n > 0)
    return means


def shown_mean(value: float, detail: Detail, *, always_coarse: bool = False) -> float | None:
    """A mean as it may be printed."""
    if detail is Detail.HIDDEN or isnan(value):
        return None
    if detail is Detail.COARSE or always_coarse:
        return float(coarse_mean(value))
    return round(value, DECIMALS)


def slices_content(
    columns: Sequence[Column],
    overall: TableDecision,
    competences: Mapping[str, TableDecision],
    figures_of: Any,
    *,
    always_coarse: bool = False,
) -> list[dict[str, Any]]:
    """The groups of every slice.

    `figures_of(column, scale)` gives named means of the column's groups; scale None is the overall index.
    """
    slices: dict[str, dict[str, Any]] = {}
    for place, column in enumerate(columns):
        own = slices.setdefault(column.slice.code, {"code": column.slice.code, "groups": [], "hidden": 0})
        names = dict(school_names(column.codes)) if column.slice.code == SCHOOL else {}
        whole_figures = figures_of(column, None)
        cell_figures = {scale: figures_of(column, scale) for scale in competences}
        for group, code in enumerate(column.codes):
            decision = overall.groups[place][group]
            if not decision.is_shown:
                own["hidden"] += 1
                continue
            is_coarse = always_coarse or decision.detail is Detail.COARSE
            cells = {
                scale: {
                    name: shown_mean(
                        values[group], table.groups[place][group].detail, always_coarse=is_coarse
                    )
                    for name, values in cell_figures[scale].items()
                }
                for scale, table in competences.items()
                if table.groups[place][group].is_shown
            }
            own["groups"].append(
                {
                    "code": code,
                    "name": names.get(code),
                    "n": None if column.slice.hides_counts else int(np.count_nonzero(column.labels == group)),
                    "is_coarse": is_coarse,
                    **{
                        name: shown_mean(values[group], decision.detail, always_coarse=is_coarse)
                        for name, values in whole_figures.items()
                    },
                    "cells": cells,
                }
            )
    return list(slices.values())


def basis_of(response_ids: IntArray, columns: Sequence[Column], overall: TableDecision) -> dict[str, Any]:
    """Whose figures these are and which groups are printed; kept to check later snapshots, never shown."""
    return {
        "responses": response_ids.tolist(),
        "columns": [
            {
                "slice": column.slice.code,
                "codes": list(column.codes),
                "labels": column.labels.tolist(),
                "shown": [group.is_shown for group in overall.groups[place]],
            }
            for place, column in enumerate(columns)
        ],
    }
