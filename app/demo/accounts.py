"""The accounts a visitor is shown, from the data files alone: printing them needs no database."""

from dataclasses import dataclass

from app.demo.invention import invent_teachers
from app.demo.source import read

PASSWORD = "opora-demo"  # noqa: S105 - printed for every visitor of the demonstration
"""One for all: hashing 150 of them would take a quarter of a minute."""


@dataclass(frozen=True)
class DemoAccount:
    """A line of the table of accounts."""

    role: str
    title: str
    login: str
    password: str
    name: str
    to_try: str


def list_accounts() -> list[DemoAccount]:
    """One account for each role, with what to try first."""
    teachers = {person.login: person for person in invent_teachers() if person.login}
    shown = []
    for entry in read("accounts"):
        surname, name, patronymic = entry.get("person") or (
            (person := teachers[entry["who"]]).surname,
            person.name,
            person.patronymic,
        )
        shown.append(
            DemoAccount(
                role=entry["role"],
                title=entry["title"],
                login=entry["login"],
                password=PASSWORD,
                name=f"{surname} {name[0]}. {patronymic[0]}.",
                to_try=entry["try"],
            )
        )
    return shown
