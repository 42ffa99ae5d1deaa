"""What the supervisor itself says to the operator."""

import contextlib
import sys


def say(text: str) -> None:
    """One line of good news on stdout."""
    # After HUP the terminal has gone: the services still have to be stopped in order.
    with contextlib.suppress(OSError):
        print(text, flush=True)


def complain(text: str) -> None:
    """One line of bad news on stderr."""
    with contextlib.suppress(OSError):
        print(f"opora: {text}", file=sys.stderr, flush=True)
