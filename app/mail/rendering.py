"""A letter becomes a message when it leaves: names, links and figures as they are at that moment."""

import re
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from typing import Any

import flask_babel
from flask import Flask, current_app, g
from jinja2 import Template

from app.accounts.models import Person
from app.formats import full_name
from app.mail import addresses
from app.mail.letters import LetterKind, address_of
from app.mail.links import Links
from app.mail.models import Letter
from app.mail.opt_outs import stop_token

DEFAULT_LANGUAGE = "ru"


class _AddressHeader(UnstructuredHeader):
    """A header of addresses on one line: folded, a long one would turn into encoded words nobody follows."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]  # of the class it is mixed into


_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _AddressHeader)  # type: ignore[arg-type]  # it is mixed into one
_POLICY = SMTP.clone(header_factory=_headers)


def render(letter: Letter, kind: LetterKind, person: Person, *, now: datetime) -> EmailMessage:
    """The whole message; raises `UnusableAddress` and whatever `kind.context` or the templates raise."""
    config = current_app.config
    links = Links(current_app, config["BASE_URL"])
    stop_url = None
    if not kind.is_service:
        stop_url = links("letters.stop", token=stop_token(person.public_id, kind.name))
    language = (person.account.language if person.account else None) or DEFAULT_LANGUAGE
    g.time_zone = person.cluster.time_zone
    with flask_babel.force_locale(language):
        flask_babel.refresh()
        shared = {
            "person": person,
            "cluster": person.cluster,
            "link": links,
            "base_url": config["BASE_URL"],
            "stop_url": stop_url,
            "kind_title": kind.title,
            "language": language,
        }
        subject, plain, html = _texts(current_app, kind, {**shared, **kind.context(letter)})

    message = EmailMessage(policy=_POLICY)
    message["Subject"] = subject
    message["From"] = addresses.sender(config["MAIL_FROM"])
    message["To"] = addresses.recipient(full_name(person), address_of(letter, kind, person) or "")
    message["Date"] = format_datetime(now)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = language
    if stop_url is not None:
        message["List-Unsubscribe"] = f"<{stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(plain, cte="base64")
    message.add_alternative(html, subtype="html", cte="base64")
    return message


def _texts(flask_app: Flask, kind: LetterKind, context: Mapping[str, Any]) -> tuple[str, str, str]:
    # Not `render_template`: its context processors are about the page of a request, and there is none.
    plain = flask_app.jinja_env.get_template(f"{kind.template}.txt")
    html = flask_app.jinja_env.get_template(f"{kind.template}.html")
    subject = _block(plain, "subject", context)
    context = {**context, "subject": subject, "why": _block(plain, "why", context)}
    # Blocks a template leaves empty leave their blank lines behind.
    text = re.sub(r"\n{3,}", "\n\n", plain.render(context).strip())
    return subject, f"{text}\n", html.render(context)


def _block(template: Template, name: str, context: Mapping[str, Any]) -> str:
    """One block of a template on one line."""
    block = template.blocks[name]
    return " ".join("".join(block(template.new_context(dict(context)))).split())
