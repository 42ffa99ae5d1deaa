"""Facts of diagnostics that others may react to; sent inside the transaction that made them true."""

from blinker import signal

response_submitted = signal("response-submitted")  # response_id
scoring_corrected = signal("scoring-corrected")  # version_id, scoring_id
