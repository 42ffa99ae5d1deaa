"""One response to the built-in instrument, scored on paper; `EXPECTED` says percent and level of each index."""

from pathlib import Path
from typing import Any

import pytest
import yaml

import surveys

NA, SKIPPED, NOT_SHOWN = {"m": "na"}, {"m": "skipped"}, {"m": "not_shown"}

# Reverse-keyed: DLAB 4 and 6, PROJ 4, FGOS 4, FLIT 4, DIGI 5 and 6, SAFE 4, PSYC 4, NETW 4.
SELF: dict[str, list[Any]] = {
    "DLAB": [4, 5, 3, 2, 4, 1],  # turned 4 5 3 4 4 5: 25 of 6..30, 19 / 24
    "PROJ": [2, 2, SKIPPED, 4, NA, 2],  # four answers, all 2 when turned: 1 / 4
    "FGOS": [3, NA, NA, 3, NA, 3],  # three answers are too few: does not apply
    "FLIT": [3, 3, 3, 3, 3, 3],  # 1 / 2
    "DIGI": [5, 5, 5, 5, 1, 1],  # 1
    "SAFE": [1, 1, 1, 5, 1, 1],  # 0
    "PSYC": [3, 4, 4, 2, 4, 5],  # turned 3 4 4 4 4 5: 18 / 24
    "NETW": [3, 3, 3, 3, 4, 4],  # 14 / 24
}
TASKS: dict[str, list[Any]] = {
    "DLAB": ["c", ["a", "b", "c"]],  # 3 and 3 * (2/3 - 1/2) = 0.5: 3.5 of 6
    "PROJ": [["c", "f", "a", "e", "b", "d"], SKIPPED],  # one of 15 pairs turned: 2.8; a skipped task is 0
    "FGOS": [NOT_SHOWN, NOT_SHOWN],
    "FLIT": ["b", {"1": "F", "2": "R", "3": "M", "4": "M"}],  # 1 and three pairs of four: 3.25 of 6
    "DIGI": [["a", "b", "e"], "a"],  # 6 of 6
    "SAFE": [["a", "b", "c", "d", "e"], "d"],  # ticking everything earns nothing: 0 of 6
    "PSYC": ["d", "c"],  # 4 of 6
    "NETW": [["a"], "d"],  # 3 * 1/3 and 1: 2 of 6
}

EXPECTED: dict[str, tuple[float, float, float, str] | None] = {
    "DLAB": (100 * 19 / 24, 100 * 3.5 / 6, 47.5 + 23 + 1 / 3, "elevated"),
    "PROJ": (25, 100 * 2.8 / 6, 15 + 18 + 2 / 3, "low"),
    "FGOS": None,
    "FLIT": (50, 100 * 3.25 / 6, 30 + 21 + 2 / 3, "basic"),
    "DIGI": (100, 100, 100, "high"),
    "SAFE": (0, 0, 0, "low"),
    "PSYC": (75, 100 * 4 / 6, 45 + 26 + 2 / 3, "elevated"),
    "NETW": (100 * 14 / 24, 100 * 2 / 6, 35 + 13 + 1 / 3, "basic"),
}
OVERALL = pytest.approx((70 + 5 / 6 + 33 + 2 / 3 + 51 + 2 / 3 + 100 + 0 + 71 + 2 / 3 + 48 + 1 / 3) / 7)


def document() -> dict[str, Any]:
    """The built-in instrument as it was written."""
    source = Path(surveys.__file__).parent / "instruments" / "cluster_competence.yaml"
    written: dict[str, Any] = yaml.safe_load(source.read_text("utf-8"))
    return written


def answers() -> dict[str, Any]:
    """The response as it is stored."""
    return {
        **{
            f"S-{code}-{place}": answer if isinstance(answer, dict) else {"v": str(answer)}
            for code, given in SELF.items()
            for place, answer in enumerate(given, start=1)
        },
        **{
            f"K-{code}-{place}": answer if answer in (SKIPPED, NOT_SHOWN) else {"v": answer}
            for code, given in TASKS.items()
            for place, answer in enumerate(given, start=1)
        },
    }
