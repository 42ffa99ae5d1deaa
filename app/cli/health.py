"""What `opora check` looks at; each check yields what is wrong, in words for the operator."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import func, select, text

from app.cli.schema import MIGRATIONS
from app.clock import utcnow
from app.db import db
from app.embedded.keys import FOLDER, NAMES
from app.jobs.models import Job, JobState
from app.jobs.titles import title_of
from app.mail.models import Letter, LetterState
from app.storage import storage
from seminars.models import StoredFile
from seminars.services.audit import audit

MOST_SHOWN = 20
SHORTEST_KEY = 32
LETTER_STATES = {
    LetterState.FAILED: "не приняты почтовым сервером",
    LetterState.UNKNOWN: "неизвестно, дошли ли",
}


@dataclass(frozen=True)
class Finding:
    """What is wrong, with a code a program may look for."""

    code: str
    text: str


def find_all() -> list[Finding]:
    """Everything that is wrong; an empty list is health."""
    findings = [*_database(), *_schema(), *_secrets(), *_keys()]
    if any(finding.code == "schema" for finding in findings):
        return findings  # the rest reads tables that may not be there
    return [*findings, *_seminar(), *_jobs(), *_letters(), *_files()]


def _database() -> Iterator[Finding]:
    if db.session.scalar(text("SHOW server_encoding")) != "UTF8":
        yield Finding("encoding", "кодировка базы не UTF-8")
    if db.session.scalar(text("SELECT lower('Ё')")) != "ё":
        yield Finding("locale", "база не знает кириллицы: lower('Ё') не даёт «ё», поиск молча ошибается")


def _schema() -> Iterator[Finding]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    wanted = set(ScriptDirectory.from_config(config).get_heads())
    found = set(MigrationContext.configure(db.session.connection()).get_current_heads())
    if wanted != found:
        yield Finding("schema", "схема базы не той версии: выполните `opora migrate`")


def _secrets() -> Iterator[Finding]:
    folder = Path(current_app.config["OPORA_HOME"]) / FOLDER
    for path in [folder, *sorted(folder.glob("*"))] if folder.is_dir() else []:
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            yield Finding("secret_mode", f"{path} открыт другим пользователям (права {mode:o})")
        if path.stat().st_uid != os.geteuid():
            yield Finding("secret_owner", f"{path} принадлежит другому пользователю")


def _keys() -> Iterator[Finding]:
    keys = {name: str(current_app.config[name]) for name in NAMES}
    for name, key in keys.items():
        if len(key) < SHORTEST_KEY:
            yield Finding("key_short", f"{name} короче {SHORTEST_KEY} знаков: его можно подобрать")
    if len(set(keys.values())) < len(keys):
        yield Finding("keys_equal", f"{' и '.join(keys)} одинаковы: нужны разные")


def _seminar() -> Iterator[Finding]:
    for found in audit(None, now=utcnow()):
        yield Finding(f"seminar_{found.kind}", f"занятие {found.session}: {found.details}")


def _jobs() -> Iterator[Finding]:
    rows = db.session.execute(
        select(Job.kind, func.count()).where(Job.state == JobState.DEAD).group_by(Job.kind).order_by(Job.kind)
    )
    for kind, count in rows:
        yield Finding(
            "jobs_dead", f"не удались задания «{title_of(kind)}»: {count}; причины покажет `opora jobs list`"
        )


def _letters() -> Iterator[Finding]:
    rows = db.session.execute(
        select(Letter.state, func.count())
        .where(Letter.state.in_(LETTER_STATES))
        .group_by(Letter.state)
        .order_by(Letter.state)
    )
    for state, count in rows:
        yield Finding(f"letters_{state}", f"письма, {LETTER_STATES[state]}: {count}")


def _files() -> Iterator[Finding]:
    missing = 0
    for sha256, size in db.session.execute(select(StoredFile.sha256, StoredFile.size)):
        path = storage().path(sha256)
        if not path.is_file():
            missing += 1
            if missing <= MOST_SHOWN:
                yield Finding("file_missing", f"нет файла {sha256}")
        elif path.stat().st_size != size:
            yield Finding("file_size", f"файл {sha256} другого размера")
    if missing > MOST_SHOWN:
        yield Finding("file_missing", f"и ещё {missing - MOST_SHOWN} файлов нет")
