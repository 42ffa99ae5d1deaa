"""What Flask-Security says, in our words."""


def N_(message: str) -> str:  # noqa: N802 - the name message extraction looks for
    """Mark a message for the catalogue; Flask-Security translates it when it is shown."""
    return message


MESSAGES: dict[str, tuple[str, str]] = {
    "MSG_GENERIC_AUTHN_FAILED": (
        N_("The login or the password is wrong. Check the keyboard layout and Caps Lock."),
        "error",
    ),
    "MSG_INVALID_PASSWORD": (N_("The password is wrong."), "error"),
    "MSG_UNAUTHENTICATED": (N_("Please sign in to open this page."), "info"),
    "MSG_LOGIN": (N_("Please sign in to open this page."), "info"),
    "MSG_REAUTHENTICATION_REQUIRED": (N_("Please enter your password once more."), "info"),
    "MSG_REAUTHENTICATION_SUCCESSFUL": (N_("Thank you, the password is right."), "success"),
    "MSG_INVALID_REDIRECT": (N_("Links to other sites are not followed."), "error"),
    "MSG_API_ERROR": (N_("The data could not be read. Please start over."), "error"),
    "MSG_INVALID_RECOVERY_CODE": (N_("There is no such recovery code, or it has been used."), "error"),
    "MSG_NO_RECOVERY_CODES_SETUP": (N_("There are no recovery codes yet."), "info"),
    "MSG_TWO_FACTOR_INVALID_TOKEN": (
        N_("The code does not fit. Wait for the next one and check the clock of the phone."),
        "error",
    ),
    "MSG_TWO_FACTOR_LOGIN_SUCCESSFUL": (N_("You are signed in."), "success"),
    "MSG_TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        N_("The application is connected: from now on you sign in with its code."),
        "success",
    ),
    "MSG_TWO_FACTOR_PERMISSION_DENIED": (N_("Please sign in anew."), "info"),
    "MSG_TWO_FACTOR_METHOD_NOT_AVAILABLE": (N_("Choose one of the ways on the page."), "error"),
    "MSG_TWO_FACTOR_DISABLED": (N_("The second factor is off: the password alone signs you in."), "success"),
    "MSG_TWO_FACTOR_SETUP_EXPIRED": (N_("The half-hour for setting up is over. Please start over."), "error"),
    "MSG_WEBAUTHN_EXPIRED": (N_("The time for this step is over. Please start over."), "error"),
    "MSG_WEBAUTHN_NAME_REQUIRED": (N_("Give the passkey a name."), "error"),
    "MSG_WEBAUTHN_NAME_INUSE": (N_("You have a passkey called %(name)s already."), "error"),
    "MSG_WEBAUTHN_NAME_NOT_FOUND": (N_("You have no passkey called %(name)s."), "error"),
    "MSG_WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (
        N_("A name may hold letters, digits, spaces and hyphens."),
        "error",
    ),
    "MSG_WEBAUTHN_CREDENTIAL_DELETED": (N_("The passkey %(name)s is removed."), "success"),
    "MSG_WEBAUTHN_REGISTER_SUCCESSFUL": (N_("The passkey %(name)s is added."), "success"),
    "MSG_WEBAUTHN_CREDENTIAL_ID_INUSE": (N_("This passkey is added already."), "error"),
    "MSG_WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (N_("This passkey is not known here."), "error"),
    "MSG_WEBAUTHN_ORPHAN_CREDENTIAL_ID": (N_("This passkey is not known here."), "error"),
    "MSG_WEBAUTHN_NO_VERIFY": (N_("The passkey could not be checked."), "error"),
    "MSG_WEBAUTHN_CREDENTIAL_WRONG_USAGE": (N_("This passkey is not known here."), "error"),
    "MSG_WEBAUTHN_MISMATCH_USER_HANDLE": (N_("This passkey belongs to another person."), "error"),
    "MSG_INVALID_INPUT": (N_("The value does not fit here."), "error"),
}
