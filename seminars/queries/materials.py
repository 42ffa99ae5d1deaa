"""Materials a reader may have, and those she runs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from flask_sqlalchemy.pagination import Pagination
from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.clock import local_date
from app.db import db
from app.errors import NotFound
from app.permissions import Actor, Permission
from seminars.models import (
    HOLDING,
    Access,
    Material,
    MaterialVersion,
    Outcome,
    Registration,
    SeminarSession,
    Series,
    SessionHost,
    SessionState,
)

PAGE_SIZE = 25


@dataclass(frozen=True)
class MaterialFilter:
    """What a reader of the library looks for."""

    words: str = ""
    competence: str | None = None
    form: str | None = None
    by_use: bool = False
    archived: bool = False


def managed_by(actor: Actor) -> ColumnElement[bool]:
    """Materials the actor may change: of the sessions she hosts, and all of a cluster she plans."""
    return or_(
        Material.cluster_id.in_(actor.whole_clusters(Permission.SEMINAR_MANAGE)),
        exists().where(
            SessionHost.session_id == Material.session_id, SessionHost.person_id == actor.person_id
        ),
    )


def open_to(actor: Actor | None, now: datetime) -> ColumnElement[bool]:
    """Materials the reader may take now: the one rule behind the list and the single download."""
    in_time = and_(
        Material.archived_at.is_(None),
        or_(Material.available_from.is_(None), Material.available_from <= now),
        or_(Material.available_until.is_(None), Material.available_until > now),
    )
    if actor is None:
        return and_(in_time, Material.access == Access.PUBLIC)
    own = (
        exists()
        .where(
            Registration.person_id == actor.person_id,
            Registration.session_id == SeminarSession.id,
            # A material of the whole series opens with a place in any of its sessions.
            or_(
                Material.session_id == SeminarSession.id,
                and_(Material.session_id.is_(None), Material.series_id == SeminarSession.series_id),
            ),
        )
        .correlate(Material)
    )
    attended = own.where(Registration.outcome == Outcome.ATTENDED)
    registered = own.where(or_(Registration.place.in_(HOLDING), Registration.outcome == Outcome.ATTENDED))
    by_access = or_(
        Material.access == Access.PUBLIC,
        and_(
            Material.access == Access.CLUSTER,
            Material.cluster_id.in_(actor.clusters(Permission.MATERIAL_VIEW)),
        ),
        and_(Material.access == Access.REGISTERED, registered),
        and_(Material.access == Access.ATTENDED, attended),
    )
    return or_(and_(in_time, by_access), managed_by(actor))


def find_open_version(
    material_public_id: UUID, actor: Actor | None, now: datetime, *, number: int | None = None
) -> MaterialVersion | None:
    """The newest version of a material open to the reader; another `number` only for who runs it."""
    wanted = (
        select(MaterialVersion)
        .join(MaterialVersion.material)
        .options(contains_eager(MaterialVersion.material), joinedload(MaterialVersion.file))
        .where(Material.public_id == material_public_id, open_to(actor, now))
        .order_by(MaterialVersion.number.desc())
        .limit(1)
    )
    if number is not None:
        wanted = wanted.where(
            MaterialVersion.number == number, managed_by(actor) if actor is not None else false()
        )
    return db.session.scalars(wanted).one_or_none()


def get_managed_material(public_id: UUID, actor: Actor) -> Material:
    found = db.session.scalars(
        select(Material)
        .options(joinedload(Material.session), joinedload(Material.series))
        .where(Material.public_id == public_id, managed_by(actor))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_versions(material_id: int) -> Sequence[MaterialVersion]:
    """All versions, newest first."""
    return db.session.scalars(
        select(MaterialVersion)
        .options(joinedload(MaterialVersion.file), joinedload(MaterialVersion.created_by))
        .where(MaterialVersion.material_id == material_id)
        .order_by(MaterialVersion.number.desc())
    ).all()


def page_of_materials(actor: Actor | None, wanted: MaterialFilter, now: datetime, page: int) -> Pagination:
    """The library, filtered, a page at a time."""
    return db.paginate(_narrowed(_newest(actor, now), wanted), page=page, per_page=PAGE_SIZE, error_out=False)


def list_materials(actor: Actor | None, wanted: MaterialFilter, now: datetime) -> Sequence[MaterialVersion]:
    """The whole library, filtered."""
    return db.session.scalars(_narrowed(_newest(actor, now), wanted)).all()


def list_of_session(session_id: int, actor: Actor, now: datetime) -> Sequence[MaterialVersion]:
    """The newest version of each material of a session that the reader may take."""
    return db.session.scalars(
        _newest(actor, now)
        .where(Material.session_id == session_id, Material.archived_at.is_(None))
        .order_by(Material.title)
    ).all()


def list_latest(actor: Actor, now: datetime, limit: int) -> Sequence[MaterialVersion]:
    """The newest of what the reader may take: the top of the library."""
    return db.session.scalars(_narrowed(_newest(actor, now), MaterialFilter()).limit(limit)).all()


def sessions_with_materials(session_ids: Collection[int]) -> set[int]:
    """Which of these sessions have a material of their own."""
    return set(
        db.session.scalars(
            select(Material.session_id).where(
                Material.session_id.in_(session_ids), Material.archived_at.is_(None)
            )
        )
    )


def count_closed_to(session_id: int, actor: Actor, now: datetime) -> dict[Access, int]:
    """How many more materials a session has, by who may take them."""
    rows = db.session.execute(
        select(Material.access, func.count())
        .where(Material.session_id == session_id, Material.archived_at.is_(None), ~open_to(actor, now))
        .group_by(Material.access)
    )
    return {row[0]: row[1] for row in rows}


def _newest(actor: Actor | None, now: datetime) -> Select[MaterialVersion]:
    latest = (
        select(func.max(MaterialVersion.number))
        .where(MaterialVersion.material_id == Material.id)
        .correlate(Material)
        .scalar_subquery()
    )
    return (
        select(MaterialVersion)
        .join(MaterialVersion.material)
        .join(Material.series)
        .outerjoin(Material.session)
        .options(
            contains_eager(MaterialVersion.material).contains_eager(Material.session),
            contains_eager(MaterialVersion.material).contains_eager(Material.series),
            joinedload(MaterialVersion.file),
        )
        .where(MaterialVersion.number == latest, open_to(actor, now))
    )


def _narrowed(query: Select[MaterialVersion], wanted: MaterialFilter) -> Select[MaterialVersion]:
    query = query.where(
        Material.archived_at.is_not(None) if wanted.archived else Material.archived_at.is_(None)
    )
    for word in wanted.words.replace("ё", "е").replace("Ё", "Е").split():
        haystack = func.replace(
            func.lower(
                func.concat_ws(" ", Material.title, Material.summary, SeminarSession.title, Series.title)
            ),
            "ё",
            "е",
        )
        query = query.where(haystack.contains(word.lower(), autoescape=True))
    if wanted.competence:
        query = query.where(
            or_(
                Material.competences.contains([wanted.competence]),
                SeminarSession.competences.contains([wanted.competence]),
            )
        )
    if wanted.form:
        query = query.where(SeminarSession.form == wanted.form)
    if wanted.by_use:
        return query.order_by(MaterialVersion.downloads.desc(), Material.created_at.desc(), Material.id)
    return query.order_by(MaterialVersion.created_at.desc(), Material.id)


@dataclass(frozen=True)
class Owner:
    """What a new material may belong to: a session one runs, or a series one plans."""

    key: str
    label: str
    cluster_id: int
    series_id: int
    session_id: int | None
    time_zone: str


def list_owners(actor: Actor) -> list[Owner]:
    """Sessions the actor runs, latest first, then the series she plans."""
    planned = actor.whole_clusters(Permission.SEMINAR_MANAGE)
    sessions = db.session.scalars(
        select(SeminarSession)
        .options(joinedload(SeminarSession.cluster))
        .where(
            or_(
                SeminarSession.cluster_id.in_(planned),
                exists().where(
                    SessionHost.session_id == SeminarSession.id, SessionHost.person_id == actor.person_id
                ),
            ),
            SeminarSession.state != SessionState.CANCELLED,
        )
        .order_by(SeminarSession.starts_at.desc())
        .limit(200)
    )
    series = db.session.scalars(
        select(Series)
        .options(joinedload(Series.cluster))
        .where(Series.cluster_id.in_(planned))
        .order_by(Series.id)
    )
    return [
        *(
            Owner(
                key=str(session.public_id),
                label=f"{local_date(session.starts_at, session.cluster.time_zone):%d.%m.%Y} · {session.title}",
                cluster_id=session.cluster_id,
                series_id=session.series_id,
                session_id=session.id,
                time_zone=session.cluster.time_zone,
            )
            for session in sessions
        ),
        *(
            Owner(str(one.public_id), one.title, one.cluster_id, one.id, None, one.cluster.time_zone)
            for one in series
        ),
    ]


def managed_among(actor: Actor | None, material_ids: Sequence[int]) -> set[int]:
    """Which of these materials the actor may change."""
    if actor is None or not material_ids:
        return set()
    return set(
        db.session.scalars(select(Material.id).where(Material.id.in_(material_ids), managed_by(actor)))
    )


def last_day(until: datetime, time_zone: str) -> date:
    """The day whose 24:00 is `until`."""
    return local_date(until - timedelta(microseconds=1), time_zone)
