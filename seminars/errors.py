"""What the seminar refuses, in the words people are told."""

from flask_babel import lazy_gettext as _

from app.errors import DomainError, NotAllowed


class MoveNotPossible(DomainError):
    """The registration has moved on meanwhile."""

    message = _("This registration has changed meanwhile. Look at the session's page again.")


class MoveNotYours(NotAllowed):
    """The move exists, but not for this mover."""

    message = _("You cannot change this registration.")


class SessionNotOpen(DomainError):
    """The session is a draft, cancelled or closed."""

    message = _("This session does not take registrations.")


class SignUpNotOpenYet(DomainError):
    message = _("Registration for this session has not opened yet.")


class SignUpOver(DomainError):
    message = _("Registration for this session is over.")


class OfferOver(DomainError):
    message = _("The time to accept this place is over. The place has gone to the next person in the queue.")


class CapacityBelowTaken(DomainError):
    """The seats would not hold those who have them."""

    message = _(
        "%(taken)s people hold places in this session, so it cannot have only %(capacity)s. "
        "Free places first, or choose %(taken)s or more."
    )


class NoFreePlace(DomainError):
    message = _("No place is free in this session. Raise the number of places first.")


class SessionInThePast(DomainError):
    message = _("A session that has begun cannot be moved or cancelled.")


class SessionStateWrong(DomainError):
    """The act does not fit the session's state."""

    message = _("The session's state has changed meanwhile. Look at its page again.")


class AttendanceNotOpen(DomainError):
    message = _("Attendance is marked from the day of the session on, until it is closed.")


class SessionNotOver(DomainError):
    message = _("A session can be closed after it has ended.")
