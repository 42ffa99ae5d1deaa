"""Signed-in visitors without the sign-in page, whose password check would be all that is measured."""

from flask import Flask


def session_cookies(flask_app: Flask, uniquifier: str) -> dict[str, str]:
    """The cookies of a browser in which this account is signed in."""
    client = flask_app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = uniquifier
        session["_fresh"] = True
    name = flask_app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    if cookie is None:
        raise LookupError(name)
    return {name: cookie.value}
