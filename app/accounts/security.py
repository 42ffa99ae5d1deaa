"""Sign-in through Flask-Security on our own account model.

Flask-Security signs in and out, keeps the second factor and the passkeys; passwords, invitations and
recovery are ours (`services`), for their links are one-time and their letters leave through the outbox.
"""

import base64
from datetime import timedelta
from hashlib import sha256
from typing import Any

from flask import Flask
from flask_security import SQLAlchemyUserDatastore
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.accounts import security_messages
from app.accounts.forms.sign_in import (
    PasskeyNameForm,
    PasswordAgainForm,
    RecoveryCodeForm,
    RescueForm,
    SecondFactorForm,
    SecondFactorSetupForm,
    SignInForm,
)
from app.accounts.models import Account, Passkey, Person
from app.clock import utcnow
from app.db import db
from app.extensions import security
from app.permissions import public

_BEFORE_SIGN_IN = public("one comes here to sign in")
_ASKS_ITSELF = public(
    "the page asks for a signed-in person itself, and must open before the second factor is set"
)

ACCESS = {
    "login": _BEFORE_SIGN_IN,
    "logout": public("leaving is open to everybody"),
    "two_factor_token_validation": _BEFORE_SIGN_IN,
    "two_factor_rescue": _BEFORE_SIGN_IN,
    "tf_select": _BEFORE_SIGN_IN,
    "mf_recovery": _BEFORE_SIGN_IN,
    "wan_signin": _BEFORE_SIGN_IN,
    "wan_signin_response": _BEFORE_SIGN_IN,
    "verify": _ASKS_ITSELF,
    "two_factor_setup": _ASKS_ITSELF,
    "two_factor_setup_validate": _ASKS_ITSELF,
    "mf_recovery_codes": _ASKS_ITSELF,
    "wan_register": _ASKS_ITSELF,
    "wan_register_response": _ASKS_ITSELF,
    "wan_delete": _ASKS_ITSELF,
}
"""Every view of Flask-Security that is switched on; a new one is refused until it is named here."""


_SIGN_IN = {
    "PASSWORD_HASH": "argon2",
    "PASSWORD_SCHEMES": ["argon2"],
    "DEPRECATED_PASSWORD_SCHEMES": [],
    "JOIN_USER_ROLES": False,
    "RETURN_GENERIC_RESPONSES": True,
    "CACHE_CONTROL": {"no-store": None},  # None: a directive without a value
    "STATIC_FOLDER": None,
    "FLASH_MESSAGES": True,
    "I18N_DOMAIN": "shell",
    "DATETIME_FACTORY": utcnow,  # ours is aware
    "FRESHNESS": timedelta(hours=1),
    "FRESHNESS_GRACE_PERIOD": timedelta(minutes=10),
    "LOGIN_URL": "/sign-in",
    "LOGOUT_URL": "/sign-out",
    "VERIFY_URL": "/sign-in/again",
    "POST_LOGIN_VIEW": "/",
    "POST_LOGOUT_VIEW": "/sign-in",
    "POST_VERIFY_VIEW": "/account/security",
    "LOGIN_FORM": SignInForm,
    "VERIFY_FORM": PasswordAgainForm,
}
_SECOND_FACTOR = {
    "TWO_FACTOR": True,
    "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
    "TWO_FACTOR_ALWAYS_VALIDATE": False,
    "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
    "TWO_FACTOR_RESCUE_EMAIL": False,
    "TWO_FACTOR_SETUP_URL": "/second-factor",
    "TWO_FACTOR_POST_SETUP_VIEW": "/second-factor/recovery-codes",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/sign-in/code",
    "TWO_FACTOR_RESCUE_URL": "/sign-in/code/help",
    "TWO_FACTOR_SELECT_URL": "/sign-in/way",
    "TWO_FACTOR_SETUP_FORM": SecondFactorSetupForm,
    "TWO_FACTOR_VERIFY_CODE_FORM": SecondFactorForm,
    "TWO_FACTOR_RESCUE_FORM": RescueForm,
    "TOTP_ISSUER": "Opora",
    "MULTI_FACTOR_RECOVERY_CODES": True,
    "MULTI_FACTOR_RECOVERY_CODES_N": 8,
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/second-factor/recovery-codes",
    "MULTI_FACTOR_RECOVERY_URL": "/sign-in/recovery-code",
    "MF_RECOVERY_FORM": RecoveryCodeForm,
}
_PASSKEYS = {
    "WEBAUTHN": True,
    "WAN_RP_NAME": "Opora",
    "WAN_ALLOW_AS_FIRST_FACTOR": False,
    "WAN_ALLOW_AS_MULTI_FACTOR": False,
    "WAN_ALLOW_AS_VERIFY": [],
    "WAN_ALLOW_USER_HINTS": False,
    "WAN_REGISTER_URL": "/second-factor/passkeys",
    "WAN_POST_REGISTER_VIEW": "/second-factor/recovery-codes",
    "WAN_DELETE_URL": "/second-factor/passkeys/delete",
    "WAN_SIGNIN_URL": "/sign-in/passkey",
    "WAN_REGISTER_FORM": PasskeyNameForm,
}


def _deployed(flask_app: Flask) -> dict[str, Any]:
    """What follows from the deployment: secrets, the folder of words, cookies over TLS."""
    secret = flask_app.config["SECRET_KEY"] or "unset"
    return {
        "PASSWORD_SALT": secret,
        "TOTP_SECRETS": {"1": sha256(f"totp:{secret}".encode()).hexdigest()},
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [
            base64.urlsafe_b64encode(sha256(f"recovery:{secret}".encode()).digest())
        ],
        "I18N_DIRNAME": flask_app.config["BABEL_TRANSLATION_DIRECTORIES"].split(";")[0],
        "TWO_FACTOR_VALIDITY_COOKIE": {
            "httponly": True,
            "secure": flask_app.config["SESSION_COOKIE_SECURE"],
            "samesite": "Strict",
        },
    }


class AccountStore(SQLAlchemyUserDatastore):  # type: ignore[misc]  # Flask-Security brings no types
    """Accounts as Flask-Security looks them up, once in each request of a signed-in person."""

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Account | None:
        """The account with its person, cluster and grants: scopes are read anew each time, in one statement."""
        ((name, value),) = kwargs.items()
        column = getattr(Account, name)
        found = db.session.scalars(
            select(Account)
            .where(func.lower(column) == func.lower(value) if case_insensitive else column == value)
            .options(joinedload(Account.person).joinedload(Person.cluster), joinedload(Account.grants))
        )
        return found.unique().first()


def init(flask_app: Flask) -> None:
    """Bind Flask-Security: what is on, our forms and words, and the access of each of its views."""
    config = flask_app.config
    settings = _SIGN_IN | _SECOND_FACTOR | _PASSKEYS | _deployed(flask_app) | security_messages.MESSAGES
    for name, value in settings.items():
        config.setdefault(f"SECURITY_{name}", value)
    if flask_app.testing:
        # A real hash costs a tenth of a second; tests make thousands.
        config.setdefault(
            "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS", {"argon2__time_cost": 1, "argon2__memory_cost": 32}
        )
    config.setdefault("REMEMBER_COOKIE_NAME", "opora_remember")
    config.setdefault("REMEMBER_COOKIE_DURATION", timedelta(days=30))
    config.setdefault("REMEMBER_COOKIE_HTTPONLY", True)
    config.setdefault("REMEMBER_COOKIE_SAMESITE", "Lax")
    config.setdefault("REMEMBER_COOKIE_SECURE", config["SESSION_COOKIE_SECURE"])
    datastore = AccountStore(db, Account, None, Passkey)
    security.init_app(flask_app, datastore)
    security.want_json(lambda _request: False)
    # No tokens in headers or addresses: people sign in, and nothing looks for a token in every request.
    flask_app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    for name, mark in ACCESS.items():
        endpoint = f"security.{name}"
        flask_app.view_functions[endpoint] = mark(flask_app.view_functions[endpoint])
