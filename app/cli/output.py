"""What commands print for programs."""

import json
from typing import Any

import click


def print_json(value: Any) -> None:
    """`value` as one JSON document on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
