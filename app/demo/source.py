"""The demonstration's data files, read once."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"


@cache
def read(name: str) -> Any:
    """A file of `data/` by its name without suffix; callers do not change what they get."""
    return yaml.safe_load((DATA / f"{name}.yaml").read_text("utf-8"))
