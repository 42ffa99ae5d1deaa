"""`opora instrument`: checking and publishing definitions of instruments."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.files import RegularFile
from app.cli.output import print_json
from app.cli.russian import Group

if TYPE_CHECKING:
    from surveys.definition import Problem

FILE = RegularFile()
WORDS = {"error": "ошибка", "warning": "замечание"}
OUTCOMES = {
    "published": "опубликована",
    "unchanged": "уже опубликована, ничего не изменилось",
    "rescored": "ключи исправлены: ответы будут пересчитаны",
}


@click.group(cls=Group)
def instrument() -> None:
    """Инструменты диагностики: проверка и публикация."""


@instrument.command()
@click.argument("file", metavar="ФАЙЛ", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Ответ в JSON.")
def check(file: Path, *, as_json: bool) -> None:
    """Проверить файл инструмента: ошибки и замечания по строкам.

    Код выхода 1, если есть ошибки; замечания публикации не мешают.
    """
    from app.cli.running import application

    with application():
        from surveys.services.instruments import check_file

        problems = check_file(file)
        _report(problems, {"file": str(file)}, as_json=as_json)
    if any(problem.severity == "error" for problem in problems):
        raise SystemExit(1)


@instrument.command()
@click.argument("file", metavar="ФАЙЛ", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Ответ в JSON.")
def publish(file: Path, *, as_json: bool) -> None:
    """Опубликовать инструмент: версия замораживается; повтор ничего не меняет."""
    from app.cli.running import application

    with application():
        from app.clock import utcnow
        from app.db import transaction
        from surveys.services.instruments import InvalidDefinition, publish_document

        try:
            with transaction():
                made = publish_document(file.read_bytes(), file.name, now=utcnow())
        except InvalidDefinition as error:
            _report(error.problems, {"file": str(file), "outcome": "refused"}, as_json=as_json)
            raise SystemExit(1) from error
        facts = {"file": str(file), "version": made.version.number, "outcome": made.outcome}
        _report(made.warnings, facts, as_json=as_json)
        if not as_json:
            click.echo(f"Версия {made.version.number}: {OUTCOMES[made.outcome]}.")


def _report(problems: "list[Problem]", facts: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        found = [
            {
                "severity": problem.severity,
                "line": problem.line,
                "path": problem.path,
                "code": problem.code,
                "message": str(problem.message),
            }
            for problem in problems
        ]
        print_json({**facts, "problems": found})
        return
    for problem in problems:
        place = f"строка {problem.line}" if problem.line else problem.path
        click.echo(f"{place}: {WORDS[problem.severity]}: {problem.message}")
    if not problems and "outcome" not in facts:
        click.echo("Ошибок и замечаний нет.")
