"""A situation from practice with several ways to act, each with its points."""

from surveys.items.single import Single


class Situation(Single):
    """Chosen and scored like a single choice; several options may earn points."""

    name = "situation"
