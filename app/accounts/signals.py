"""Facts about people that other features react to, inside the transaction that made them true."""

from blinker import Signal

consent_withdrawn = Signal()
"""(person_id, kind): what was collected under this consent must go."""

address_confirmed = Signal()
"""(person_id): the person opened a link sent to the address, so it works."""

person_left = Signal()
"""(person_id): the person works in the cluster no longer."""
