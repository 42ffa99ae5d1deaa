"""Which scale of an instrument is what to a reader: a topic's index, its two sides, the look back, the whole."""

from dataclasses import dataclass

from surveys.definition.model import Competence, Definition, Scale

THEN, NOW = "then", "now"


@dataclass(frozen=True)
class CompetenceScales:
    """Scales of one competence; None where the instrument has no such side."""

    competence: Competence
    index: Scale
    self_rating: Scale | None
    tasks: Scale | None
    then: Scale | None
    now: Scale | None


def competence_scales(definition: Definition) -> tuple[CompetenceScales, ...]:
    """Competences that get a number, in the order they are shown."""
    return tuple(
        CompetenceScales(
            competence,
            index,
            self_rating=_part(definition, index, "mean_percent"),
            tasks=_part(definition, index, "points_percent"),
            then=_find(definition, f"{competence.code}.{THEN}"),
            now=_find(definition, f"{competence.code}.{NOW}"),
        )
        for competence in definition.competences
        if (index := _index(definition, competence)) is not None
    )


def overall_scale(definition: Definition) -> Scale | None:
    """The scale that sums the competences up."""
    return next((scale for scale in definition.scales if scale.method == "mean_of_scales"), None)


def plain(cut: float) -> float:
    """40, not 40.0: a cut is written as its author wrote it."""
    return int(cut) if cut == int(cut) else cut


def _index(definition: Definition, competence: Competence) -> Scale | None:
    own = [scale for scale in definition.scales if scale.competence == competence.code]
    named = [scale for scale in own if scale.code == competence.code]
    return next(iter(named or own), None)


def _part(definition: Definition, index: Scale, method: str) -> Scale | None:
    parts = (definition.scale(code) for code in index.parts)
    return next((scale for scale in parts if scale.method == method), None)


def _find(definition: Definition, code: str) -> Scale | None:
    return definition.scale(code) if definition.has_scale(code) else None
