"""Builds the frozen definition from a document whose shape has been checked."""

from collections.abc import Mapping
from typing import Any

from surveys.definition import model
from surveys.definition.expressions import Tree, parse

_GENERIC_KEYS = frozenset(
    [
        "code",
        "type",
        "text",
        "competence",
        "topic",
        "rationale",
        "required",
        "required_if",
        "options",
        "left",
        "right",
        "unit",
    ]
)


def build(document: Mapping[str, Any]) -> model.Definition:
    """The definition a document describes; texts are already written by language.

    The document is a published one or has passed the checks, so a loose end raises KeyError.
    """
    return _Builder(document).definition()


class _Builder:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.languages = tuple(document["languages"])
        scales = document.get("answer_scales", {})
        self.answer_scales = {code: self.answer_scale(code, written) for code, written in scales.items()}

    def definition(self) -> model.Definition:
        document = self.document
        return model.Definition(
            code=document["code"],
            version=document["version"],
            languages=self.languages,
            title=self.text(document["title"]),
            intro=self.maybe_text(document, "intro"),
            closing=self.maybe_text(document, "closing"),
            minutes=document.get("minutes"),
            parts=tuple(self.part(written) for written in document["parts"]),
            levels=self.levels(document.get("levels", [])),
            alternative_levels={
                name: self.levels(written) for name, written in document.get("alternative_levels", {}).items()
            },
            answer_scales=tuple(self.answer_scales.values()),
            competences=tuple(self.competence(written) for written in document.get("competences", [])),
            items=tuple(self.item(written) for written in document["items"]),
            scales=tuple(self.scale(written) for written in document.get("scales", [])),
            pages=tuple(self.page(written) for written in document["pages"]),
            quality=_quality(document.get("quality", {})),
            comparison=_comparison(document.get("comparison", {})),
            keys_open=document.get("keys_open", "after_final_wave_closed"),
            document=document,
        )

    def text(self, written: Mapping[str, str]) -> model.Text:
        return model.Text(dict(written), self.languages[0])

    def maybe_text(self, holder: Mapping[str, Any], key: str) -> model.Text | None:
        return self.text(holder[key]) if key in holder else None

    def part(self, written: Mapping[str, Any]) -> model.Part:
        return model.Part(
            code=written["code"],
            title=self.text(written["title"]),
            minutes=written.get("minutes"),
            min_seconds=written.get("min_seconds"),
        )

    def levels(self, written: list[Mapping[str, Any]]) -> tuple[model.Level, ...]:
        return tuple(
            model.Level(
                code=level["code"],
                title=self.text(level["title"]),
                from_percent=float(level["from"]),
                is_deficit=level.get("is_deficit", False),
                advice=self.maybe_text(level, "advice"),
            )
            for level in written
        )

    def answer_scale(self, code: str, written: Mapping[str, Any]) -> model.AnswerScale:
        return model.AnswerScale(
            code=code,
            options=self.options(written["options"]),
            prompt=self.maybe_text(written, "prompt"),
            not_applicable=self.maybe_text(written, "not_applicable"),
        )

    def options(self, written: list[Mapping[str, Any]]) -> tuple[model.Option, ...]:
        return tuple(
            model.Option(
                code=option["code"],
                text=self.text(option["text"]),
                value=option.get("value"),
                points=option.get("points"),
                is_correct=option.get("is_correct", False),
            )
            for option in written
        )

    def competence(self, written: Mapping[str, Any]) -> model.Competence:
        return model.Competence(
            code=written["code"],
            name=self.text(written["name"]),
            group=written.get("group"),
            short_name=self.maybe_text(written, "short_name"),
            description=self.maybe_text(written, "description"),
            recommended_forms=tuple(written.get("recommended_forms", [])),
            feedback={level: self.text(words) for level, words in written.get("feedback", {}).items()},
        )

    def item(self, written: Mapping[str, Any]) -> model.Item:
        shared = self.answer_scales.get(written.get("answer_scale", ""))
        return model.Item(
            code=written["code"],
            type=written["type"],
            text=self.text(written["text"]),
            competence=written.get("competence"),
            topic=self.maybe_text(written, "topic"),
            rationale=self.maybe_text(written, "rationale"),
            is_required=written.get("required", False),
            required_if=_expression(written, "required_if"),
            options=shared.options if shared else self.options(written.get("options", [])),
            left=self.options(written.get("left", [])),
            right=self.options(written.get("right", [])),
            prompt=shared.prompt if shared else None,
            not_applicable=shared.not_applicable if shared else None,
            unit=self.maybe_text(written, "unit"),
            settings={key: value for key, value in written.items() if key not in _GENERIC_KEYS},
        )

    def scale(self, written: Mapping[str, Any]) -> model.Scale:
        return model.Scale(
            code=written["code"],
            method=written["method"],
            competence=written.get("competence"),
            part=written.get("part"),
            title=self.maybe_text(written, "title"),
            items=tuple(written.get("items", [])),
            min_answered=written.get("min_answered"),
            weights=dict(written.get("weights", {})),
            scales=tuple(written.get("scales", [])),
            min_scales=written.get("min_scales"),
        )

    def page(self, written: Mapping[str, Any]) -> model.Page:
        return model.Page(
            code=written["code"],
            part=written["part"],
            items=tuple(written["items"]),
            competence=written.get("competence"),
            title=self.maybe_text(written, "title"),
            prompt=self.maybe_text(written, "prompt"),
            waves=tuple(wave for wave in model.WAVES if wave in written.get("waves", model.WAVES)),
            show_if=_expression(written, "show_if"),
        )


def _expression(holder: Mapping[str, Any], key: str) -> Tree | None:
    return parse(holder[key]) if key in holder else None


def _quality(written: Mapping[str, Any]) -> model.Quality:
    straight = written.get("straight_lining", {})
    not_applicable = written.get("many_not_applicable", {})
    incomplete = written.get("incomplete_tasks", {})
    return model.Quality(
        straight_lining_part=straight.get("part"),
        straight_lining_share=straight.get("share"),
        not_applicable_part=not_applicable.get("part"),
        not_applicable_more_than=not_applicable.get("more_than"),
        incomplete_part=incomplete.get("part"),
        incomplete_more_than=incomplete.get("more_than"),
        self_tasks_gap=written.get("self_tasks_gap"),
    )


def _comparison(written: Mapping[str, Any]) -> model.Comparison:
    standard = model.Comparison()
    return model.Comparison(
        reliable_change_min_n=written.get("reliable_change_min_n", standard.reliable_change_min_n),
        fallback_change=written.get("fallback_change", standard.fallback_change),
        has_same_items=written.get("same_items_in_both_waves", standard.has_same_items),
    )
