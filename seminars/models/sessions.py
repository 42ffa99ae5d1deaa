"""The permanent seminar: series, sessions with their timed programme, and who hosts them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Cluster, Organisation, Person
from app.db import BigIdentity, Model, PublicId, text_enum


class SessionState(StrEnum):
    """Kept states; that a published session has taken place is read from its dates, not stored."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"  # attendance entered
    CANCELLED = "cancelled"


class Series(Model):
    """A permanent seminar: a container of sessions in a quarterly rhythm."""

    __tablename__ = "series"

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"), index=True)
    title: Mapped[str]
    description: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    cluster: Mapped[Cluster] = relationship()


class SeminarSession(Model):
    """A dated session with places. Its calendar UID is its `public_id` for life."""

    __tablename__ = "seminar_session"
    __table_args__ = (
        CheckConstraint("capacity >= 0", name="capacity"),
        # The second guard of the last place; the first is the lock of this row.
        CheckConstraint("seats_taken BETWEEN 0 AND capacity", name="seats"),
        CheckConstraint("starts_at < ends_at", name="period"),
        CheckConstraint("0 <= cut_off_hours AND cut_off_hours <= offer_hours", name="filling"),
        CheckConstraint("(state = 'cancelled') = (cancelled_reason IS NOT NULL)", name="cancelled"),
        Index("ix_seminar_session_dates", "cluster_id", "starts_at"),
    )

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"), index=True)
    form: Mapped[str]  # catalogue `event_form`
    title: Mapped[str]
    summary: Mapped[str | None]
    what_to_bring: Mapped[str | None]
    competences: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"), default=list)
    subjects: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"), default=list)
    level: Mapped[str] = mapped_column(default="municipal", server_default="municipal")
    state: Mapped[SessionState] = mapped_column(
        text_enum(SessionState, "state"), default=SessionState.DRAFT, server_default="draft"
    )
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    sign_up_opens_at: Mapped[datetime | None]
    sign_up_closes_at: Mapped[datetime | None]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))  # where it is held
    room: Mapped[str | None]
    online_url: Mapped[str | None]
    capacity: Mapped[int] = mapped_column(Integer)
    seats_taken: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    # A place that falls free earlier than this before the start is given at once, later it is offered...
    offer_hours: Mapped[int] = mapped_column(Integer, default=48, server_default=text("48"))
    # ...and within these last hours only by hand: nobody should find out on the way.
    cut_off_hours: Mapped[int] = mapped_column(Integer, default=3, server_default=text("3"))
    calendar_sequence: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    cancelled_reason: Mapped[str | None]  # as typed for the people it is told to; may be empty
    published_at: Mapped[datetime | None]
    announced_at: Mapped[datetime | None]  # to its audience
    reminded_at: Mapped[datetime | None]  # of the time it has now
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    series: Mapped[Series] = relationship()
    cluster: Mapped[Cluster] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    slots: Mapped[list["SessionSlot"]] = relationship(
        back_populates="session", order_by="SessionSlot.starts_at", cascade="all, delete-orphan"
    )
    hosts: Mapped[list["SessionHost"]] = relationship(back_populates="session", cascade="all, delete-orphan")

    @property
    def seats_free(self) -> int:
        return max(0, self.capacity - self.seats_taken)


class SessionSlot(Model):
    """One timed line of a session's programme; its speakers get roles and certificates."""

    __tablename__ = "session_slot"
    __table_args__ = (CheckConstraint("starts_at < ends_at", name="period"),)

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    session_id: Mapped[int] = mapped_column(ForeignKey("seminar_session.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    form: Mapped[str]
    title: Mapped[str]
    room: Mapped[str | None]
    online_url: Mapped[str | None]

    session: Mapped[SeminarSession] = relationship(back_populates="slots")
    speakers: Mapped[list["SlotSpeaker"]] = relationship(
        back_populates="slot", order_by="SlotSpeaker.id", cascade="all, delete-orphan"
    )


class SlotSpeaker(Model):
    """A person of the cluster or a guest named in words, speaking in a slot."""

    __tablename__ = "slot_speaker"
    __table_args__ = (CheckConstraint("(person_id IS NULL) <> (guest_name IS NULL)", name="who"),)

    id: Mapped[BigIdentity]
    slot_id: Mapped[int] = mapped_column(ForeignKey("session_slot.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    guest_name: Mapped[str | None]

    slot: Mapped[SessionSlot] = relationship(back_populates="speakers")
    person: Mapped[Person | None] = relationship()


class SessionHost(Model):
    """Who runs a session: sees its registrations, marks attendance, uploads materials."""

    __tablename__ = "session_host"

    session_id: Mapped[int] = mapped_column(
        ForeignKey("seminar_session.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    session: Mapped[SeminarSession] = relationship(back_populates="hosts")
    person: Mapped[Person] = relationship()


class SessionWish(Model):
    """«Нужно такое занятие»: one tap of one person for one competence, counted for the coordinator."""

    __tablename__ = "session_wish"
    __table_args__ = (
        Index(
            "uq_session_wish_open",
            "person_id",
            "competence",
            unique=True,
            postgresql_where=text("answered_at IS NULL"),
        ),
    )

    id: Mapped[BigIdentity]
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    competence: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    answered_at: Mapped[datetime | None]  # a session for it was planned
