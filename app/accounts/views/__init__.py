"""Web routes of people and accounts, and what every page and template knows of them."""

from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.accounts import letters, sign_in_changes
from app.accounts.queries import catalogue_name
from app.accounts.roles import ROLE_DUTIES, ROLE_NAMES
from app.accounts.views import account, entry, organisations, people

__all__ = ["account", "letters", "register"]  # imported for their routes and kinds of letters


def register(flask_app: Flask) -> None:
    """Attach the blueprints of this package, tell every page who is signed in, name roles and codes."""
    for blueprint in (entry.bp, people.bp, organisations.bp):
        flask_app.register_blueprint(blueprint)
    flask_app.context_processor(_signed_in)
    sign_in_changes.register(flask_app)
    flask_app.jinja_env.filters["role_name"] = lambda role: ROLE_NAMES.get(role, role)
    flask_app.jinja_env.filters["role_duty"] = lambda role: ROLE_DUTIES.get(role, "")
    flask_app.jinja_env.globals["catalogue_name"] = catalogue_name
    flask_app.jinja_env.globals["subject_names"] = lambda codes: ", ".join(
        catalogue_name("subject", code) for code in codes
    )


def _signed_in() -> dict[str, Any]:
    if not (current_user and current_user.is_authenticated):
        is_there = request.endpoint == "security.login"
        return {} if is_there else {"sign_in_url": url_for("security.login")}
    person = current_user.person
    cluster = person.cluster
    return {
        "person": person,
        "cluster": cluster,
        "help_contact": {"name": cluster.help_name, "phone": cluster.help_phone}
        if cluster.help_name
        else None,
        "account_menu": [(_("My profile"), url_for("accounts.profile"))],
        "sign_out_url": url_for("security.logout"),
    }
