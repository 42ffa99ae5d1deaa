"""Click's own words (usage, options, errors) in Russian: it asks the standard gettext, we bring the catalogue."""

import gettext
import os
from pathlib import Path
from typing import Any

import click

CATALOGUES = Path(__file__).parents[2] / "translations"
DOMAIN = "commands"


def speak_russian() -> None:
    """Let Click find `commands.mo`, whatever the locale of the operator's machine."""
    os.environ["LANGUAGE"] = "ru"
    gettext.bindtextdomain(DOMAIN, str(CATALOGUES))
    gettext.textdomain(DOMAIN)


# Some words are chosen when a command is declared (the kind of a path), so before the first of them.
speak_russian()


class Command(click.Command):
    """A command whose usage line is in Russian: these words Click does not translate."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"options_metavar": "[ПАРАМЕТРЫ]", **kwargs})


class Group(click.Group):
    """A group of such commands."""

    command_class = Command

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs = {"options_metavar": "[ПАРАМЕТРЫ]", "subcommand_metavar": "КОМАНДА [АРГУМЕНТЫ]...", **kwargs}
        super().__init__(*args, **kwargs)


Group.group_class = Group
