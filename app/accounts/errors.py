"""Facts that stop what people do with accounts, people and organisations."""

from flask_babel import lazy_gettext as _

from app.errors import DomainError, InvalidInput


class TooManyAttempts(DomainError):
    """Guessing is slowed down, never locked out for ever."""

    status = 429
    message = _("Too many attempts. Please try again in %(minutes)d min.")


class LinkNoLongerValid(DomainError):
    """A one-time secret was used, replaced by a newer one, or its term is over."""

    status = 410
    message = _("This link has been used already, replaced by a newer one, or its term is over.")


class CodeNotAccepted(InvalidInput):
    """A sign-in slip's user name and code do not go together, or the slip is spent."""

    message = _("The user name and the code do not match, or the code is no longer valid.")


class NoAddress(DomainError):
    """A letter with a link needs an address that belongs to this person alone."""

    message = _(
        "The person has no address of their own, so a link cannot be sent. Print a sign-in slip instead."
    )


class AccountAlreadyActive(DomainError):
    """The person signs in with a password already."""

    message = _("The account is active already: the person signs in with their own password.")


class AddressTaken(InvalidInput):
    """An address signs in one person only."""

    message = _("This address is the sign-in of another person.")


class GrantExists(DomainError):
    """The same role, scope and first day twice."""

    message = _("The person has this role from this day already.")


class OutsideCluster(InvalidInput):
    """An organisation or a person of another cluster was named."""

    message = _("The organisation does not belong to the cluster.")


class LastCoordinator(DomainError):
    """A cluster without a coordinator has nobody to appoint one."""

    message = _("This is the only coordinator of the cluster. Appoint another one first.")


class PeriodEndsBeforeItStarts(InvalidInput):
    """A period's last day lies before its first."""

    message = _("The period ends before it starts.")


class NoConsentText(DomainError):
    """Consents are given to a version of a text; none is stored."""

    message = _("The text of the consent is not loaded. Please tell the administrator.")
