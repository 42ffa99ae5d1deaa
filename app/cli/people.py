"""`opora people import`: a list of teachers from a spreadsheet."""

from pathlib import Path

import click

from app.cli.files import RegularFile
from app.cli.output import print_json
from app.cli.russian import Group


@click.group(cls=Group)
def people() -> None:
    """Педагоги кластера."""


@people.command("import")
@click.argument("file", metavar="ФАЙЛ", type=RegularFile())
@click.option(
    "--apply", "is_applied", is_flag=True, help="Загрузить хорошие строки; без него — только проверка."
)
@click.option(
    "--cluster", "cluster_name", metavar="НАЗВАНИЕ", help="Название кластера, если в базе их несколько."
)
@click.option("--json", "as_json", is_flag=True, help="Ответ в JSON.")
def import_people(file: Path, *, is_applied: bool, cluster_name: str | None, as_json: bool) -> None:
    """Проверить список педагогов из XLSX или CSV и, с --apply, загрузить его.

    Повторная загрузка ничего не удваивает. Код выхода 1, если какие-то строки не приняты.
    """
    from app.cli.running import application

    with application():
        from app.accounts import imports
        from app.cli.clusters import choose_cluster

        report = imports.import_people(file, choose_cluster(cluster_name), apply=is_applied)
        if as_json:
            print_json(report.as_dict())
        else:
            for line in report.lines():
                click.echo(line)
    if not report.is_clean:
        raise SystemExit(1)


@people.command("rescue")
@click.argument("login", metavar="ЛОГИН")
@click.option("--json", "as_json", is_flag=True, help="Ответ в JSON.")
def rescue_person(login: str, *, as_json: bool) -> None:
    """Вернуть доступ, если потеряны телефон или пароль.

    Для единственного координатора или администратора: остальным помогают они, на карточке человека.
    Снимает второй фактор, завершает все сеансы и печатает одноразовый код для нового пароля; у кого
    есть адрес почты, тот восстанавливает пароль письмом.
    """
    from app.cli.running import application

    with application():
        from app.cli.rescue import rescue
        from app.clock import utcnow

        done = rescue(login, utcnow())
    if as_json:
        print_json({"login": done.login, "code": done.code})
    elif done.code is None:
        click.echo("Второй фактор снят. Пароль прежний; забытый восстанавливается на странице входа.")
    else:
        click.echo(f"Второй фактор снят. Логин {done.login}, одноразовый код {done.code}")
        click.echo("На странице входа нажмите «Войти по листку» и придумайте новый пароль.")
