"""Which cluster a command is for."""

from sqlalchemy import select

from app.accounts.models import Cluster
from app.cli.output import Refused
from app.db import db


def choose_cluster(name: str | None) -> Cluster:
    """The cluster of that name, or the only one there is."""
    clusters = db.session.scalars(select(Cluster).order_by(Cluster.id)).all()
    if name is not None:
        clusters = [cluster for cluster in clusters if cluster.name == name]
        if not clusters:
            raise Refused(f"кластера «{name}» нет")
    if not clusters:
        raise Refused("кластера ещё нет: выполните `opora init`")
    if len(clusters) > 1:
        names = ", ".join(f"«{cluster.name}»" for cluster in clusters)
        raise Refused(f"кластеров несколько, назовите один через --cluster: {names}")
    return clusters[0]
