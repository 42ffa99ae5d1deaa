"""Kinds of tables that can be loaded; features bring theirs, `app.factory` registers them."""

from app.errors import NotFound
from app.imports.spec import Spec

_specs: dict[str, Spec] = {}


def register(*specs: Spec) -> None:
    """Make kinds of tables known; a second registration replaces the first."""
    for spec in specs:
        _specs[spec.kind] = spec


def get_spec(kind: str) -> Spec:
    """The kind of table that an address names."""
    if kind not in _specs:
        raise NotFound
    return _specs[kind]


def all_specs() -> list[Spec]:
    return list(_specs.values())
