"""A paper operator: which waves take paper forms, and how many of the codes given out came back."""

from dataclasses import dataclass
from typing import Any

from app.pages.reading import Reading
from surveys.models import Wave
from surveys.queries.assignments import count_paper_forms, list_waves_for_paper


@dataclass(frozen=True)
class PaperWave:
    """A wave that takes paper forms now."""

    wave: Wave
    title: str
    given: int
    entered: int


def block(reading: Reading) -> dict[str, Any]:
    """Open waves, the one that closes first on top."""
    waves = [found for found in list_waves_for_paper(reading.actor) if found[0].closes_at > reading.now]
    counts = count_paper_forms([wave.id for wave, _title in waves])
    return {"waves": [PaperWave(wave, title, *counts.get(wave.id, (0, 0))) for wave, title in waves]}
