"""`opora check`: is everything as it must be."""

from dataclasses import asdict

import click

from app.cli.output import print_json
from app.cli.russian import Command


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Ответ в JSON.")
def check(*, as_json: bool) -> None:
    """Проверить, всё ли в порядке.

    Смотрит на базу (кодировка, локаль, версия схемы), места на занятиях, неудавшиеся задания и письма,
    файлы материалов, ключи (длина, разные ли, закрыты ли от других пользователей).

    Код выхода 1, если что-то не так.
    """
    from app.cli.running import application

    with application():
        from app.cli.health import find_all

        findings = find_all()
    if as_json:
        print_json({"ok": not findings, "findings": [asdict(finding) for finding in findings]})
    elif not findings:
        click.echo("Всё в порядке.")
    else:
        for finding in findings:
            click.echo(f"{finding.code}: {finding.text}")
    if findings:
        raise SystemExit(1)
