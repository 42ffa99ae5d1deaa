"""Lists of teachers and schools taken over from spreadsheets.

`opora people import FILE [--apply] [--json]` calls `import_people(path, cluster, apply=...)` inside an application
context. It returns an `app.imports.files.Report`: `report.lines()` to print, `report.as_dict()` for `--json`,
`report.is_clean` for the exit code (False if a row is left out). A file that cannot be read raises a
`DomainError` whose text is for the operator. Nothing is written without `apply`; a repeat writes nothing new.
"""

from datetime import datetime
from pathlib import Path

from app.accounts.imports.people import PEOPLE
from app.accounts.imports.schools import SCHOOLS
from app.accounts.models import Cluster
from app.clock import utcnow
from app.imports.files import Report, load_file

__all__ = ["PEOPLE", "SCHOOLS", "import_people"]


def import_people(path: Path, cluster: Cluster, *, apply: bool, now: datetime | None = None) -> Report:
    """Check a list of teachers and, with `apply`, take over its good rows in one transaction."""
    return load_file(PEOPLE, path, cluster, apply=apply, now=now or utcnow())
