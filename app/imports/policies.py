"""Who may load a table: whoever may change, in the whole cluster, what it changes."""

from app.errors import NotAllowed
from app.imports.spec import Spec
from app.permissions import Actor


def ensure_loads(actor: Actor, spec: Spec, cluster_id: int) -> None:
    if cluster_id not in actor.whole_clusters(spec.permission):
        raise NotAllowed
