"""What is kept of a failure: enough to find its cause, nothing of anybody's data."""

import traceback
from pathlib import Path

from sqlalchemy.exc import DBAPIError

_ROOT = Path(__file__).parents[2]


def describe(error: BaseException) -> str:
    """The class, the message and the place in our code; database errors without the row they are about."""
    if isinstance(error, DBAPIError):
        diagnosis = getattr(error.orig, "diag", None)
        message = getattr(diagnosis, "message_primary", None) or "the database refused"
    else:
        message = str(error)
    return f"{type(error).__name__}: {message} ({place(error)})"


def place(error: BaseException) -> str:
    """Where in our own code the error passed last: surveys/services/scoring.py:88."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if Path(f.filename).is_relative_to(_ROOT) and "site-packages" not in f.filename]
    if not ours:
        return "no place in our code"
    return f"{Path(ours[-1].filename).relative_to(_ROOT)}:{ours[-1].lineno}"
