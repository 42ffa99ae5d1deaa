"""CPU of a completed survey, of one autosave, and the delay from submitting to scores."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from benchmarks.journeys import Journey, Pages, at_once, autosaves_alone, one_page, paged
from benchmarks.tables import percentile, show, spread
from benchmarks.tree import Tree

GROUPS = ("web", "database", "Redis", "worker")
HEAD = ("stored", "respondents", "web + database, ms", *(f"{group}, ms" for group in GROUPS), "p95, s")
IS_SCORED = """
SELECT count(DISTINCT score.response_id) FROM score
JOIN response ON response.id = score.response_id JOIN assignment ON assignment.id = response.assignment_id
JOIN wave ON wave.id = assignment.wave_id WHERE wave.public_id = %s
"""


@dataclass(frozen=True)
class Load:
    """How many surveys a run completes, by the number of respondents at once."""

    title: str
    n_pages: int
    journey: Journey
    surveys: dict[int, int]
    per_survey: int = 1


@dataclass
class Supply:
    """Links nobody has opened, made in one go: each call of the command costs seconds."""

    pages: Pages
    links: Iterator[str]

    def take(self, count: int) -> list[str]:
        return list(islice(self.links, count))


ONE_PAGE = Load("A survey of 40 items on one page, per survey", 1, one_page, {1: 60, 8: 120, 32: 192})
PAGED = Load(
    "A survey of 40 items on 8 pages with 40 autosaves, per survey", 8, paged, {1: 10, 8: 24, 32: 64}
)
AUTOSAVE = Load("One autosave", 8, autosaves_alone, {1: 20, 8: 24}, per_survey=40)


def measure(tree: Tree, stored: int, runs: int) -> None:
    """All three loads, over what is stored already."""
    for load in (ONE_PAGE, PAGED, AUTOSAVE):
        rows = []
        supply = _supply(tree, load, runs)
        at_once(load.journey, supply.pages, supply.take(16), 8)  # both web workers have seen everything once
        for respondents, surveys in load.surveys.items():
            costs, seconds = _repeat(tree, load, supply, respondents, surveys, runs)
            both = [cost["web"] + cost["database"] for cost in costs]
            rows.append(
                (
                    f"{stored:,}",
                    str(respondents),
                    spread(both),
                    *(spread([cost[group] for cost in costs]) for group in GROUPS),
                    f"{percentile(seconds, 0.95) / load.per_survey:.3f}",
                )
            )
        show(load.title, HEAD, rows)


def measure_delay(tree: Tree, samples: int) -> None:
    """From sending to scores in the database, one survey after another."""
    made = tree.demo("--bench-links", str(samples), "--bench-pages", "1")
    delays = []
    with tree.database() as connection:
        for number, link in enumerate(made["links"], start=1):
            one_page(made["pages"], link)
            sent = time.monotonic()
            while connection.execute(IS_SCORED, (made["wave"],)).fetchone() != (number,):
                time.sleep(0.005)
            delays.append((time.monotonic() - sent) * 1000)
    row = [f"{percentile(delays, share):.0f}" for share in (0.5, 0.95)] + [f"{max(delays):.0f}"]
    show("From submitting to scores, ms", ("p50", "p95", "longest"), [row])


def _supply(tree: Tree, load: Load, runs: int) -> Supply:
    count = 16 + runs * sum(load.surveys.values())
    made = tree.demo("--bench-links", str(count), "--bench-pages", str(load.n_pages))
    return Supply(made["pages"], iter(made["links"]))


def _repeat(
    tree: Tree, load: Load, supply: Supply, respondents: int, surveys: int, runs: int
) -> tuple[Sequence[dict[str, float]], list[float]]:
    """Milliseconds of CPU of each run, per survey and group, and the seconds every respondent spent."""
    costs, seconds = [], []
    for _run in range(runs):
        links = supply.take(surveys)
        tree.wait_until_idle()
        before = tree.cpu()
        seconds += at_once(load.journey, supply.pages, links, respondents)
        tree.wait_until_idle()
        after = tree.cpu()
        costs.append({group: (after[group] - before[group]) / surveys / load.per_survey for group in GROUPS})
    return costs, seconds
