"""Facts that stop a request, with the status they answer and the sentence they are told in."""

from typing import Any

from flask_babel import lazy_gettext as _


class DomainError(Exception):
    """A rule of the domain says no. `app.error_pages` renders it; views do not catch it."""

    status = 409
    title: Any = None
    """What happened, where the words of the status would mislead; the message then says what to do."""
    message: Any = _("This cannot be done now.")

    def __init__(self, *args: object, **details: object) -> None:
        super().__init__(*args)
        self.details = details

    def __str__(self) -> str:
        return str(self.message % self.details if self.details else self.message)


class NotFound(DomainError):
    """The object is not there, or not the reader's: the answer must not tell which."""

    status = 404
    message = _("There is no such page, or it is not open to you.")


class NotAllowed(DomainError):
    """The reader may see the object but not do this to it."""

    status = 403
    message = _("You have no right to do this.")


class InvalidInput(DomainError):
    """What came cannot be read as what was asked for."""

    status = 422
    message = _("The data could not be read.")
