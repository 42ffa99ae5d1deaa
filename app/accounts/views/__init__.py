"""Web routes of people and accounts."""

from typing import Any

from flask import Flask, url_for
from flask_login import current_user


def register(flask_app: Flask) -> None:
    """Attach the blueprints of this package and tell every page who is signed in."""
    flask_app.context_processor(_signed_in)


def _signed_in() -> dict[str, Any]:
    if not (current_user and current_user.is_authenticated):
        return {"sign_in_url": url_for("security.login")}
    person = current_user.person
    cluster = person.cluster
    return {
        "person": person,
        "cluster": cluster,
        "help_contact": {"name": cluster.help_name, "phone": cluster.help_phone}
        if cluster.help_name
        else None,
        "sign_out_url": url_for("security.logout"),
    }
