"""Tables of people to work with in a spreadsheet."""

import io
from collections.abc import Mapping, Sequence

import xlsxwriter
from flask_babel import gettext as _

from app.accounts.models import Person
from app.accounts.queries import catalogue_name
from app.accounts.roles import ROLE_NAMES
from app.permissions import Role


def people_table(people: Sequence[Person], roles: Mapping[int, Sequence[Role]]) -> io.BytesIO:
    """A workbook with a frozen header, an autofilter and «№ п/п»; text stays text, whatever it begins with."""
    columns = (
        (_("No."), 6),
        (_("Surname"), 20),
        (_("First name"), 16),
        (_("Patronymic"), 18),
        (_("School"), 28),
        (_("Position"), 30),
        (_("Subjects"), 30),
        (_("Qualification category"), 24),
        (_("Extra category"), 20),
        (_("Length of service"), 16),
        (_("E-mail"), 28),
        (_("Telephone"), 20),
        (_("Roles"), 28),
    )
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        sheet = book.add_worksheet(_("People"))
        for number, (title, width) in enumerate(columns):
            sheet.write_string(0, number, title, head)
            sheet.set_column(number, number, width)
        for number, person in enumerate(people, start=1):
            sheet.write_number(number, 0, number)
            for column, value in enumerate(_cells(person, roles.get(person.id, ())), start=1):
                sheet.write_string(number, column, value)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(people), 1), len(columns) - 1)
    buffer.seek(0)
    return buffer


def _cells(person: Person, roles: Sequence[Role]) -> list[str]:
    return [
        person.surname,
        person.name,
        person.patronymic or "",
        person.organisation.short_name if person.organisation else "",
        catalogue_name("position", person.position),
        ", ".join(catalogue_name("subject", code) for code in person.subjects),
        catalogue_name("category", person.category),
        catalogue_name("extra_category", person.extra_category),
        catalogue_name("service_band", person.service_band),
        person.email or "",
        person.phone or "",
        ", ".join(str(ROLE_NAMES[role]) for role in roles),
    ]
