"""The list of letters as a spreadsheet."""

import io
from collections.abc import Iterable, Mapping

from flask import current_app
from flask_babel import gettext as _
from flask_babel import pgettext

from app.formats import surname_initials
from app.mail.models import Letter
from app.spreadsheets import in_table, table


def letters_table(letters: Iterable[Letter], titles: Mapping[str, object], time_zone: str) -> io.BytesIO:
    """One letter a row, said in the words of the page."""
    words = current_app.jinja_env.get_template("mail/words.html").module
    columns = (
        (pgettext("letter", "Recipient"), 26),
        (pgettext("letter", "Letter"), 34),
        (pgettext("letter", "Queued"), 18),
        (pgettext("letter", "Sent at"), 18),
        (pgettext("letter", "State"), 18),
        (pgettext("letter", "Reason"), 60),
    )
    rows = (
        (
            surname_initials(letter.person),
            str(titles[letter.kind]),
            in_table(letter.created_at, time_zone),
            in_table(letter.sent_at, time_zone) if letter.sent_at else None,
            str(words.state_word(letter.state)).strip(),  # type: ignore[attr-defined]
            str(words.reason(letter)).strip(),  # type: ignore[attr-defined]
        )
        for letter in letters
    )
    return table(_("Letters"), columns, rows)
