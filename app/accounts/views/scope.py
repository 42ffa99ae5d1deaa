"""The cluster a page is about."""

from flask_login import current_user

from app.errors import NotAllowed
from app.permissions import Permission, current_actor


def cluster_of_reader(permission: Permission) -> int:
    """The cluster the reader works in: their own, else the first one they have the right in."""
    clusters = current_actor().clusters(permission)
    if not clusters:
        raise NotAllowed
    own: int = current_user.person.cluster_id
    return own if own in clusters else min(clusters)
