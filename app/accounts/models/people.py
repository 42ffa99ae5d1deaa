"""People, their accounts, the grants that give them roles, and what they consented to."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_security import AsaList, UserMixin
from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models.organisations import Cluster, Organisation
from app.clock import local_date, utcnow
from app.db import BigIdentity, Model, PublicId, text_enum
from app.permissions import Actor, Role, Scope


class AddressState(StrEnum):
    """What is known of a person's address; only a usable one gets personal links."""

    USABLE = "usable"
    SHARED = "shared"  # several people, or the school's own
    FAILING = "failing"  # the last letters came back


class Person(Model):
    """A person of a cluster; an account is optional."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_names", "cluster_id", "sort_key"),)

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"))
    surname: Mapped[str]
    name: Mapped[str]
    patronymic: Mapped[str | None]
    sort_key: Mapped[str]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    position: Mapped[str | None]
    subjects: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"), default=list)
    category: Mapped[str | None]
    extra_category: Mapped[str | None]
    service_band: Mapped[str | None]
    email: Mapped[str | None]
    email_state: Mapped[AddressState] = mapped_column(
        text_enum(AddressState, "email_state"), default=AddressState.USABLE, server_default="usable"
    )
    phone: Mapped[str | None]
    profile_checked_at: Mapped[datetime | None]
    left_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    cluster: Mapped[Cluster] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    account: Mapped["Account | None"] = relationship(back_populates="person", uselist=False)


class Account(Model, UserMixin):  # type: ignore[misc]  # Flask-Security types its columns for its own model
    """The means of signing in: an address or a user name, a password, a second factor."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint("email IS NOT NULL OR username IS NOT NULL", name="login"),)

    id: Mapped[BigIdentity]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    username: Mapped[str | None] = mapped_column(unique=True)
    password: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=False)
    invited_at: Mapped[datetime | None]
    activated_at: Mapped[datetime | None]
    # A new value ends every session of this account.
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    language: Mapped[str | None] = mapped_column(String(2))
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None]
    tf_last_counter: Mapped[int | None]  # a code is good once
    mf_recovery_codes: Mapped[list[Any] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    person: Mapped[Person] = relationship(back_populates="account", lazy="joined", innerjoin=True)
    grants: Mapped[list["Grant"]] = relationship(
        primaryjoin="Account.person_id == foreign(Grant.person_id)", viewonly=True, lazy="selectin"
    )
    webauthn: Mapped[list["Passkey"]] = relationship(back_populates="account", cascade="all, delete-orphan")

    @property
    def has_second_factor(self) -> bool:
        """Whether a password alone does not sign this account in."""
        return bool(self.tf_primary_method) or any(key.usage == "secondary" for key in self.webauthn)

    @property
    def roles(self) -> list[str]:
        """Flask-Security asks for roles; ours are grants with a scope, see `as_actor`."""
        return []

    def as_actor(self) -> Actor:
        """The person with the grants in force today, by the calendar of the cluster each is in."""
        now = utcnow()
        scopes = tuple(
            scope
            for grant in self.grants
            if (scope := grant.as_scope()).holds_on(local_date(now, self.person.cluster.time_zone))
        )
        return Actor(account_id=self.id, person_id=self.person_id, scopes=scopes)


class Passkey(Model):
    """A WebAuthn credential, in the columns Flask-Security asks for."""

    __tablename__ = "passkey"

    id: Mapped[BigIdentity]
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[Any] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    extensions: Mapped[str | None]
    lastuse_datetime: Mapped[datetime]
    name: Mapped[str]
    usage: Mapped[str]
    backup_state: Mapped[bool]
    device_type: Mapped[str]
    create_datetime: Mapped[datetime] = mapped_column(server_default=func.now())

    account: Mapped[Account] = relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, Any]:
        return {"id": self.user_id}


class Grant(Model):
    """A role a person holds in a cluster or in one organisation of it, from a day until a day."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint(
            "person_id",
            "role",
            "cluster_id",
            "organisation_id",
            "from_on",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("until_on IS NULL OR from_on IS NULL OR from_on <= until_on", name="period"),
    )

    id: Mapped[BigIdentity]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(text_enum(Role, "role"))
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]

    def as_scope(self) -> Scope:
        return Scope(
            role=self.role,
            cluster_id=self.cluster_id,
            organisation_id=self.organisation_id,
            from_on=self.from_on,
            until_on=self.until_on,
        )


class ConsentKind(StrEnum):
    ACCOUNT = "account"
    DIAGNOSTICS = "diagnostics"
    DISSEMINATION = "dissemination"


class ConsentText(Model):
    """One version of a consent's wording; frozen by its hash."""

    __tablename__ = "consent_text"
    __table_args__ = (UniqueConstraint("kind", "version"),)

    id: Mapped[BigIdentity]
    kind: Mapped[ConsentKind] = mapped_column(text_enum(ConsentKind, "kind"))
    version: Mapped[int]
    body_ru: Mapped[str]
    body_en: Mapped[str | None]
    sha256: Mapped[str] = mapped_column(String(64))
    valid_from: Mapped[datetime]


class Consent(Model):
    """A person's yes to one version of one text, until withdrawn."""

    __tablename__ = "consent"
    __table_args__ = (
        Index(
            "uq_consent_in_force",
            "person_id",
            "consent_text_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[BigIdentity]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    consent_text_id: Mapped[int] = mapped_column(ForeignKey("consent_text.id"))
    operator: Mapped[str]  # name and address as the text showed them that day
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    consent_text: Mapped[ConsentText] = relationship()


class OneTimeLinkKind(StrEnum):
    INVITATION = "invitation"
    RECOVERY = "recovery"
    SLIP = "slip"


class OneTimeLink(Model):
    """A random one-time secret that activates an account; a new one voids the former."""

    __tablename__ = "one_time_link"
    __table_args__ = (
        Index(
            "uq_one_time_link_live",
            "account_id",
            "kind",
            unique=True,
            postgresql_where=text("used_at IS NULL AND voided_at IS NULL"),
        ),
    )

    id: Mapped[BigIdentity]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[OneTimeLinkKind] = mapped_column(text_enum(OneTimeLinkKind, "kind"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    failed_attempts: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class AuditEntry(Model):
    """Who did what to whose data, and when; insert-only."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_object", "object_kind", "object_id"),)

    id: Mapped[BigIdentity]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    cluster_id: Mapped[int | None] = mapped_column(ForeignKey("cluster.id"))
    actor_person_id: Mapped[int | None]  # no foreign key: the entry outlives the person
    action: Mapped[str]
    object_kind: Mapped[str]
    object_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
