"""Materials: adding, renewing, editing, putting away, counting."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.db import db
from app.errors import InvalidInput
from app.media_types import EXTENSIONS
from app.storage import FolderStorage, Stored
from seminars.models import Access, Material, MaterialVersion, StoredFile

LONGEST_FILE_NAME = 150


class UnsupportedFile(InvalidInput):
    """Programs, pages with scripts, documents with macros: nobody should get them from here."""

    message = _(
        "Files of this kind cannot be shared. Documents, tables, presentations, pictures, video and archives can."
    )


class MisleadingExtension(InvalidInput):
    """The name promises another kind than the content is."""

    message = _("The name ends in “.%(extension)s”, but the content is of another kind. Check the file.")


class MissingExtension(InvalidInput):
    """Without an ending no computer knows what to open the file with."""

    message = _("The name has no ending. Add “.%(extension)s” to the name of the file and choose it again.")


class UnusableLink(InvalidInput):
    message = _("The link must begin with https:// or http:// and name a site.")


@dataclass(frozen=True)
class FileContent:
    """An uploaded file, already stored."""

    stored: Stored
    name: str


@dataclass(frozen=True)
class LinkContent:
    """A link to something kept elsewhere."""

    url: str


Content = FileContent | LinkContent


def safe_file_name(name: str) -> str:
    """The last part of an uploaded name, without what file systems and headers misread, and not too long."""
    last = PurePath(name.replace("\\", "/")).name
    cleaned = re.sub(r'[\x00-\x1f\x7f<>:"/|?*]', "_", last).strip(". ") or "file"
    stem, dot, extension = cleaned.rpartition(".")
    if not dot:
        return cleaned[:LONGEST_FILE_NAME]
    extension = extension[:20]
    return f"{stem[: LONGEST_FILE_NAME - len(extension) - 1]}.{extension}"


def file_content(stored: Stored, name: str) -> FileContent:
    """A stored upload as the content of a material; raises for kinds that are not shared."""
    name = safe_file_name(name)
    if stored.media_type not in EXTENSIONS:
        raise UnsupportedFile
    extension = PurePath(name).suffix.lstrip(".").lower()
    if not extension:
        raise MissingExtension(extension=EXTENSIONS[stored.media_type][0])
    if extension not in EXTENSIONS[stored.media_type]:
        raise MisleadingExtension(extension=extension)
    return FileContent(stored, name)


def link_content(url: str) -> LinkContent:
    """A link as the content of a material; raises for what is not a web address."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise UnusableLink from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise UnusableLink
    return LinkContent(url)


def add_material(
    *,
    cluster_id: int,
    series_id: int,
    session_id: int | None,
    title: str,
    summary: str | None,
    access: Access,
    content: Content,
    actor_person_id: int,
    competences: Sequence[str] = (),
    available_from: datetime | None = None,
    available_until: datetime | None = None,
) -> Material:
    """A new material with its first version."""
    material = Material(
        cluster_id=cluster_id,
        series_id=series_id,
        session_id=session_id,
        title=title,
        summary=summary,
        access=access,
        competences=list(competences),
        available_from=available_from,
        available_until=available_until,
        created_by_id=actor_person_id,
    )
    db.session.add(material)
    db.session.flush()
    add_version(material, content=content, actor_person_id=actor_person_id)
    return material


def add_version(
    material: Material, *, content: Content, actor_person_id: int, note: str | None = None
) -> MaterialVersion:
    """The next version; earlier ones stay for whoever runs the session."""
    db.session.execute(select(Material.id).where(Material.id == material.id).with_for_update())
    latest = db.session.scalar(
        select(func.coalesce(func.max(MaterialVersion.number), 0)).where(
            MaterialVersion.material_id == material.id
        )
    )
    version = MaterialVersion(
        material_id=material.id, number=(latest or 0) + 1, note=note, created_by_id=actor_person_id
    )
    if isinstance(content, FileContent):
        db.session.execute(
            insert(StoredFile)
            .values(
                sha256=content.stored.sha256,
                size=content.stored.size,
                media_type=content.stored.media_type,
            )
            .on_conflict_do_nothing()
        )
        version.sha256, version.file_name = content.stored.sha256, content.name
    else:
        version.url = content.url
    db.session.add(version)
    db.session.flush()
    return version


def archive(material: Material, *, now: datetime) -> None:
    """Put the material away; it can be brought back."""
    material.archived_at = material.archived_at or now


def restore(material: Material) -> None:
    material.archived_at = None


def count_download(version_id: int) -> None:
    db.session.execute(
        update(MaterialVersion)
        .where(MaterialVersion.id == version_id)
        .values(downloads=MaterialVersion.downloads + 1)
    )


def sweep(folder: FolderStorage, *, older_than: datetime) -> int:
    """Delete contents that no row names and that were last stored before `older_than`; how many."""
    old = folder.list_older(older_than)
    named = set(db.session.scalars(select(StoredFile.sha256).where(StoredFile.sha256.in_(old))))
    return sum(folder.delete_older(sha256, older_than) for sha256 in old if sha256 not in named)
