"""Who sits before a questionnaire, in which browser, and what that browser may see."""

import re
import secrets
from dataclasses import dataclass

from flask import g, request
from flask_login import current_user
from werkzeug.wrappers import Response

from surveys import links
from surveys.definition import Definition
from surveys.definition.model import Item, Page
from surveys.errors import LinkNotValid
from surveys.queries import answering as queries
from surveys.queries.answering import Sitting
from surveys.screens import Screens, is_given
from surveys.versions import compiled_version

TOKEN_LENGTH = 43
COOKIE_AGE = 120 * 24 * 3600
_DEVICE = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True)
class Sight:
    """What this browser may show of the answers given so far."""

    is_whole: bool
    own: frozenset[str] = frozenset()
    """Where it may not show all: items last answered in this very browser."""

    def items(self, items: tuple[Item, ...], screens: Screens) -> list[Item]:
        """Those of a page's items that may be shown: unanswered ones always."""
        if self.is_whole:
            return list(items)
        return [
            item for item in items if item.code in self.own or not is_given(screens.answers.get(item.code))
        ]


def get_sitting(token: str) -> Sitting:
    """The sitting a link opens; raises `LinkNotValid`."""
    sitting = queries.find_sitting(link_hash(token))
    if sitting is None:
        raise LinkNotValid
    return sitting


def link_hash(token: str) -> bytes:
    if len(token) != TOKEN_LENGTH:
        raise LinkNotValid
    return links.link_hash(token)


def definition_of(sitting: Sitting) -> Definition:
    return compiled_version(sitting.version_id)


def screens_of(sitting: Sitting) -> Screens:
    answers = sitting.draft.answers if sitting.draft else {}
    return Screens.of(definition_of(sitting), sitting.kind, answers)


def order_seed(sitting: Sitting) -> int:
    """The same order of options before the response is begun and after."""
    return sitting.public_id.int % (2**31 - 1)


def cookie_name(sitting: Sitting) -> str:
    return f"opora-d-{sitting.public_id.hex[:12]}"


def find_device(sitting: Sitting) -> str | None:
    """The name this browser got when it first gave answers here, be it in this very request."""
    name = str(g.get("new_device") or request.cookies.get(cookie_name(sitting), ""))
    return name if _DEVICE.fullmatch(name) else None


def device_of(sitting: Sitting) -> str:
    """The name of this browser, a new one if it has none."""
    device = find_device(sitting)
    if device is None:
        device = g.new_device = secrets.token_hex(16)
    return device


def remember_device(response: Response, sitting: Sitting) -> Response:
    """Let a browser that got its name now see its answers again; the name opens nothing without the link."""
    device = g.get("new_device")
    if device is None:
        return response
    response.set_cookie(
        cookie_name(sitting),
        device,
        max_age=COOKIE_AGE,
        path="/d/",
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )
    return response


def is_owner(sitting: Sitting) -> bool:
    """Whether the person of the assignment is signed in here."""
    return bool(
        current_user and current_user.is_authenticated and current_user.person_id == sitting.person_id
    )


def sight_of(sitting: Sitting) -> Sight:
    """A forwarded letter must not show answers: all are for the browser that began, and after sign-in."""
    draft = sitting.draft
    if draft is None or not draft.answers:
        return Sight(is_whole=True)
    device = find_device(sitting)
    if (device is not None and device == draft.device) or is_owner(sitting):
        return Sight(is_whole=True)
    if device is None:
        return Sight(is_whole=False)
    last: dict[str, str] = {}
    for change in queries.list_changes_since(draft.id, 0):
        last.update(dict.fromkeys(change.changes, change.device))
    return Sight(is_whole=False, own=frozenset(code for code, giver in last.items() if giver == device))


def may_see_receipt(sitting: Sitting, sight: Sight) -> bool:
    """Who sent the answers sees that they arrived, even where another browser had begun."""
    draft, device = sitting.draft, find_device(sitting)
    if sight.is_whole or draft is None or device is None:
        return sight.is_whole
    latest = queries.list_changes_since(draft.id, draft.revision - 1)
    return bool(latest) and latest[-1].device == device


def prompt_of(page: Page, definition: Definition, language: str) -> str:
    """The question asked once above the items: the page's own, else that of the answer scale they share."""
    if page.prompt is not None:
        return page.prompt.in_language(language)
    prompts = {item.prompt.in_language(language) if item.prompt else "" for item in definition.items_of(page)}
    return prompts.pop() if len(prompts) == 1 else ""


def title_of(page: Page, definition: Definition, language: str) -> str:
    if page.title is not None:
        return page.title.in_language(language)
    if page.competence is not None:
        return definition.competence(page.competence).name.in_language(language)
    return definition.part(page.part).title.in_language(language)
