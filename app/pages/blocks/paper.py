"""A paper operator: which waves take paper forms, and how many of the codes given out came back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.permissions import Actor
from surveys.models import Wave
from surveys.queries.assignments import list_paper_codes, list_waves_for_paper


@dataclass(frozen=True)
class PaperWave:
    """A wave that takes paper forms now."""

    wave: Wave
    title: str
    given: int
    entered: int


def block(actor: Actor, now: datetime) -> dict[str, Any]:
    """Open waves, the one that closes first on top."""
    return {
        "waves": [
            _counted(wave, title) for wave, title in list_waves_for_paper(actor) if wave.closes_at > now
        ]
    }


def _counted(wave: Wave, title: str) -> PaperWave:
    codes = list_paper_codes(wave.id)
    return PaperWave(wave, title, len(codes), sum(code.is_submitted for code in codes))
