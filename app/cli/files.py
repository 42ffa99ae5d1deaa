"""A file named on the command line."""

import os
import stat
from pathlib import Path
from typing import Any

import click


class RegularFile(click.Path):
    """A file that can be read to its end: no folder, no pipe, no device."""

    name = "файл"

    def __init__(self) -> None:
        super().__init__(exists=True, dir_okay=False, readable=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = super().convert(value, param, ctx)
        if not stat.S_ISREG(os.stat(path).st_mode):
            self.fail(f"{str(value)!r} — не обычный файл.", param, ctx)
        return path
