"""Models of the practice seminar."""

from seminars.models.materials import Access, Material, MaterialVersion, StoredFile
from seminars.models.registrations import (
    HOLDING,
    Approval,
    AttendanceMark,
    AttendanceScan,
    CalendarFeed,
    LeftReason,
    Outcome,
    Place,
    Registration,
    RegistrationLogEntry,
)
from seminars.models.sessions import (
    SeminarSession,
    Series,
    SessionHost,
    SessionSlot,
    SessionState,
    SessionWish,
    SlotSpeaker,
)

__all__ = [
    "HOLDING",
    "Access",
    "Approval",
    "AttendanceMark",
    "AttendanceScan",
    "CalendarFeed",
    "LeftReason",
    "Material",
    "MaterialVersion",
    "Outcome",
    "Place",
    "Registration",
    "RegistrationLogEntry",
    "SeminarSession",
    "Series",
    "SessionHost",
    "SessionSlot",
    "SessionState",
    "SessionWish",
    "SlotSpeaker",
    "StoredFile",
]
