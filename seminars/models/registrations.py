"""Registrations on three axes (approval, place, outcome), their log, attendance, calendar feeds."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.db import BigIdentity, Model, PublicId, text_enum
from seminars.models.sessions import SeminarSession


class Approval(StrEnum):
    NOT_NEEDED = "not_needed"
    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"


class Place(StrEnum):
    QUEUED = "queued"
    OFFERED = "offered"
    CONFIRMED = "confirmed"
    LEFT = "left"


class LeftReason(StrEnum):
    """Why a registration holds no place any more."""

    CANCELLED = "cancelled"  # by the person
    DECLINED = "declined"  # the offered place
    OFFER_EXPIRED = "offer_expired"
    REMOVED = "removed"  # by who runs the session
    SESSION_CANCELLED = "session_cancelled"


class Outcome(StrEnum):
    ATTENDED = "attended"
    ABSENT = "absent"


HOLDING = (Place.OFFERED, Place.CONFIRMED)
"""The places that take a seat of the session."""


class Registration(Model):
    """A person's place in a session. Only `offered` and `confirmed` hold a seat."""

    __tablename__ = "registration"
    __table_args__ = (
        Index(
            "uq_registration_active",
            "session_id",
            "person_id",
            unique=True,
            postgresql_where=text("place <> 'left'"),
        ),
        Index("ix_registration_queue", "session_id", text("priority DESC"), "queued_at", "id"),
        Index(
            "ix_registration_offers",
            "offer_expires_at",
            postgresql_where=text("offer_expires_at IS NOT NULL"),
        ),
        Index("ix_registration_person", "person_id", "place"),
        CheckConstraint("(place = 'left') = (left_reason IS NOT NULL)", name="left_reason"),
        CheckConstraint("(place = 'offered') = (offer_expires_at IS NOT NULL)", name="offer"),
    )

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    session_id: Mapped[int] = mapped_column(ForeignKey("seminar_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    approval: Mapped[Approval] = mapped_column(
        text_enum(Approval, "approval"), default=Approval.NOT_NEEDED, server_default="not_needed"
    )
    place: Mapped[Place] = mapped_column(text_enum(Place, "place"))
    left_reason: Mapped[LeftReason | None] = mapped_column(text_enum(LeftReason, "left_reason_code"))
    outcome: Mapped[Outcome | None] = mapped_column(text_enum(Outcome, "outcome"))
    # The higher the sooner; beyond it the queue goes by time.
    priority: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    queued_at: Mapped[datetime]
    offer_expires_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    calendar_sequence: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    session: Mapped[SeminarSession] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def holds_seat(self) -> bool:
        return self.place in HOLDING


class RegistrationLogEntry(Model):
    """Each move of a registration, by whom and why; insert-only."""

    __tablename__ = "registration_log"

    id: Mapped[BigIdentity]
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]
    actor_person_id: Mapped[int | None]  # NULL: the system itself
    cause: Mapped[str]
    from_place: Mapped[str | None]
    to_place: Mapped[str]


class AttendanceMark(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"


class AttendanceScan(Model):
    """A mark of attendance as it came; insert-only, the latest one counts. The nonce drops replays."""

    __tablename__ = "attendance_scan"
    __table_args__ = (
        UniqueConstraint("nonce"),
        Index("ix_attendance_scan_latest", "session_id", "person_id", "id"),
    )

    id: Mapped[BigIdentity]
    session_id: Mapped[int] = mapped_column(ForeignKey("seminar_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    mark: Mapped[AttendanceMark] = mapped_column(text_enum(AttendanceMark, "mark"))
    at: Mapped[datetime]
    by_person_id: Mapped[int | None]
    source: Mapped[str] = mapped_column(default="list", server_default="list")
    nonce: Mapped[uuid.UUID]


class CalendarFeed(Model):
    """The secret address of a person's calendar feed; raising `generation` revokes it."""

    __tablename__ = "calendar_feed"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    generation: Mapped[int] = mapped_column(Integer, default=1, server_default=text("1"))
    link_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
