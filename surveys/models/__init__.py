"""Models of instruments and diagnostics."""

from surveys.models.diagnostics import Assignment, Diagnostic, RosterEntry, Wave, WaveKind, WaveState
from surveys.models.instruments import Instrument, InstrumentVersion, Scoring
from surveys.models.responses import Response, ResponseLogEntry, ScaleChange, Score, Snapshot

__all__ = [
    "Assignment",
    "Diagnostic",
    "Instrument",
    "InstrumentVersion",
    "Response",
    "ResponseLogEntry",
    "RosterEntry",
    "ScaleChange",
    "Score",
    "Scoring",
    "Snapshot",
    "Wave",
    "WaveKind",
    "WaveState",
]
