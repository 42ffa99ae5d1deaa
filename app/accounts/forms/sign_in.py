"""Sign-in and second factor: Flask-Security's forms with our words, our identity and slowed guessing."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from flask_security import LoginForm, VerifyForm
from flask_security.forms import TwoFactorRescueForm, TwoFactorSetupForm, TwoFactorVerifyCodeForm
from flask_security.recovery_codes import MfRecoveryForm
from flask_security.webauthn import WebAuthnRegisterForm
from wtforms import BooleanField, Field, PasswordField, RadioField
from wtforms.validators import DataRequired, InputRequired, Length

from app.accounts import queries
from app.accounts.services.throttling import Tally, begin_attempt, forget_attempts, sign_in_tallies
from app.appearance import local_path
from app.clock import utcnow
from app.db import transaction
from app.forms import TextField, choices


def _validate_slowly(tallies: tuple[Tally, ...], validate: Any) -> bool:
    """Count the attempt in a transaction of its own, check, and take the count back on success."""
    with transaction():
        begin_attempt(tallies, utcnow())
    is_valid = bool(validate())
    if is_valid:
        with transaction():
            forget_attempts(tallies)
    return is_valid


class SignInForm(LoginForm):  # type: ignore[misc]
    """An address or a user name, and a password. The field's name is what Flask-Security expects."""

    email = TextField(
        _("E-mail or user name"),
        [DataRequired(_("Enter your e-mail or user name.")), Length(max=254)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _("Password"),
        [InputRequired(_("Enter your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    remember = BooleanField(_("Remember me on this device"))

    def validate_next(self, field: Field) -> None:
        """Another site is forgotten, not complained of: the right password signs in all the same."""
        if field.data and local_path(field.data) != field.data:
            field.data = ""

    def validate(self, **kwargs: Any) -> bool:
        if not (self.email.data and self.password.data):
            return bool(super().validate(**kwargs))
        self.user = queries.find_account_by_login(self.email.data)
        self.ifield = self.email
        login = queries.normal_login(self.email.data)
        tallies = sign_in_tallies(login, request.remote_addr or "")
        return _validate_slowly(tallies, lambda: super(SignInForm, self).validate(**kwargs))


def _code_tallies(account_id: int) -> tuple[Tally, ...]:
    return (Tally.of("code", str(account_id), free=5),)


class PasswordAgainForm(VerifyForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    password = PasswordField(
        _("Password"),
        [InputRequired(_("Enter your password."))],
        render_kw={"autocomplete": "current-password"},
    )

    def validate(self, **kwargs: Any) -> bool:
        tallies = (Tally.of("password", str(self.user.id), free=5),)
        return _validate_slowly(tallies, lambda: super(PasswordAgainForm, self).validate(**kwargs))


class SecondFactorForm(TwoFactorVerifyCodeForm):  # type: ignore[misc]
    """The six digits an authenticator shows."""

    code = TextField(
        _("Code of six digits"),
        [DataRequired(_("Enter the code from the application."))],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "input-short"},
    )

    def validate(self, **kwargs: Any) -> bool:
        self.code.data = (self.code.data or "").replace(" ", "")
        return _validate_slowly(
            _code_tallies(self.user.id), lambda: super(SecondFactorForm, self).validate(**kwargs)
        )


class RecoveryCodeForm(MfRecoveryForm):  # type: ignore[misc]
    """One of the codes kept for the day the authenticator is lost."""

    code = TextField(
        _("Recovery code"),
        [DataRequired(_("Enter one of your recovery codes."))],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )

    def validate(self, **kwargs: Any) -> bool:
        return _validate_slowly(
            _code_tallies(self.user.id), lambda: super(RecoveryCodeForm, self).validate(**kwargs)
        )


class SecondFactorSetupForm(TwoFactorSetupForm):  # type: ignore[misc]
    """An application with codes, or none; the page shows a button for each."""

    setup = RadioField(choices=choices([("authenticator", ""), ("disable", "")]), validate_choice=False)


class RescueForm(TwoFactorRescueForm):  # type: ignore[misc]
    """No mail to the administrator from a form open to guests: recovery codes or the coordinator help."""

    help_setup = RadioField(_("Another way to sign in"), choices=[])


class PasskeyNameForm(WebAuthnRegisterForm):  # type: ignore[misc]
    """What the person calls a passkey."""

    name = TextField(
        _("Name of the passkey"),
        [DataRequired(_("Give the passkey a name.")), Length(max=64)],
        description=_("For example: work laptop."),
        render_kw={"autocomplete": "off"},
    )
    usage = RadioField(choices=choices([("secondary", "")]), default="secondary")
