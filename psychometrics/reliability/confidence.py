"""The check of the confidence an interval is asked for."""


def ensure_confidence(confidence: float) -> None:
    """ValueError unless `confidence` lies in (0, 1)."""
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie in (0, 1), got {confidence}")
