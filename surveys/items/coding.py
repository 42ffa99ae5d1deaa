"""Answers as small integers, points as a table by them: how thousands of responses are scored at once."""

from collections.abc import Mapping, Sequence
from math import nan
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from surveys.definition.model import Item
from surveys.items.base import MISSING_CODES, Answer, get_type

Responses: TypeAlias = Sequence[Mapping[str, Answer]]


def points_table(item: Item) -> NDArray[np.float64]:
    """Points by code; the last four are of the missing codes, which index from the end. NaN = no score."""
    item_type = get_type(item)
    points = item_type.points(item)
    return np.array([*points, nan, nan, nan, item_type.skipped_points(item)])


class Coding:
    """The coding of some items, compiled once for a version and scoring and kept.

    Codes of likert, single and situation are option positions and outlive a correction of keys; those of
    multiple, ordering, matching and number say how right the answer is, so a new scoring reads codes anew.
    """

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = tuple(items)
        self._coders = [get_type(item).value_coder(item) for item in items]
        self._tables = [points_table(item) for item in items]

    def codes(self, responses: Responses) -> NDArray[np.int8]:
        """Codes, shape (n_responses, n_items), stored by column; an absent answer is not_reached."""
        codes = np.empty((len(responses), len(self.items)), dtype=np.int8, order="F")
        missing = MISSING_CODES
        not_reached = {"m": "not_reached"}
        for column, (item, code_of) in enumerate(zip(self.items, self._coders, strict=True)):
            key = item.code
            answers = [response.get(key, not_reached) for response in responses]
            codes[:, column] = [
                code_of(answer["v"]) if "v" in answer else missing[answer["m"]] for answer in answers
            ]
        return codes

    def points(self, codes: NDArray[np.int8]) -> NDArray[np.float64]:
        """Scores of coded answers, same shape as `codes`; NaN where an answer has none."""
        points = np.empty(codes.shape, order="F")
        for column, table in enumerate(self._tables):
            points[:, column] = table[codes[:, column]]
        return points


def score_many(items: Sequence[Item], responses: Responses) -> NDArray[np.float64]:
    """Scores, shape (n_responses, n_items); NaN where an answer has none."""
    coding = Coding(items)
    return coding.points(coding.codes(responses))


def code_of(item: Item, answer: Answer) -> int:
    """The code of one answer."""
    return get_type(item).value_coder(item)(answer["v"]) if "v" in answer else MISSING_CODES[answer["m"]]


def score(item: Item, answer: Answer) -> float | None:
    """The score of one answer; None where it has none."""
    points = float(points_table(item)[code_of(item, answer)])
    return None if points != points else points
