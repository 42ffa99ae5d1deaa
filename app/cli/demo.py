"""`opora demo`: the demonstration cluster and generated load."""

from dataclasses import asdict

import click

from app.cli.output import Refused, print_json
from app.cli.russian import Group

NO_DEMO = "учебного кластера нет: выполните `opora demo --ensure`"
STEPS = {
    "final_opened": "Стартовая диагностика закрыта, открыта итоговая: пройдите её и выполните команду ещё раз.",
    "final_closed": "Итоговая диагностика закрыта: сравнение готово, координатору осталось его опубликовать.",
    "nothing_left": "Обе диагностики уже закрыты, дальше делать нечего.",
}


@click.group(cls=Group, invoke_without_command=True)
@click.option(
    "--ensure",
    is_flag=True,
    help="Привести схему базы к этой версии и загрузить учебный кластер, если его ещё нет.",
)
@click.option("--accounts", is_flag=True, help="Показать учебные учётные записи.")
@click.option(
    "--responses", type=click.IntRange(1, 1_000_000), metavar="N", help="Записать N ответов для измерений."
)
@click.option("--score", is_flag=True, help="С --responses: отдать записанное на подсчёт работникам.")
@click.option(
    "--bench-links",
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="Открыть анкету из 40 обязательных вопросов и напечатать N личных ссылок.",
)
@click.option(
    "--bench-pages",
    type=click.IntRange(1, 40),
    metavar="N",
    default=1,
    show_default=True,
    help="С --bench-links: на скольких страницах анкета.",
)
@click.option("--json", "as_json", is_flag=True, help="Напечатать JSON: учётные записи, ссылки, страницы.")
@click.pass_context
def demo(
    context: click.Context,
    *,
    ensure: bool,
    accounts: bool,
    responses: int | None,
    score: bool,
    bench_links: int | None,
    bench_pages: int,
    as_json: bool,
) -> None:
    """Учебный кластер: загрузить и показать учётные записи.

    Вымышленный округ с завершённой программой и текущим учебным годом. Без параметров — то же,
    что --ensure --accounts.
    """
    if context.invoked_subcommand is not None:
        return
    if responses is not None:
        _store_responses(responses, is_scored=score, as_json=as_json)
    elif bench_links is not None:
        _open_bench_wave(bench_links, bench_pages, as_json=as_json)
    elif as_json:
        _print_description()
    else:
        if ensure or not accounts:
            _load()
        if accounts or not ensure:
            _print_accounts()


def _load() -> None:
    from app.cli.running import application

    with application():
        from app.cli.schema import bring_up_to_date
        from app.clock import utcnow
        from app.demo.loading import ForeignData, ensure_demo

        bring_up_to_date()
        try:
            is_new = ensure_demo(utcnow())
        except ForeignData as error:
            raise Refused(
                "в базе уже есть настоящий кластер: учебные данные к нему не добавляются"
            ) from error
        click.echo("Учебный кластер загружен." if is_new else "Учебный кластер уже загружен.")


def _print_accounts() -> None:
    from app.demo.accounts import PASSWORD, list_accounts

    shown = list_accounts()
    width = max(len(account.title) for account in shown)
    click.echo(f"\nУчебные учётные записи, пароль у всех один: {PASSWORD}")
    for account in shown:
        click.echo(f"  {account.login:<12} {account.title:<{width}}  попробуйте: {account.to_try}")


def _print_description() -> None:
    from app.cli.running import application

    with application() as flask_app:
        from app.demo.description import describe
        from app.demo.loading import NotLoaded

        try:
            print_json(describe(flask_app))
        except NotLoaded as error:
            raise Refused(NO_DEMO) from error


def _store_responses(count: int, *, is_scored: bool, as_json: bool) -> None:
    from app.cli.running import application

    with application():
        from app.clock import utcnow
        from app.db import transaction
        from app.demo.load import store_responses
        from tasks.scoring import add_scoring

        with transaction():
            ids = store_responses(count, utcnow())
            if is_scored:
                add_scoring(ids)
    if as_json:
        print_json({"stored": len(ids), "scoring": is_scored})
    else:
        click.echo(f"Записано ответов: {len(ids)}.")


def _open_bench_wave(n_people: int, n_pages: int, *, as_json: bool) -> None:
    from app.cli.running import application

    with application():
        from app.clock import utcnow
        from app.db import transaction
        from app.demo.load import open_bench_wave

        with transaction():
            opened = open_bench_wave(n_people, n_pages, utcnow())
    if as_json:
        print_json(asdict(opened))
    else:
        for link in opened.links:
            click.echo(link)


@demo.command()
@click.option("--json", "as_json", is_flag=True, help="Ответ в JSON.")
def advance(*, as_json: bool) -> None:
    """Перейти к следующему шагу учебного года.

    Сначала закрывается стартовая диагностика и открывается итоговая, затем закрывается итоговая.
    Остальные педагоги за это время отвечают сами; показанные учётные записи остаются вам.
    """
    from app.cli.running import application

    with application():
        from app.clock import utcnow
        from app.db import transaction
        from app.demo import advance as time
        from app.demo.loading import NotLoaded

        try:
            with transaction():
                step = time.advance(utcnow())
        except NotLoaded as error:
            raise Refused(NO_DEMO) from error
    if as_json:
        print_json({"step": step})
    else:
        click.echo(STEPS[step])
