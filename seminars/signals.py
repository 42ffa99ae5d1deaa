"""Facts of the seminar others may react to; sent inside the transaction that makes them true."""

from blinker import signal

registration_moved = signal("registration_moved")
"""A registration changed its place: registration_id, cause."""

session_changed = signal("session_changed")
"""A published session has another time or place: session_id, sequence."""

session_published = signal("session_published")
"""People may register from now on, or from the opening of sign-up: session_id."""
