"""What a page or its script sends, read item by item: answers to keep, and problems to show."""

import json
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from werkzeug.datastructures import MultiDict

from surveys.definition import Definition
from surveys.definition.model import Item
from surveys.errors import UnreadableRequest
from surveys.items import Answer, Problem, get_type
from surveys.items.base import UNREADABLE_ANSWER

MOST_BYTES = 2 * 1024 * 1024
LONGEST_NAME = 64
MOST_CHANGES = 500
FIELD_PREFIX = "i."
FORM = "form"
"""The client of a page without script."""


@dataclass(frozen=True)
class Read:
    """The outcome of reading."""

    answers: dict[str, Answer]
    problems: dict[str, Problem]


@dataclass(frozen=True)
class Autosave:
    """One message of a page's script."""

    client: str
    sequence: int
    base_revision: int
    read: Read


def read_form(items: Iterable[Item], form: MultiDict[str, str]) -> Read:
    """The posted fields of these items; of an item with a problem its draft is kept, if it has one."""
    answers: dict[str, Answer] = {}
    problems: dict[str, Problem] = {}
    for item in items:
        given = get_type(item).read_form(item, form)
        if isinstance(given, Problem):
            problems[item.code] = given
            if given.draft is not None:
                answers[item.code] = given.draft
        else:
            answers[item.code] = given
    return Read(answers, problems)


def shown_items(items: Iterable[Item], form: Mapping[str, str]) -> list[Item]:
    """Those of a page's items that stood in the form: a page may leave out what another device has answered.

    Raises `UnreadableRequest` for a form that names items the page does not have.
    """
    by_code = {item.code: item for item in items}
    named = {field.split(".")[1] for field in form if field.startswith(FIELD_PREFIX)}
    shown = form["shown"].split() if "shown" in form else list(by_code)
    if not named.union(shown) <= by_code.keys():
        raise UnreadableRequest
    return [item for code, item in by_code.items() if code in shown]


def read_autosave(body: bytes, definition: Definition, wave: str) -> Autosave:
    """An autosave message; raises `UnreadableRequest` unless it is one, whatever its single answers are."""
    try:
        message = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise UnreadableRequest from error
    match message:
        case {
            "client": str(client),
            "seq": int(sequence),
            "base_revision": int(base_revision),
            "changes": dict(changes),
        } if _is_name(client) and 0 < sequence < 2**31 and 0 <= base_revision < 2**31:
            if isinstance(sequence, bool) or isinstance(base_revision, bool) or len(changes) > MOST_CHANGES:
                raise UnreadableRequest
            asked = {item.code for item in definition.items_for(wave)}
            return Autosave(client, sequence, base_revision, _read_changes(changes, definition, asked))
    raise UnreadableRequest


def _read_changes(changes: Mapping[str, object], definition: Definition, asked: Collection[str]) -> Read:
    answers: dict[str, Answer] = {}
    problems: dict[str, Problem] = {}
    for code, value in changes.items():
        if code not in asked:
            problems[code] = Problem(UNREADABLE_ANSWER)
            continue
        item = definition.item(code)
        given = get_type(item).read_json(item, value)
        if isinstance(given, Problem):
            problems[code] = given
        else:
            answers[code] = given
    return Read(answers, problems)


def _is_name(text: str) -> bool:
    """Ids and keys are made by our pages: letters, digits and hyphens."""
    return 0 < len(text) <= LONGEST_NAME and text.isascii() and text.replace("-", "").isalnum()


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def as_client(value: str | None) -> str:
    """Which opening of a page posts a form; without script the browser is all that is known."""
    return value if value is not None and _is_name(value) else FORM


def as_key(value: str | None) -> str:
    """A page's submit key; a page that lost it gets one nobody else has."""
    return value if value is not None and _is_name(value) else secrets.token_hex(8)


def as_integer(value: str | None) -> int:
    """A hidden field's number, 0 where it is none."""
    if value is None or not value.isascii() or not value.isdigit() or len(value) > 10:
        return 0
    return int(value)
