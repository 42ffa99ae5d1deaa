"""What the programme refuses, in the words people are told."""

from flask_babel import lazy_gettext as _

from app.errors import InvalidInput


class ReasonNeeded(InvalidInput):
    """An item is moved or dropped without a word why."""

    message = _("Say in a few words why the item is moved or dropped.")
