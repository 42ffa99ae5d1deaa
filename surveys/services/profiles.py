"""A person's results put into the order she reads them in: strengths, growth zones, each topic, its tasks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any

from psychometrics.change.reliable import CRITICAL_VALUE
from psychometrics.scoring import distance_to_cut, self_tasks_gap
from surveys.answer_keys import AFTER_FINAL_WAVE, answer_in_words, key_in_words
from surveys.definition.model import Definition, Item, Level, Scale
from surveys.models import Score
from surveys.scale_roles import CompetenceScales, competence_scales, overall_scale
from surveys.scale_scores import ScoringPlan

MOST_STRENGTHS = 2
MOST_GROWTH_ZONES = 3
DONE_WELL = 2 / 3
"""Share of a task's points from which it counts as done well."""
NEAR_CUT_ERRORS = 0.43
"""Within so many standard errors of a cut the true level is the neighbouring one at least one time in three."""
NEAR_CUT_POINTS = 3.0
"""The same while the standard error is not known."""
EQUAL_WITHIN = 1e-9
"""Percents closer than this differ by their arithmetic alone."""


@dataclass(frozen=True)
class Standing:
    """A percent with its level and precision."""

    percent: float
    level: Level | None
    neighbour: Level | None
    """The level beyond a cut so near that the score may as well belong there."""
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Task:
    """How one task went; the key is there only when keys are open."""

    topic: str
    is_done_well: bool
    text: str
    answer: Sequence[str]
    key: Sequence[str]
    rationale: str


@dataclass(frozen=True)
class Topic:
    """One competence in a profile."""

    code: str
    name: str
    short_name: str
    standing: Standing | None
    self_rating: float | None
    tasks_percent: float | None
    gap: int
    """1 where the self-rating is well above the tasks, -1 where the tasks are, else 0."""
    feedback: str
    tasks: Sequence[Task]

    @property
    def is_deficit(self) -> bool:
        return (
            self.standing is not None and self.standing.level is not None and self.standing.level.is_deficit
        )

    @property
    def is_strong(self) -> bool:
        """On a level that asks for no work: a strength by itself, not only beside weaker topics."""
        return (
            self.standing is not None
            and self.standing.level is not None
            and not self.standing.level.is_deficit
        )


@dataclass(frozen=True)
class Profile:
    """All of it."""

    topics: Sequence[Topic]
    strengths: Sequence[Topic]
    growth_zones: Sequence[Topic]
    overall: Standing | None
    overall_title: str
    keys_are_open: bool

    @property
    def n_measured(self) -> int:
        return sum(topic.standing is not None for topic in self.topics)


@dataclass(frozen=True)
class _Reading:
    """What every part of one profile is made from."""

    plan: ScoringPlan
    scores: Mapping[str, Score]
    answers: Mapping[str, Any]
    points: Mapping[str, float]
    language: str
    keys_are_open: bool

    def percent(self, scale: Scale | None) -> float | None:
        score = self.scores.get(scale.code) if scale else None
        return score.percent if score else None


def keys_are_open(definition: Definition, *, wave_is_closed: bool, final_is_closed: bool) -> bool:
    """Whether keys and rationales may be shown to people who have submitted."""
    return {
        "after_submit": True,
        "after_wave_closed": wave_is_closed,
        AFTER_FINAL_WAVE: final_is_closed,
    }.get(definition.keys_open, False)


def build_profile(
    plan: ScoringPlan,
    scores: Mapping[str, Score],
    answers: Mapping[str, Any],
    *,
    language: str,
    keys_are_open: bool,
) -> Profile:
    """The profile of one scored response."""
    definition = plan.definition
    points = plan.points(plan.codes([answers]))[0].tolist()
    by_item = {code: points[column] for code, column in plan.columns.items()}
    reading = _Reading(plan, scores, answers, by_item, language, keys_are_open)
    topics = [_topic(reading, scales) for scales in competence_scales(definition)]
    strengths = find_strengths(topics)
    whole = overall_scale(definition)
    return Profile(
        topics=topics,
        strengths=strengths,
        growth_zones=find_growth_zones(topics, strengths),
        overall=standing_of(definition, scores.get(whole.code)) if whole else None,
        overall_title=whole.title.in_language(language) if whole and whole.title else "",
        keys_are_open=keys_are_open,
    )


def find_strengths(topics: Sequence[Topic]) -> list[Topic]:
    """The best topics, at most two.

    One below the level that asks for no work is a strength only where every topic left out is weaker
    and there is such a topic: it can then be said truthfully that it is stronger than the rest.
    """
    best_first = _by_percent(topics, best_first=True)
    n = min(MOST_STRENGTHS, len(best_first))
    while n and not best_first[n - 1].is_strong and not _stands_above_the_rest(best_first, n):
        n -= 1
    return best_first[:n]


def find_growth_zones(topics: Sequence[Topic], strengths: Sequence[Topic]) -> list[Topic]:
    """The topics to begin with, weakest first, at most three."""
    weakest_first = _by_percent(topics, best_first=False)
    return [topic for topic in weakest_first if topic.is_deficit and topic not in strengths][
        :MOST_GROWTH_ZONES
    ]


def _by_percent(topics: Sequence[Topic], *, best_first: bool) -> list[Topic]:
    """The measured topics; equal percents stay in the order of the instrument."""
    sign = -1 if best_first else 1
    measured = [(sign * topic.standing.percent, topic) for topic in topics if topic.standing]
    return [topic for _percent, topic in sorted(measured, key=lambda pair: pair[0])]


def _stands_above_the_rest(best_first: Sequence[Topic], n: int) -> bool:
    if n == len(best_first):
        return False
    last, next_one = best_first[n - 1].standing, best_first[n].standing
    return last is not None and next_one is not None and last.percent - next_one.percent > EQUAL_WITHIN


def standing_of(definition: Definition, score: Score | None) -> Standing | None:
    """Where a score stands; None where there is none."""
    if score is None or score.percent is None:
        return None
    error = score.standard_error
    reach = None if error is None else CRITICAL_VALUE * error
    return Standing(
        percent=score.percent,
        level=definition.level_for(score.percent),
        neighbour=_neighbour(definition, score.percent, error),
        low=None if reach is None else max(0.0, score.percent - reach),
        high=None if reach is None else min(100.0, score.percent + reach),
    )


def _neighbour(definition: Definition, percent: float, error: float | None) -> Level | None:
    cuts = [level.from_percent for level in definition.levels]
    if not cuts:
        return None
    distance = float(distance_to_cut([percent], cuts)[0])
    if distance >= (NEAR_CUT_POINTS if error is None else NEAR_CUT_ERRORS * error):
        return None
    nearest = min(range(1, len(cuts)), key=lambda place: abs(cuts[place] - percent))
    own = definition.level_for(percent)
    above, below = definition.levels[nearest], definition.levels[nearest - 1]
    return below if own is above else above


def _topic(reading: _Reading, scales: CompetenceScales) -> Topic:
    definition, competence, language = reading.plan.definition, scales.competence, reading.language
    standing = standing_of(definition, reading.scores.get(scales.index.code))
    own, tasks = reading.percent(scales.self_rating), reading.percent(scales.tasks)
    feedback = None
    if standing is not None and standing.level is not None:
        feedback = competence.feedback.get(standing.level.code) or standing.level.advice
    items = definition.items_of_scale(scales.tasks) if scales.tasks and standing is not None else ()
    return Topic(
        code=competence.code,
        name=competence.name.in_language(language),
        short_name=(competence.short_name or competence.name).in_language(language),
        standing=standing,
        self_rating=own,
        tasks_percent=tasks,
        gap=_gap(definition, own, tasks),
        feedback=feedback.in_language(language) if feedback else "",
        tasks=[task for item in items if (task := _task(reading, item)) is not None],
    )


def _gap(definition: Definition, own: float | None, tasks: float | None) -> int:
    gap = definition.quality.self_tasks_gap
    if gap is None:
        return 0
    return int(self_tasks_gap([nan if own is None else own], [nan if tasks is None else tasks], gap=gap)[0])


def _task(reading: _Reading, item: Item) -> Task | None:
    """One task shown to the person; without a topic there is nothing to name it by."""
    answer = reading.answers.get(item.code)
    bounds = reading.plan.ranges[item.code]
    if item.topic is None or bounds is None or answer is None:
        return None
    if answer.get("m") in ("not_shown", "not_reached"):
        return None
    language, is_open = reading.language, reading.keys_are_open
    return Task(
        topic=item.topic.in_language(language),
        is_done_well=reading.points[item.code] >= DONE_WELL * bounds.maximum,
        text=item.text.in_language(language) if is_open else "",
        answer=answer_in_words(item, answer, language) if is_open else [],
        key=key_in_words(item, language) if is_open else [],
        rationale=item.rationale.in_language(language) if is_open and item.rationale else "",
    )
