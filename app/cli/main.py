"""The command's tree; each subcommand imports what it needs when it runs, so that `opora run` stays small."""

import sys

import click

from app.cli.check import check
from app.cli.demo import demo
from app.cli.instruments import instrument
from app.cli.jobs import jobs
from app.cli.output import Refused
from app.cli.people import people
from app.cli.russian import Group
from app.cli.setup import init
from app.embedded.messages import complain, reason_of


@click.group("opora", cls=Group, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """«Опора»: диагностика, практический семинар и программа кластера школ.

    Коды выхода: 0 — сделано, 1 — отказ или найдены ошибки, 2 — неверный вызов.
    """


@cli.command()
def run() -> None:
    """Запустить всё: базы данных, сайт, работников, почту. Ctrl-C останавливает."""
    from app.embedded.process import EmbeddedServiceError
    from app.embedded.supervisor import RunSettings
    from app.embedded.supervisor import run as run_everything

    try:
        settings = RunSettings.from_environment()
    except EmbeddedServiceError as error:
        raise Refused(str(error)) from error
    sys.exit(run_everything(settings))


@cli.command()
def migrate() -> None:
    """Привести схему базы данных к этой версии программы."""
    from app.cli.running import application

    with application():
        from app.cli.schema import bring_up_to_date

        bring_up_to_date()


for command in (init, demo, check, people, instrument, jobs):
    cli.add_command(command)


def main() -> None:
    """Entry point of the `opora` script."""
    try:
        cli(prog_name="opora")
    except OSError as error:
        complain(f"{error.filename or 'вывод'}: {reason_of(error)}")
        sys.exit(1)
