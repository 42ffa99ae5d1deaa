"""Facts that stop people from answering."""

from flask_babel import lazy_gettext as _

from app.errors import DomainError, InvalidInput, NotFound


class LinkNotValid(NotFound):
    """No assignment has this link: mistyped, or replaced by a newer one."""

    title = _("The link does not work")
    message = _(
        "It may have been copied in part, or a newer letter has replaced it. "
        "Please open the link from the last letter."
    )


class WaveNotOpen(DomainError):
    """The wave is still being prepared."""

    status = 403
    title = _("The diagnostics have not begun yet")
    message = _("The link will work from the first day.")


class WaveClosed(DomainError):
    """The wave is over: nothing can be answered any more."""

    status = 403
    title = _("The diagnostics are closed")
    message = _("The diagnostics are closed: answers are no longer accepted.")


class RespondentLeft(DomainError):
    """The person no longer works in the cluster."""

    status = 403
    title = _("The link is no longer valid")
    message = _("This link belongs to a person who no longer takes part in the cluster.")


class ConsentMissing(DomainError):
    """Answers came before the consent to process them, or after its withdrawal."""

    status = 403
    title = _("Consent is needed first")
    message = _("Please open the first page of the diagnostics and give your consent before answering.")


class Refused(DomainError):
    """Answers came although the person has chosen not to take part."""

    status = 403
    title = _("You have chosen not to take part")
    message = _("You can change this on the first page.")


class ResponseAlreadySubmitted(DomainError):
    """The answers were sent before."""

    status = 409
    title = _("The answers were sent already")
    message = _("The answers were sent already; they cannot be changed any more.")


class UnreadableRequest(InvalidInput):
    """What a page's script sent is not what it sends."""

    title = _("The answers could not be read")
    message = _("Please refresh the page: the answers saved before are in it.")
