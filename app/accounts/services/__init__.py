"""Changes of state of accounts, people, organisations, consents and catalogues."""

from app.accounts.services.accounts import (
    CODE_LENGTH,
    Slip,
    accept_link,
    ask_recovery,
    change_address,
    change_password,
    invite,
    make_slip,
    recover,
    reset_second_factor,
    try_slip,
)
from app.accounts.services.audit import record
from app.accounts.services.catalogues import ensure_catalogues
from app.accounts.services.consents import ensure_consent_texts, give_consent, withdraw_consent
from app.accounts.services.grants import add_grant, end_grant
from app.accounts.services.one_time import new_token, token_hash
from app.accounts.services.organisations import (
    FOUNDING_ROLES,
    ClusterData,
    OrganisationData,
    add_organisation,
    create_cluster,
    create_first_coordinator,
    set_core,
    update_cluster,
    update_organisation,
)
from app.accounts.services.passwords import (
    PasswordProblem,
    end_sessions,
    find_problem,
    is_password,
    password_hash,
    set_password,
)
from app.accounts.services.people import (
    PersonData,
    add_person,
    confirm_profile,
    leave_cluster,
    mark_address,
    return_to_cluster,
    update_person,
)

__all__ = [
    "CODE_LENGTH",
    "FOUNDING_ROLES",
    "ClusterData",
    "OrganisationData",
    "PasswordProblem",
    "PersonData",
    "Slip",
    "accept_link",
    "add_grant",
    "add_organisation",
    "add_person",
    "ask_recovery",
    "change_address",
    "change_password",
    "confirm_profile",
    "create_cluster",
    "create_first_coordinator",
    "end_grant",
    "end_sessions",
    "ensure_catalogues",
    "ensure_consent_texts",
    "find_problem",
    "give_consent",
    "invite",
    "is_password",
    "leave_cluster",
    "make_slip",
    "mark_address",
    "new_token",
    "password_hash",
    "record",
    "recover",
    "reset_second_factor",
    "return_to_cluster",
    "set_core",
    "set_password",
    "token_hash",
    "try_slip",
    "update_cluster",
    "update_organisation",
    "update_person",
    "withdraw_consent",
]
