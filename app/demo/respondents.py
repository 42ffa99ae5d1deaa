"""Who answered which wave of the archive, and with what: the generator's whole result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from app.demo.answers import (
    TaskBook,
    Topic,
    plan_topics,
    retrospective_answers,
    write_answers,
)
from app.demo.invention import Invented
from app.demo.profiles import SHIFT, STEADINESS, Band, draw_indexes, draw_profiles
from app.demo.source import read
from surveys.definition.model import Definition
from surveys.items.base import Answer

SEED = 2024
DIFFERENCES = 9.0  # between people who are not drawn as pairs, in points of the index
NOT_APPLICABLE = ("DIGI", "FGOS")
"""Topics that do not concern one person each; both means lie near the overall one, which they leave in place."""


@dataclass(frozen=True)
class Respondent:
    """A person's answers; None for a wave not taken. `gain` says how far the index moved."""

    person: Invented
    starting: dict[str, Answer] | None
    final: dict[str, Answer] | None
    gain: float | None = None


def invent_respondents(definition: Definition, participants: Sequence[Invented]) -> list[Respondent]:
    """Answers of everybody who took part, the same ones every time."""
    source = read("programme")["diagnostics"]
    rng = Random(SEED)  # noqa: S311 - a reproducible invention, no secret
    book = TaskBook(definition)
    pairs, starting_only, final_only = _choose(rng, participants, source)
    return [
        *_invent_pairs(rng, definition, book, pairs, source),
        *_invent_single(rng, definition, book, starting_only, source["starting"], wave="starting"),
        *_invent_single(rng, definition, book, final_only, source["final"], wave="final"),
    ]


def invent_starting_answers(
    rng: Random, definition: Definition, people: Sequence[Invented], means: Mapping[str, float]
) -> list[dict[str, Answer]]:
    """Answers of people to a starting wave with these means."""
    book = TaskBook(definition)
    made = _invent_single(rng, definition, book, people, means, wave="starting")
    return [respondent.starting for respondent in made if respondent.starting is not None]


def invent_final_answers(
    rng: Random, definition: Definition, people: Sequence[Invented], means: Mapping[str, float]
) -> list[dict[str, Answer]]:
    """Answers of people to a final wave with these means, the look back among them."""
    made = _invent_single(rng, definition, TaskBook(definition), people, means, wave="final")
    return [respondent.final for respondent in made if respondent.final is not None]


def _choose(
    rng: Random, participants: Sequence[Invented], source: Mapping[str, Any]
) -> tuple[list[Invented], list[Invented], list[Invented]]:
    """Pairs, starting only, final only; of the small school exactly so many pairs as asked, and nobody else."""
    small = source["small_school"]
    of_small = [person for person in participants if person.school == small["name"]]
    others = [person for person in participants if person.school != small["name"]]
    n_pairs = sum(sum(row.values()) for row in source["transitions"].values())
    rng.shuffle(others)
    # The visitor's own account took both waves.
    others.sort(key=lambda person: person.login != "teacher")
    pairs = [*others[: n_pairs - small["pairs"]], *of_small[: small["pairs"]]]
    rng.shuffle(pairs)
    rest = others[n_pairs - small["pairs"] :]
    n_starting = source["starting_only"]
    return pairs, rest[:n_starting], rest[n_starting : n_starting + source["final_only"]]


def _invent_pairs(
    rng: Random,
    definition: Definition,
    book: TaskBook,
    people: Sequence[Invented],
    source: Mapping[str, Any],
) -> list[Respondent]:
    bands = _bands(definition)
    moves = [
        (before, after)
        for before, row in source["transitions"].items()
        for after, count in row.items()
        for _ in range(count)
    ]
    before = [bands[move[0]] for move in moves]
    after = [bands[move[1]] for move in moves]
    start_mean, final_mean = _mean(source["starting"]), _mean(source["final"])
    centres = [
        start_mean if band in (bands["basic"], bands["elevated"]) else _middle(band) for band in before
    ]
    starting = draw_indexes(rng, before, centres, mean=start_mean)
    hoped = [final_mean + STEADINESS * (index - start_mean) + rng.gauss(0, SHIFT / 2) for index in starting]
    final = draw_indexes(rng, after, hoped, mean=final_mean)
    missing = _missing(starting, final, source)
    topics = [
        _topics(rng, book, people, indexes, source[wave], missing, source["leanings"])
        for wave, indexes in (("starting", starting), ("final", final))
    ]
    return [
        Respondent(
            person=person,
            starting=write_answers(rng, definition, book, first),
            final=write_answers(rng, definition, book, second)
            | retrospective_answers(rng, definition, first, second),
            gain=end - begin,
        )
        for person, first, second, begin, end in zip(people, *topics, starting, final, strict=True)
    ]


def _invent_single(
    rng: Random,
    definition: Definition,
    book: TaskBook,
    people: Sequence[Invented],
    means: Mapping[str, float],
    *,
    wave: str,
) -> list[Respondent]:
    source = read("programme")["diagnostics"]
    whole = [Band(0, 100)] * len(people)
    mean = _mean(means)
    centres = [mean + _standing(person) for person in people]
    indexes = draw_indexes(rng, whole, centres, mean=mean)
    topics = _topics(rng, book, people, indexes, means, [None] * len(people), source["leanings"])
    respondents = []
    for person, own in zip(people, topics, strict=True):
        answers = write_answers(rng, definition, book, own)
        if wave == "final":
            answers |= retrospective_answers(rng, definition, None, own)
        is_final = wave == "final"
        respondents.append(Respondent(person, None if is_final else answers, answers if is_final else None))
    return respondents


def _standing(person: Invented) -> float:
    """How far above the mean a person stands in every wave."""
    return Random(person.email).gauss(0, DIFFERENCES)  # noqa: S311 - a reproducible invention


def _topics(
    rng: Random,
    book: TaskBook,
    people: Sequence[Invented],
    indexes: Sequence[float],
    means: Mapping[str, float],
    missing: Sequence[str | None],
    leanings: Mapping[str, Mapping[str, float]],
) -> list[dict[str, Topic]]:
    own = [leanings.get(person.subjects[0], {}) if person.subjects else {} for person in people]
    return plan_topics(rng, book, draw_profiles(rng, indexes, means, own, missing), means)


def _missing(
    starting: Sequence[float], final: Sequence[float], source: Mapping[str, Any]
) -> list[str | None]:
    """For each such topic the person whose indexes lie nearest its means: leaving it out moves no mean."""
    missing: list[str | None] = [None] * len(starting)
    for code in NOT_APPLICABLE:
        before, after = source["starting"][code], source["final"][code]
        nearest = min(
            (i for i in range(len(starting)) if missing[i] is None),
            key=lambda i: abs(starting[i] - before) + abs(final[i] - after),
        )
        missing[nearest] = code
    return missing


def _bands(definition: Definition) -> dict[str, Band]:
    cuts = [*(level.from_percent for level in definition.levels), 100.0]
    return {
        level.code: Band(low, high)
        for level, low, high in zip(definition.levels, cuts, cuts[1:], strict=False)
    }


def _mean(means: Mapping[str, float]) -> float:
    return sum(means.values()) / len(means)


def _middle(band: Band) -> float:
    low, high = band.inner()
    return (low + high) / 2
