"""What commands print for programs."""

import json
from typing import IO, Any

import click


def print_json(value: Any) -> None:
    """`value` as one JSON document on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


class Refused(click.ClickException):
    """A command that cannot do what it was asked: one line, in the voice of `opora run`, exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"opora: {self.format_message()}", file=file, err=file is None)
