"""Answers of the archive's diagnostics: item by item, so that scoring them gives the published figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from random import Random
from typing import Any

import numpy as np

from app.demo.profiles import Matrix
from surveys.definition.model import Definition, Item
from surveys.items.base import Answer
from surveys.items.coding import score_many

SELF_WEIGHT = 0.6
TASKS_WEIGHT = 0.4
STEPS = 4  # from the lowest answer of a self item to the highest
INFLATION, TASK_NOISE = 8.0, 14.0  # people rate themselves above what they solve
ITEM_NOISE = 0.75
SHARE_SKIPPED = 0.01  # of topics with one self item left out
SHARE_GIVEN_UP = 0.15  # of tasks without points that were left, not failed


@dataclass
class Topic:
    """One competence of one person: steps won in the self items, points in the two tasks."""

    steps: int
    answered: int
    tasks: tuple[float, float]
    possible: float

    @property
    def percent(self) -> float:
        own = 100 * self.steps / (STEPS * self.answered)
        return SELF_WEIGHT * own + TASKS_WEIGHT * 100 * sum(self.tasks) / self.possible

    @property
    def step(self) -> float:
        """What one step of a self item changes."""
        return SELF_WEIGHT * 100 / (STEPS * self.answered)

    def can_move(self, by: int) -> bool:
        return 0 <= self.steps + by <= STEPS * self.answered


class TaskBook:
    """The tasks of an instrument with every way to answer each, by the points it earns."""

    def __init__(self, definition: Definition) -> None:
        self._ways = {item.code: _ways(item) for item in definition.items if item.code.startswith("K-")}
        self._by_competence = {
            competence.code: [
                item.code
                for item in definition.items
                if item.competence == competence.code and item.code in self._ways
            ]
            for competence in definition.competences
        }

    def choose(self, competence: str, percent: float) -> tuple[float, float]:
        """Points of the two tasks that come nearest to `percent`."""
        first, second = (self._ways[code] for code in self._by_competence[competence])
        possible = self.possible(competence)
        return min(
            product(sorted(first), sorted(second)), key=lambda pair: abs(100 * sum(pair) / possible - percent)
        )

    def possible(self, competence: str) -> float:
        return sum(max(self._ways[code]) for code in self._by_competence[competence])

    def answers(self, competence: str, points: Sequence[float], rng: Random) -> dict[str, Answer]:
        """An answer to each task that earns these points."""
        given: dict[str, Answer] = {}
        for code, earned in zip(self._by_competence[competence], points, strict=True):
            left_out = earned == 0 and rng.random() < SHARE_GIVEN_UP
            given[code] = {"m": "skipped"} if left_out else {"v": rng.choice(self._ways[code][earned])}
        return given

    def codes(self, competence: str) -> list[str]:
        return self._by_competence[competence]


def _ways(item: Item) -> dict[float, list[Any]]:
    codes = [option.code for option in item.options]
    values: list[Any]
    if item.type == "multiple":
        picks = product((False, True), repeat=len(codes))
        values = [[code for code, taken in zip(codes, pick, strict=True) if taken] for pick in picks][1:]
    elif item.type == "ordering":
        values = [list(order) for order in permutations(codes)]
    elif item.type == "matching":
        left, right = ([option.code for option in side] for side in (item.left, item.right))
        values = [dict(zip(left, order, strict=True)) for order in permutations(right, len(left))]
    else:
        values = codes
    points = score_many([item], [{item.code: {"v": value}} for value in values])[:, 0]
    ways: dict[float, list[Any]] = {}
    for value, earned in zip(values, points.tolist(), strict=True):
        ways.setdefault(earned, []).append(value)
    return ways


def plan_topics(
    rng: Random, book: TaskBook, profiles: Matrix, means: Mapping[str, float]
) -> list[dict[str, Topic]]:
    """Topics in whole steps and points whose column means are the published ones to a few hundredths."""
    codes = list(means)
    people = []
    for row in profiles:
        carried, topics = 0.0, {}
        for code, percent in zip(codes, row, strict=True):
            if np.isnan(percent):
                continue
            wanted = float(percent) + carried
            topics[code] = _topic(rng, book, code, wanted)
            # What whole steps cannot give here, the next topic makes up for.
            carried = wanted - topics[code].percent
        people.append(topics)
    for code, mean in means.items():
        _settle(people, profiles, code, mean)
    return people


def _topic(rng: Random, book: TaskBook, code: str, percent: float) -> Topic:
    tasks = book.choose(code, percent - INFLATION + rng.gauss(0, TASK_NOISE))
    possible = book.possible(code)
    answered = 5 if rng.random() < SHARE_SKIPPED else 6
    own = (percent - TASKS_WEIGHT * 100 * sum(tasks) / possible) / SELF_WEIGHT
    steps = round(own / 100 * STEPS * answered)
    return Topic(min(max(steps, 0), STEPS * answered), answered, tasks, possible)


def _settle(people: list[dict[str, Topic]], profiles: Matrix, code: str, mean: float) -> None:
    """Move single steps until the column's mean is right, first of those whose own index is furthest off."""
    holders = [i for i, topics in enumerate(people) if code in topics]
    wanted_rows = np.nanmean(profiles, axis=1)
    while True:
        excess = sum(people[i][code].percent - mean for i in holders)
        by = -1 if excess > 0 else 1
        free = [i for i in holders if people[i][code].answered == 6 and people[i][code].can_move(by)]
        step = people[free[0]][code].step
        if abs(excess) <= step / 2:
            return

        def row_error(i: int) -> float:
            return float(np.mean([topic.percent for topic in people[i].values()]) - wanted_rows[i])

        chosen = max(free, key=lambda i: -by * row_error(i))
        people[chosen][code].steps += by


def write_answers(
    rng: Random, definition: Definition, book: TaskBook, topics: Mapping[str, Topic]
) -> dict[str, Answer]:
    """Answers to the self items and the tasks of all competences."""
    answers: dict[str, Answer] = {}
    for competence in definition.competences:
        own = [i for i in definition.items if i.code.startswith(f"S-{competence.code}-")]
        topic = topics.get(competence.code)
        if topic is None:
            answers |= {item.code: {"m": "na"} for item in own}
            answers |= {code: {"m": "not_shown"} for code in book.codes(competence.code)}
            continue
        answers |= _self_answers(rng, own, topic)
        answers |= book.answers(competence.code, topic.tasks, rng)
    return answers


def _self_answers(rng: Random, items: Sequence[Item], topic: Topic) -> dict[str, Answer]:
    left_out = set(rng.sample(range(len(items)), len(items) - topic.answered))
    lean = [topic.steps / topic.answered + rng.gauss(0, ITEM_NOISE) for _ in range(topic.answered)]
    won = iter(_whole(lean, topic.steps))
    answers: dict[str, Answer] = {}
    for index, item in enumerate(items):
        if index in left_out:
            answers[item.code] = {"m": "skipped"}
            continue
        value = 1 + next(won)
        answers[item.code] = {"v": str(6 - value if item.settings.get("reverse") else value)}
    return answers


def _whole(lean: Sequence[float], total: int) -> list[int]:
    """Whole numbers from 0 to 4 near `lean` that add up to `total`."""
    whole = [min(max(round(value), 0), STEPS) for value in lean]
    while (gap := total - sum(whole)) != 0:
        by = 1 if gap > 0 else -1
        free = [i for i, value in enumerate(whole) if 0 <= value + by <= STEPS]
        whole[max(free, key=lambda i: by * (lean[i] - whole[i]))] += by
    return whole


def retrospective_answers(
    rng: Random, definition: Definition, starting: Mapping[str, Topic] | None, final: Mapping[str, Topic]
) -> dict[str, Answer]:
    """«Тогда и сейчас»: looking back people rate where they began a little lower than they did then."""
    answers: dict[str, Answer] = {}
    for code in (competence.code for competence in definition.competences):
        topic = final.get(code)
        if topic is None:
            answers |= {f"R-{code}-then": {"m": "skipped"}, f"R-{code}-now": {"m": "skipped"}}
            continue
        before = starting.get(code) if starting else None
        then = (before.percent if before else topic.percent - 12) - 5
        answers[f"R-{code}-then"] = {"v": _mastery(then + rng.gauss(0, 8))}
        answers[f"R-{code}-now"] = {"v": _mastery(topic.percent + rng.gauss(0, 8))}
    return answers


def _mastery(percent: float) -> str:
    return str(1 + min(max(round(percent / 25), 0), 4))
