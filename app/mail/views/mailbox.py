"""The mailbox of the demo: what its mail server has caught, for everybody to read."""

from email.message import EmailMessage
from pathlib import Path

import nh3
from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue

from app.embedded.smtp import list_stored, read_stored
from app.errors import NotFound
from app.permissions import public

bp = Blueprint("mailbox", __name__, url_prefix="/admin/mailbox", template_folder="../templates")

OPEN = "letters of the demo, whose accounts are printed for all; elsewhere there is no such page"

# The letter stands in a frame of its own: nothing runs in it and nothing is fetched.
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
BODY_STYLE = "margin:0;color:#1d2a30;font:16px/1.5 system-ui,sans-serif"
TAGS = {"a", "b", "blockquote", "br", "div", "em", "h1", "h2", "h3", "hr", "i", "li", "ol", "p", "span"}
TAGS |= {"abbr", "code", "pre", "small", "strong", "ul"}
STYLES = {
    "background",
    "border-bottom",
    "border-radius",
    "border-top",
    "color",
    "display",
    "font",
    "font-size",
}
STYLES |= {
    "font-weight",
    "margin",
    "max-width",
    "padding",
    "padding-bottom",
    "padding-top",
    "text-decoration",
}
STYLES |= {"white-space", "word-break"}


@bp.get("")
@public(OPEN)
def index() -> ResponseReturnValue:
    return render_template("mail/mailbox.html", messages=list_stored(_folder()))


@bp.get("/<name>")
@public(OPEN)
def read(name: str) -> ResponseReturnValue:
    message = _message(name)
    plain = message.get_body(("plain",))
    return render_template(
        "mail/message.html",
        name=name,
        message=message,
        plain=plain.get_content() if plain else "",
        has_html=message.get_body(("html",)) is not None,
    )


@bp.get("/<name>/html")
@public(OPEN)
def html(name: str) -> ResponseReturnValue:
    """The letter's HTML, cleaned, for the frame on its page."""
    body = _message(name).get_body(("html",))
    if body is None:
        raise NotFound
    cleaned = nh3.clean(
        body.get_content(),
        tags=TAGS,
        attributes={"*": {"style"}, "a": {"href"}},
        filter_style_properties=STYLES,
        clean_content_tags={"script", "style", "title"},
        url_schemes={"http", "https", "mailto", "tel"},
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    page = f'<!doctype html><meta charset="utf-8"><title>{name}</title><body style="{BODY_STYLE}">{cleaned}'
    return Response(page, mimetype="text/html", headers={"Content-Security-Policy": FRAME_POLICY})


def _message(name: str) -> EmailMessage:
    message = read_stored(_folder(), name)
    if message is None:
        raise NotFound
    return message


def _folder() -> Path:
    if not current_app.config["OPORA_DEMO"]:
        raise NotFound
    return Path(current_app.config["OPORA_HOME"]) / "mail"
