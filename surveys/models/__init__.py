"""Models of instruments and diagnostics."""

from surveys.models.diagnostics import Assignment, Diagnostic, RosterEntry, Wave, WaveKind, WaveState
from surveys.models.instruments import Instrument, InstrumentVersion, Scoring
from surveys.models.responses import Response, ResponseLogEntry, ScaleChange, Score, Snapshot
from surveys.models.results import ScaleStatistics

__all__ = [
    "Assignment",
    "Diagnostic",
    "Instrument",
    "InstrumentVersion",
    "Response",
    "ResponseLogEntry",
    "RosterEntry",
    "ScaleChange",
    "ScaleStatistics",
    "Score",
    "Scoring",
    "Snapshot",
    "Wave",
    "WaveKind",
    "WaveState",
]
