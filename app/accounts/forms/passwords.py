"""Choosing a password: by an invitation, a slip, a recovery link or at will."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, PasswordField
from wtforms.validators import DataRequired, Email, EqualTo, InputRequired, Length, ValidationError

from app.accounts.models import Account
from app.accounts.services import PasswordProblem, find_problem, is_password
from app.accounts.services.passwords import LONGEST, SHORTEST
from app.accounts.services.throttling import Tally, begin_attempt, forget_attempts
from app.clock import utcnow
from app.db import transaction
from app.forms import Form, TextField

PROBLEMS: dict[PasswordProblem, Any] = {
    PasswordProblem.SHORT: _("At least %(count)d characters, please.", count=SHORTEST),
    PasswordProblem.LONG: _("At most %(count)d characters, please.", count=LONGEST),
    PasswordProblem.COMMON: _("This password is among those tried first. Think of another one."),
    PasswordProblem.MONOTONOUS: _("The same characters over and over are easy to guess."),
    PasswordProblem.PERSONAL: _("The name or the login makes up most of the password. Add other words."),
}


class _AccountForm(Form):
    """A form about one account."""

    def __init__(self, account: Account, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._account = account


class PresentPasswordMixin:
    """Something that matters: the password in use is asked for."""

    _account: Account
    current = PasswordField(
        _("Present password"),
        [InputRequired(_("Enter your present password."))],
        render_kw={"autocomplete": "current-password"},
    )

    def validate_current(self, field: Any) -> None:
        """The password must be the account's; guessing is slowed down as on the sign-in page."""
        tallies = (Tally.of("password", str(self._account.id), free=5),)
        with transaction():
            begin_attempt(tallies, utcnow())
        if not is_password(self._account, field.data):
            raise ValidationError(str(_("The password is wrong.")))
        with transaction():
            forget_attempts(tallies)


class NewPasswordForm(_AccountForm):
    """A new password, typed twice: a slip of the finger must not shut anybody out."""

    password = PasswordField(
        _("New password"),
        [InputRequired(_("Think of a password."))],
        description=_("At least 10 characters. A few words in a row are easy to remember and hard to guess."),
        render_kw={"autocomplete": "new-password"},
    )
    password_again = PasswordField(
        _("The same password once more"),
        [
            InputRequired(_("Type the password once more.")),
            EqualTo("password", _("The two passwords differ.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_password(self, field: Any) -> None:
        account, person = self._account, self._account.person
        mailbox = account.email.partition("@")[0] if account.email else None
        problem = find_problem(field.data, person.surname, person.name, account.username, mailbox)
        if problem is not None:
            raise ValidationError(str(PROBLEMS[problem]))


class ActivationForm(NewPasswordForm):
    """A password and the consent to an account, apart from everything else and unticked."""

    consent = BooleanField(
        _("I have read the consent above and give it"),
        [InputRequired(_("Without this consent an account cannot be kept."))],
    )


class ChangePasswordForm(PresentPasswordMixin, NewPasswordForm):
    """The password in use, then the new one."""


class AddressForm(PresentPasswordMixin, _AccountForm):
    """One's own new address, which is the sign-in as well."""

    email = TextField(
        _("New e-mail"),
        [
            DataRequired(_("Enter the new address.")),
            Length(max=254),
            Email(_("This does not look like an address: name@example.ru.")),
        ],
        render_kw={"inputmode": "email", "autocomplete": "email", "autocapitalize": "none"},
    )


class RecoveryForm(Form):
    """Whose password is forgotten."""

    login = TextField(
        _("E-mail or user name"),
        [DataRequired(_("Enter your e-mail or user name.")), Length(max=254)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


class SlipForm(Form):
    """What stands on a printed slip."""

    login = TextField(
        _("User name from the slip"),
        [DataRequired(_("Enter the user name from the slip.")), Length(max=254)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    code = TextField(
        _("Code from the slip"),
        [DataRequired(_("Enter the code from the slip.")), Length(max=40)],
        description=_("Eight letters; capitals and spaces do not matter."),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
