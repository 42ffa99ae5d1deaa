"""`opora demo`: the demonstration cluster and generated load."""

import click


@click.group(invoke_without_command=True)
@click.option("--ensure", is_flag=True, help="Загрузить учебный кластер, если его ещё нет.")
@click.option("--accounts", is_flag=True, help="Показать учебные учётные записи.")
@click.pass_context
def demo(context: click.Context, *, ensure: bool, accounts: bool) -> None:
    """Учебный кластер: вымышленный округ с завершённой программой и текущим годом.

    Без параметров — то же, что --ensure --accounts.
    """
    if context.invoked_subcommand is not None:
        return
    if ensure or not accounts:
        _load()
    if accounts or not ensure:
        _print_accounts()


def _load() -> None:
    from app.cli.running import application

    with application():
        from app.clock import utcnow
        from app.demo.loading import ForeignData, ensure_demo

        try:
            is_new = ensure_demo(utcnow())
        except ForeignData as error:
            raise click.ClickException(
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
