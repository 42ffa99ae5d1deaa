"""A mail server that follows a script, kinds of letters for the tests, and a noon that never ends."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader

from app.accounts.models import Person
from app.db import transaction
from app.mail import letters, sender
from app.mail.letters import LetterKind
from tests.mail.scripted_server import ScriptedServer

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)  # 12:00 in Novokuznetsk


@pytest.fixture
def kinds(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[..., LetterKind]:
    """`kinds("hello", ...)`: register a kind of letters for this test only."""
    monkeypatch.setattr(letters, "_kinds", {})
    folder = FileSystemLoader(Path(__file__).parent / "templates")
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([folder, app.jinja_env.loader]))

    def register(name: str = "hello", **options: object) -> LetterKind:
        values = {
            "template": "greetings/hello",
            "context": lambda letter: {"code": letter.payload.get("code", "нет")},
            "title": "приветствия",
            **options,
        }
        return letters.register(LetterKind(name, **values))

    return register


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """By day letters leave, whenever the tests run."""
    monkeypatch.setattr(sender, "utcnow", lambda: NOON)
    monkeypatch.setattr(letters, "after_quiet_hours", lambda moment, zone: moment)


@pytest.fixture
def server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    with ScriptedServer() as scripted:
        monkeypatch.setitem(app.config, "MAIL_URL", scripted.url)
        yield scripted


@pytest.fixture
def queue_letter() -> Callable[..., None]:
    def queue(person: Person, kind: str = "hello", **options: object) -> None:
        with transaction():
            letters.queue(
                kind,
                **{
                    "person_id": person.id,
                    "cluster_id": person.cluster_id,
                    "subject_key": "greeting:1",
                    **options,
                },
            )

    return queue
