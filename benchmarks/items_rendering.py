"""CPU time of joining a page of 40 shuffled, prefilled items of 5 options, and of scoring 40 items a response.

Run: python -m benchmarks.items_rendering
"""

from collections.abc import Callable
from itertools import count
from pathlib import Path
from random import Random
from time import process_time

from flask import Flask
from flask_babel import Babel

import surveys
from surveys.definition.model import Item, Option, Text
from surveys.items.coding import Coding
from surveys.items.rendering import render_page

ITEMS = 40
CODES = "abcde"
ROUNDS = 15


def make_items() -> list[Item]:
    """Items with texts as long as those of the built-in instrument."""

    def words(text: str) -> Text:
        return Text({"ru": text}, "ru")

    return [
        Item(
            code=f"K-{number}",
            type="single",
            text=words(
                "Планируя занятие, я записываю результат как действие ученика, которое можно увидеть."
            ),
            options=tuple(
                Option(code, words(f"скорее про меня, {code}"), points=place)
                for place, code in enumerate(CODES)
            ),
            settings={"shuffle": True},
        )
        for number in range(ITEMS)
    ]


def best(work: Callable[[int], object], times: int) -> float:
    """Least CPU seconds of one call over some rounds."""
    rounds = []
    for _round in range(ROUNDS):
        started = process_time()
        for call in range(times):
            work(call)
        rounds.append((process_time() - started) / times)
    return min(rounds)


def main() -> None:
    app = Flask("benchmark", template_folder=str(Path(surveys.__file__).parent / "templates"))
    Babel(app)
    items = make_items()
    random = Random(1)
    responses = [{item.code: {"v": random.choice(CODES)} for item in items} for _response in range(500)]
    coding = Coding(items)
    versions = count()

    with app.app_context():
        page = best(lambda call: render_page("benchmark", items, "ru", responses[call % 500], call), 400)
        first = best(
            lambda call: render_page(f"version {next(versions)}", items, "ru", responses[call], call), 1
        )
    batch = best(lambda _call: coding.points(coding.codes(responses)), 20)

    print(f"page of {ITEMS} x {len(CODES)}, fragments cached   {page * 1e3:8.3f} ms")
    print(f"first page of a version and language   {first * 1e3:8.3f} ms")
    print(f"scoring {ITEMS} items                        {len(responses) / batch:8.0f} responses/s")


if __name__ == "__main__":
    main()
