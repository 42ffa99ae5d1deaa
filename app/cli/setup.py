"""`opora init`: an empty cluster with one coordinator."""

import click

from app.cli.output import Refused
from app.cli.russian import Command


@click.command(cls=Command)
@click.option("--ensure", is_flag=True, help="Ничего не делать, если кластер уже есть.")
@click.option("--slip", is_flag=True, help="Только напечатать логин и новый одноразовый код координатора.")
@click.option(
    "--cluster", metavar="ИМЯ", default="Новый кластер", show_default=True, help="Название кластера."
)
@click.option(
    "--district",
    metavar="НАЗВАНИЕ",
    default="Муниципальный округ",
    show_default=True,
    help="Название округа.",
)
@click.option(
    "--time-zone", metavar="ПОЯС", default="Asia/Novokuznetsk", show_default=True, help="Часовой пояс сроков."
)
@click.option(
    "--surname", metavar="ФАМИЛИЯ", default="Координатор", show_default=True, help="Фамилия координатора."
)
@click.option("--name", metavar="ИМЯ", default="коллега", show_default=True, help="Имя координатора.")
@click.option("--patronymic", metavar="ОТЧЕСТВО", help="Отчество координатора.")
@click.option(
    "--email", metavar="АДРЕС", help="Адрес: приглашение придёт письмом; без него печатается код для входа."
)
def init(*, ensure: bool, slip: bool, **answers: str) -> None:
    """Создать пустой кластер с одним координатором.

    Схема базы приводится к этой версии программы. Встроенные инструменты диагностики публикуются
    сразу; дальше координатора ведут пять шагов на главной.
    """
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from app.cli.running import application

    try:
        ZoneInfo(answers["time_zone"])
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise click.BadParameter(
            f"нет такого часового пояса: {answers['time_zone']}; пример: Europe/Moscow.",
            param_hint="'--time-zone'",
        ) from error
    with application():
        from app.cli.founding import Founding, found_cluster
        from app.cli.schema import bring_up_to_date
        from app.clock import utcnow

        if not slip:
            bring_up_to_date()
            if found_cluster(Founding(**answers), utcnow()):
                click.echo("Кластер создан.")
            elif not ensure:
                raise Refused("кластер уже есть: второй не создаётся")
        if slip or not (ensure or answers["email"]):
            _print_slip()


def _print_slip() -> None:
    from app.cli.founding import make_coordinator_slip
    from app.clock import utcnow

    slip = make_coordinator_slip(utcnow())
    if slip is None:
        click.echo("Координатор уже входил. Потеряны пароль или телефон — `opora people rescue ЛОГИН`.")
        return
    click.echo(f"Первый вход координатора: логин {slip.username}, одноразовый код {slip.code}")
    click.echo("На странице входа нажмите «Войти по листку» и придумайте пароль.")
