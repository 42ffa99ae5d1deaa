"""`opora jobs`: what workers have to do, and another try for what they gave up."""

import click

from app.cli.output import Refused, print_json
from app.cli.russian import Group

MOST = 2**63 - 1
STATES = {"waiting": "ждут", "running": "в работе", "done": "сделаны", "dead": "не удались"}


@click.group(cls=Group)
def jobs() -> None:
    """Фоновые задания: список и повтор."""


@jobs.command("list")
@click.option("--json", "as_json", is_flag=True, help="Ответ в JSON.")
def list_jobs(*, as_json: bool) -> None:
    """Показать задания по видам и состояниям, неудавшиеся — с причиной."""
    from app.cli.running import application

    with application():
        from app.jobs.queries import count_jobs, list_dead
        from app.jobs.titles import title_of

        counts, dead = count_jobs(), list_dead()
        if as_json:
            print_json(
                {
                    "kinds": [
                        {
                            "kind": line.kind,
                            "queue": line.queue,
                            **{state: line.of(state) for state in STATES},
                        }
                        for line in counts
                    ],
                    "dead": [
                        {"id": job.id, "kind": job.kind, "attempts": job.attempts, "error": job.last_error}
                        for job in dead
                    ],
                }
            )
            return
        if not counts:
            click.echo("Заданий нет.")
        for line in counts:
            states = ", ".join(f"{word} {line.of(state)}" for state, word in STATES.items() if line.of(state))
            click.echo(f"{title_of(line.kind)}: {states}")
        for job in dead:
            click.echo(f"  не удалось № {job.id} «{title_of(job.kind)}»: {_reason(job.last_error)}")


def _reason(error: str | None) -> str:
    from app.jobs.claims import LEASE_EXPIRED

    return "работник был остановлен или не успел" if error == LEASE_EXPIRED else error or "причина неизвестна"


@jobs.command()
@click.argument("ids", nargs=-1, type=click.IntRange(1, MOST), metavar="[НОМЕР]...")
@click.option("--json", "as_json", is_flag=True, help="Ответ в JSON.")
def retry(ids: tuple[int, ...], *, as_json: bool) -> None:
    """Повторить неудавшиеся задания: названные номерами или все."""
    from app.cli.running import application

    with application():
        from app.db import transaction
        from app.jobs.claims import revive
        from app.jobs.queries import list_dead_ids

        with transaction():
            dead = list_dead_ids()
            if unknown := [str(number) for number in ids if number not in dead]:
                raise Refused(f"среди неудавшихся нет задания {', '.join(unknown)}; ничего не повторено")
            count = revive(ids or dead)
        if as_json:
            print_json({"retried": count})
        elif count:
            click.echo(f"Отправлено на повтор: {count}.")
        else:
            click.echo("Неудавшихся заданий нет.")
