"""A person's two waves side by side, in the order she reads them."""

from collections.abc import Mapping
from dataclasses import dataclass

from surveys.definition.model import Definition, Scale
from surveys.models import ScaleChange, Score
from surveys.scale_roles import CompetenceScales, competence_scales, overall_scale
from surveys.services.person_changes import FALLBACK
from surveys.services.profiles import standing_of


@dataclass(frozen=True)
class ChangeRow:
    """One topic of a person's comparison; None where a wave has no such number."""

    name: str
    starting: float | None
    final: float | None
    low: float | None
    high: float | None
    """The final score with its precision."""
    change: float | None
    verdict: str | None
    starting_level: str
    final_level: str
    self_rating: tuple[float, float] | None
    tasks: tuple[float, float] | None
    then_now: tuple[float, float] | None
    is_fallback: bool
    is_overall: bool = False


def change_table(
    definition: Definition, changes: Mapping[str, ScaleChange], scores: Mapping[str, Score], language: str
) -> list[ChangeRow]:
    """Rows in the order of the instrument, the overall index last."""
    rows = [
        _change_row(
            definition,
            (scales.competence.short_name or scales.competence.name).in_language(language),
            changes.get(scales.index.code),
            scores.get(scales.index.code),
            language,
            self_rating=_both(changes, scales.self_rating),
            tasks=_both(changes, scales.tasks),
            then_now=_then_now(scores, scales),
        )
        for scales in competence_scales(definition)
    ]
    whole = overall_scale(definition)
    if whole is not None and whole.code in changes:
        title = whole.title.in_language(language) if whole.title else whole.code
        rows.append(
            _change_row(
                definition, title, changes[whole.code], scores.get(whole.code), language, is_overall=True
            )
        )
    return rows


def _change_row(
    definition: Definition,
    name: str,
    change: ScaleChange | None,
    score: Score | None,
    language: str,
    *,
    self_rating: tuple[float, float] | None = None,
    tasks: tuple[float, float] | None = None,
    then_now: tuple[float, float] | None = None,
    is_overall: bool = False,
) -> ChangeRow:
    standing = standing_of(definition, score)

    def level(code: str | None) -> str:
        return definition.level(code).title.in_language(language) if code is not None else ""

    return ChangeRow(
        name=name,
        starting=change.starting_percent if change else None,
        final=change.final_percent if change else None,
        low=standing.low if change and standing else None,
        high=standing.high if change and standing else None,
        change=change.final_percent - change.starting_percent if change else None,
        verdict=change.verdict if change else None,
        starting_level=level(change.starting_level) if change else "",
        final_level=level(change.final_level) if change else "",
        self_rating=self_rating,
        tasks=tasks,
        then_now=then_now,
        is_fallback=change is not None and change.rule == FALLBACK,
        is_overall=is_overall,
    )


def _both(changes: Mapping[str, ScaleChange], scale: Scale | None) -> tuple[float, float] | None:
    change = changes.get(scale.code) if scale else None
    return (change.starting_percent, change.final_percent) if change else None


def _then_now(scores: Mapping[str, Score], scales: CompetenceScales) -> tuple[float, float] | None:
    then = scores.get(scales.then.code) if scales.then else None
    now = scores.get(scales.now.code) if scales.now else None
    if then is None or now is None or then.percent is None or now.percent is None:
        return None
    return then.percent, now.percent
