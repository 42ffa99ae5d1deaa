"""Reactions to facts: each adds a job inside the transaction that made the fact true."""


def connect() -> None:
    """Attach the listeners (a second call changes nothing)."""
