"""Models of people and places."""

from app.accounts.models.organisations import (
    CatalogueEntry,
    Cluster,
    ClusterMembership,
    Organisation,
    OrganisationKind,
)
from app.accounts.models.people import (
    Account,
    AddressState,
    AuditEntry,
    Consent,
    ConsentKind,
    ConsentText,
    Grant,
    OneTimeLink,
    OneTimeLinkKind,
    Passkey,
    Person,
)
from app.accounts.models.sign_in import SignInAttempts

__all__ = [
    "Account",
    "AddressState",
    "AuditEntry",
    "CatalogueEntry",
    "Cluster",
    "ClusterMembership",
    "Consent",
    "ConsentKind",
    "ConsentText",
    "Grant",
    "OneTimeLink",
    "OneTimeLinkKind",
    "Organisation",
    "OrganisationKind",
    "Passkey",
    "Person",
    "SignInAttempts",
]
