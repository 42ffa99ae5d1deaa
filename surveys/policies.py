"""Who may see and lead diagnostics, and who may publish instruments."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _

from app.errors import NotAllowed, NotFound
from app.permissions import Actor, Permission
from surveys.models import Diagnostic


def visible_clusters(actor: Actor) -> frozenset[int]:
    """Clusters whose diagnostics the actor may see as counts: the rule of every list."""
    return actor.whole_clusters(Permission.DIAGNOSTIC_COUNTS_VIEW) | managed_clusters(actor)


def managed_clusters(actor: Actor) -> frozenset[int]:
    """Clusters whose diagnostics the actor leads."""
    return actor.whole_clusters(Permission.DIAGNOSTIC_MANAGE)


def can_manage(actor: Actor, diagnostic: Diagnostic) -> bool:
    return diagnostic.cluster_id in managed_clusters(actor)


def ensure_manages(actor: Actor, diagnostic: Diagnostic) -> None:
    """Raise `NotAllowed` to whoever may only look, `NotFound` to the rest."""
    if not can_manage(actor, diagnostic):
        raise NotAllowed if diagnostic.cluster_id in visible_clusters(actor) else NotFound


class UsedElsewhere(NotAllowed):
    """New keys would change the results of a cluster the actor has no say in."""

    message = _("Another cluster uses this version: its keys are corrected by the administrator only.")


def can_correct_scoring(actor: Actor, used_in_clusters: Collection[int]) -> bool:
    """New keys change results: only where every cluster that uses the version is the actor's own."""
    return actor.whole_clusters(Permission.INSTRUMENT_PUBLISH).issuperset(used_in_clusters)


def ensure_corrects_scoring(actor: Actor, used_in_clusters: Collection[int]) -> None:
    if not can_correct_scoring(actor, used_in_clusters):
        raise UsedElsewhere
