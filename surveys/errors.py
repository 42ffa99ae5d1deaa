"""Facts that stop people from answering."""

from flask_babel import lazy_gettext as _

from app.errors import DomainError, InvalidInput, NotFound


class LinkNotValid(NotFound):
    """No assignment has this link: mistyped, or replaced by a newer one."""

    message = _(
        "This link does not work. It may have been copied in part, or a newer letter has replaced it. "
        "Please open the link from the last letter."
    )


class WaveNotOpen(DomainError):
    """The wave is still being prepared."""

    status = 403
    message = _("The diagnostics have not begun yet. The link will work from the first day.")


class WaveClosed(DomainError):
    """The wave is over: nothing can be answered any more."""

    status = 403
    message = _("The diagnostics are closed: answers are no longer accepted.")


class RespondentLeft(DomainError):
    """The person no longer works in the cluster."""

    status = 403
    message = _("This link belongs to a person who no longer takes part in the cluster.")


class ConsentMissing(DomainError):
    """Answers came before the consent to process them, or after its withdrawal."""

    status = 403
    message = _("Please open the first page of the diagnostics and give your consent before answering.")


class Refused(DomainError):
    """Answers came although the person has chosen not to take part."""

    status = 403
    message = _("You have chosen not to take part. You can change this on the first page.")


class ResponseAlreadySubmitted(DomainError):
    """The answers were sent before."""

    status = 409
    message = _("The answers were sent already; they cannot be changed any more.")


class UnreadableRequest(InvalidInput):
    """What a page's script sent is not what it sends."""

    message = _("The answers could not be read. Please refresh the page.")
