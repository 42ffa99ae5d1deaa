"""Consents in force, and the texts they are given to."""

from sqlalchemy import select

from app.accounts.models import Cluster, Consent, ConsentKind, ConsentText, Organisation
from app.db import db


def find_consent_text(kind: ConsentKind) -> ConsentText | None:
    """The newest version of a consent's text."""
    return db.session.scalar(
        select(ConsentText).where(ConsentText.kind == kind).order_by(ConsentText.version.desc()).limit(1)
    )


def find_consent(person_id: int, kind: ConsentKind) -> Consent | None:
    """The consent of this kind in force; given to whichever version, it holds until withdrawn."""
    return db.session.scalar(
        select(Consent)
        .join(ConsentText)
        .where(Consent.person_id == person_id, ConsentText.kind == kind, Consent.withdrawn_at.is_(None))
        .order_by(ConsentText.version.desc())
        .limit(1)
    )


def list_consents(person_id: int) -> list[Consent]:
    """Every consent the person gave, withdrawn ones too, newest first."""
    return list(
        db.session.scalars(
            select(Consent).where(Consent.person_id == person_id).order_by(Consent.given_at.desc())
        )
    )


def operator_of(cluster: Cluster) -> str:
    """Who processes the data, as consents name them: the legal entity and its address."""
    name, address = cluster.operator_name, cluster.operator_address
    if name is None and cluster.core_organisation_id is not None:
        core = db.session.get_one(Organisation, cluster.core_organisation_id)
        name, address = core.name, core.address
    return ", ".join(part for part in (name or cluster.name, address or cluster.district_name) if part)
