"""Sign-in through Flask-Security on our own account model."""

from flask import Flask
from flask_security import SQLAlchemyUserDatastore

from app.accounts.models import Account
from app.db import db
from app.extensions import security


def init(flask_app: Flask) -> None:
    """Bind Flask-Security: argon2, no roles of its own, user loaded by `fs_uniquifier`."""
    flask_app.config.setdefault("SECURITY_PASSWORD_SALT", flask_app.config["SECRET_KEY"] or "unset")
    flask_app.config.setdefault("SECURITY_JOIN_USER_ROLES", False)
    datastore = SQLAlchemyUserDatastore(db, Account, None)
    security.init_app(flask_app, datastore)
