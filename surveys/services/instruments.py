"""Checking and publishing instruments: what is published never changes again."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from flask_babel import lazy_gettext as _
from sqlalchemy import select, text

from app.db import db
from app.errors import InvalidInput
from surveys.definition import Definition, Problem, build, compare, freeze, load_definition, reused_codes
from surveys.models import Instrument, InstrumentVersion, Scoring
from surveys.signals import scoring_corrected

BUILT_IN = Path(__file__).parents[1] / "instruments"
Outcome = Literal["published", "unchanged", "rescored"]


class InvalidDefinition(InvalidInput):
    """The document has mistakes; `problems` names each with its line."""

    message = _("The instrument has mistakes and was not published.")

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__()
        self.problems = problems


class WrongVersionNumber(InvalidInput):
    """The number does not say what the change is."""

    message = _("Version %(number)s must be above %(latest)s: %(rule)s.")


@dataclass(frozen=True)
class Publication:
    """What publishing a document came to."""

    version: InstrumentVersion
    scoring: Scoring
    outcome: Outcome
    warnings: list[Problem]


def check_document(source: bytes, name: str) -> tuple[Definition | None, list[Problem]]:
    """The definition, if it has no errors, and every problem, codes reused from published versions included."""
    definition, problems = load_definition(source, name)
    if definition is not None:
        problems = [
            *problems,
            *reused_codes(definition, [build(v.definition) for v in _versions(definition.code)]),
        ]
        if any(problem.severity == "error" for problem in problems):
            definition = None
    return definition, problems


def check_file(path: Path) -> list[Problem]:
    """All problems of a file."""
    return check_document(path.read_bytes(), path.name)[1]


@dataclass(frozen=True)
class Foreseen:
    """What publishing a definition would do."""

    outcome: Outcome
    version_id: int | None
    """The published version with the same content, if there is one."""
    objection: WrongVersionNumber | None


def foresee(definition: Definition) -> Foreseen:
    """What publishing would come to now; changes nothing."""
    frozen = freeze(definition)
    same = _with_content(frozen.content_hash)
    if same is None:
        return Foreseen("published", None, _objection_to_number(definition))
    is_known = _find_scoring(same.id, frozen.scoring_hash) is not None
    return Foreseen("unchanged" if is_known else "rescored", same.id, None)


def publish_document(source: bytes, name: str, *, now: datetime) -> Publication:
    """Freeze a document as a new version, or as a new scoring of the version with the same content.

    Publishing the same document again changes nothing.
    """
    definition, problems = check_document(source, name)
    if definition is None:
        raise InvalidDefinition(problems)
    db.session.execute(
        text("SELECT pg_advisory_xact_lock(hashtext(:code))"), {"code": f"instrument:{definition.code}"}
    )
    frozen = freeze(definition)
    document = json.loads(frozen.canonical)
    same = _with_content(frozen.content_hash)
    if same is not None:
        known = _find_scoring(same.id, frozen.scoring_hash)
        if known is not None:
            return Publication(same, known, "unchanged", problems)
        scoring = _add_scoring(same, frozen.scoring_hash, document)
        scoring_corrected.send(version_id=same.id, scoring_id=scoring.id)
        return Publication(same, scoring, "rescored", problems)

    objection = _objection_to_number(definition)
    if objection is not None:
        raise objection
    version = InstrumentVersion(
        instrument=_instrument(definition.code),
        number=definition.version,
        definition=document,
        content_hash=frozen.content_hash,
        published_at=now,
    )
    db.session.add(version)
    db.session.flush()
    return Publication(version, _add_scoring(version, frozen.scoring_hash, document), "published", problems)


def publish_built_in(*, now: datetime) -> None:
    """Publish the instruments that come with the program; those published before stay as they are."""
    for path in sorted(BUILT_IN.glob("*.yaml")):
        publish_document(path.read_bytes(), path.name, now=now)


def _instrument(code: str) -> Instrument:
    found = db.session.scalars(select(Instrument).where(Instrument.code == code)).one_or_none()
    if found is None:
        found = Instrument(code=code)
        db.session.add(found)
    return found


def _add_scoring(version: InstrumentVersion, scoring_hash: str, document: dict[str, object]) -> Scoring:
    scoring = Scoring(version_id=version.id, scoring_hash=scoring_hash, definition=document)
    db.session.add(scoring)
    db.session.flush()
    return scoring


def _versions(code: str) -> list[InstrumentVersion]:
    """Published versions of an instrument, oldest first."""
    return list(
        db.session.scalars(
            select(InstrumentVersion)
            .join(Instrument)
            .where(Instrument.code == code)
            .order_by(InstrumentVersion.id)
        )
    )


def _with_content(content_hash: str) -> InstrumentVersion | None:
    return db.session.scalars(
        select(InstrumentVersion).where(InstrumentVersion.content_hash == content_hash)
    ).one_or_none()


def _find_scoring(version_id: int, scoring_hash: str) -> Scoring | None:
    return db.session.scalars(
        select(Scoring).where(Scoring.version_id == version_id, Scoring.scoring_hash == scoring_hash)
    ).one_or_none()


def _objection_to_number(definition: Definition) -> WrongVersionNumber | None:
    """Texts alone raise the minor number; other options, items or scales raise the major one."""
    versions = _versions(definition.code)
    if not versions:
        return None
    latest = max(versions, key=lambda version: number_parts(version.number))
    kind = compare(build(latest.definition), definition).kind
    major, minor = number_parts(definition.version)
    latest_major, latest_minor = number_parts(latest.number)
    if kind == "major":
        is_right, rule = (
            major > latest_major,
            _("questions, options or scales changed, so the first number grows"),
        )
    else:
        is_right, rule = (
            major == latest_major and minor > latest_minor,
            _("texts changed, so the second number grows"),
        )
    if is_right:
        return None
    return WrongVersionNumber(number=definition.version, latest=latest.number, rule=rule)


def number_parts(number: str) -> tuple[int, int]:
    """`"1.2"` as (1, 2)."""
    major, minor = number.split(".")
    return int(major), int(minor)
