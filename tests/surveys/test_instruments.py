from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.db import db, transaction
from surveys.models import InstrumentVersion, Scoring
from surveys.services.instruments import (
    InvalidDefinition,
    WrongVersionNumber,
    check_document,
    check_file,
    publish_document,
)
from surveys.versions import compiled_scoring, compiled_version

SMALL = Path(__file__).parent / "definition" / "small.yaml"
INSTRUMENTS = Path("surveys/instruments")
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def publish(source: bytes):
    with transaction():
        return publish_document(source, "small.yaml", now=NOW)


def changed(change) -> bytes:
    document = yaml.safe_load(SMALL.read_text(encoding="utf-8"))
    change(document)
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False).encode()


def counts() -> tuple[int, int]:
    return (
        db.session.scalar(select(func.count()).select_from(InstrumentVersion)),
        db.session.scalar(select(func.count()).select_from(Scoring)),
    )


@pytest.mark.parametrize("name", ["cluster_competence.yaml", "lesson_observation.yaml"])
def test_the_built_in_instruments_have_no_errors(app, name):
    assert [p for p in check_file(INSTRUMENTS / name) if p.severity == "error"] == []


def test_publishing_freezes_a_version_and_its_scoring(app):
    publication = publish(SMALL.read_bytes())
    assert publication.outcome == "published"
    assert counts() == (1, 1)
    definition = compiled_version(publication.version.id)
    assert definition == compiled_scoring(publication.scoring.id)
    assert definition.code == publication.version.instrument.code


def test_a_published_version_cannot_be_edited(app):
    version = publish(SMALL.read_bytes()).version
    with pytest.raises(IntegrityError, match="insert-only"), transaction():
        version.number = "9.9"
        db.session.flush()


def test_publishing_the_same_again_changes_nothing(app):
    publish(SMALL.read_bytes())
    assert publish(SMALL.read_bytes()).outcome == "unchanged"
    assert counts() == (1, 1)


def test_corrected_points_are_a_new_scoring_of_the_same_version(app):
    first = publish(SMALL.read_bytes())

    def correct(document):
        single = next(item for item in document["items"] if item["type"] == "single")
        single["options"][-1]["points"] = 2

    second = publish(changed(correct))
    assert second.outcome == "rescored"
    assert second.version.id == first.version.id
    assert counts() == (1, 2)


def test_changed_texts_need_a_higher_minor_number(app):
    publish(SMALL.read_bytes())

    def reword(document):
        document["title"] = {"ru": "Другое название", "en": "Another title"}

    with pytest.raises(WrongVersionNumber):
        publish(changed(reword))

    def reword_and_number(document):
        reword(document)
        document["version"] = "1.1"

    assert publish(changed(reword_and_number)).outcome == "published"
    assert counts() == (2, 2)


def test_another_question_needs_a_higher_major_number(app):
    publish(SMALL.read_bytes())

    def add_an_option(document):
        single = next(item for item in document["items"] if item["type"] == "single")
        single["options"].append({"code": "zz", "text": {"ru": "ещё одно", "en": "one more"}, "points": 0})
        document["version"] = "1.1"

    with pytest.raises(WrongVersionNumber):
        publish(changed(add_an_option))

    def and_number(document):
        add_an_option(document)
        document["version"] = "2.0"

    assert publish(changed(and_number)).outcome == "published"


def test_mistakes_are_named_with_their_lines_and_nothing_is_published(app):
    with pytest.raises(InvalidDefinition) as caught:
        publish(b"format: opora-instrument/1\ncode: x\n")
    assert caught.value.problems
    assert counts() == (0, 0)


def test_a_code_reused_for_another_question_is_refused(app):
    publish(SMALL.read_bytes())

    def swap_two_options(document):
        first, second = next(item for item in document["items"] if item["type"] == "single")["options"][:2]
        first["text"], second["text"] = second["text"], first["text"]
        document["version"] = "2.0"

    definition, problems = check_document(changed(swap_two_options), "small.yaml")
    assert definition is None
    assert any(problem.code == "swapped_codes" for problem in problems)
