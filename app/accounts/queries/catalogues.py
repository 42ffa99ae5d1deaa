"""Catalogues: the words people, centres and events are described by."""

from dataclasses import dataclass
from datetime import date
from threading import Lock

from flask_babel import get_locale
from sqlalchemy import select

from app.accounts.models import CatalogueEntry
from app.db import db
from app.text import sort_key


@dataclass(frozen=True)
class Entry:
    """A word of a catalogue."""

    kind: str
    code: str
    name_ru: str
    name_en: str
    synonyms: tuple[str, ...]
    from_on: date | None
    until_on: date | None

    @property
    def name(self) -> str:
        """In the reader's language."""
        locale = get_locale()
        return self.name_en if locale is not None and locale.language == "en" else self.name_ru

    def holds_on(self, day: date) -> bool:
        return (self.from_on is None or self.from_on <= day) and (
            self.until_on is None or day <= self.until_on
        )


_cache: dict[str, tuple[Entry, ...]] = {}
_lock = Lock()


def forget_catalogues() -> None:
    """Read anew at the next question; other processes read at their start."""
    with _lock:
        _cache.clear()


def catalogue(kind: str, on: date | None = None) -> tuple[Entry, ...]:
    """Entries of a catalogue in their order; only those valid on that day where `on` is given."""
    entries = _cache.get(kind)
    if entries is None:
        entries = _read(kind)
        if entries:  # an empty catalogue is one not seeded yet
            with _lock:
                _cache[kind] = entries
    return entries if on is None else tuple(entry for entry in entries if entry.holds_on(on))


def catalogue_name(kind: str, code: str | None) -> str:
    """The word behind a code, "" for none; a code unknown today stays readable as it is."""
    if code is None:
        return ""
    return next((entry.name for entry in catalogue(kind) if entry.code == code), code)


def find_in_catalogue(kind: str, text: str, on: date | None = None) -> Entry | None:
    """The entry people mean: by code, name in either language or synonym; ё = е, case does not count."""
    wanted = sort_key(" ".join(text.split()))
    for entry in catalogue(kind, on):
        words = (entry.code, entry.name_ru, entry.name_en, *entry.synonyms)
        if wanted in {sort_key(word) for word in words}:
            return entry
    return None


def _read(kind: str) -> tuple[Entry, ...]:
    rows = db.session.scalars(
        select(CatalogueEntry).where(CatalogueEntry.kind == kind).order_by(CatalogueEntry.position)
    )
    return tuple(
        Entry(
            kind=row.kind,
            code=row.code,
            name_ru=row.name_ru,
            name_en=row.name_en,
            synonyms=tuple(row.synonyms),
            from_on=row.from_on,
            until_on=row.until_on,
        )
        for row in rows
    )
