"""Organisations, the clusters they form, and the catalogues people are described by."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import BigIdentity, Model, PublicId, text_enum


class OrganisationKind(StrEnum):
    REGION = "region"
    MUNICIPALITY = "municipality"
    SCHOOL = "school"
    CENTRE = "centre"
    INSTITUTE = "institute"
    AUTHORITY = "authority"


class Organisation(Model):
    """A node of the tree region > municipality > school > centre; institutes and authorities beside."""

    __tablename__ = "organisation"

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    kind: Mapped[OrganisationKind] = mapped_column(text_enum(OrganisationKind, "kind"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    short_name: Mapped[str]
    sort_key: Mapped[str]
    address: Mapped[str | None]
    email: Mapped[str | None]
    profile: Mapped[str | None]  # of a centre: catalogue `centre_profile`
    opened_year: Mapped[int | None]
    pupils: Mapped[int | None]
    staff: Mapped[int | None]

    parent: Mapped["Organisation | None"] = relationship(remote_side="Organisation.id")


class Cluster(Model):
    """A municipal cluster of schools: everything of a cluster carries its id."""

    __tablename__ = "cluster"

    id: Mapped[BigIdentity]
    public_id: Mapped[PublicId]
    name: Mapped[str]
    district_name: Mapped[str]
    time_zone: Mapped[str] = mapped_column(default="Asia/Novokuznetsk")
    is_demo: Mapped[bool] = mapped_column(default=False)
    help_name: Mapped[str | None]  # whom the footer names under «Нужна помощь?»
    help_phone: Mapped[str | None]
    operator_name: Mapped[str | None]  # of personal data: the legal entity consents are given to
    operator_address: Mapped[str | None]
    core_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ClusterMembership(Model):
    """An organisation's place in a cluster, with dates."""

    __tablename__ = "cluster_membership"
    __table_args__ = (
        UniqueConstraint("cluster_id", "organisation_id"),
        CheckConstraint("until_on IS NULL OR from_on IS NULL OR from_on <= until_on", name="period"),
    )

    id: Mapped[BigIdentity]
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]

    organisation: Mapped[Organisation] = relationship()


class CatalogueEntry(Model):
    """A word people are described by (position, subject, category...), valid for a period.

    Codes are never reused; subjects renamed by law keep the old entry for old reports.
    """

    __tablename__ = "catalogue_entry"
    __table_args__ = (UniqueConstraint("kind", "code"),)

    id: Mapped[BigIdentity]
    kind: Mapped[str]
    code: Mapped[str]
    name_ru: Mapped[str]
    name_en: Mapped[str]
    synonyms: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=text("'{}'"), default=list)
    position: Mapped[int]
    from_on: Mapped[date | None]
    until_on: Mapped[date | None]
