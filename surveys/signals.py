"""Facts of diagnostics that others may react to; sent inside the transaction that made them true."""

from blinker import signal

response_submitted = signal("response-submitted")  # response_id
scoring_corrected = signal("scoring-corrected")  # version_id, scoring_id
response_scored = signal("response-scored")  # response_ids: a batch at once, starting and final ones mixed
wave_closed = signal("wave-closed")  # wave_id; the figures are built in the background
wave_opened = signal("wave-opened")  # wave_id, closes_at
figures_requested = signal("figures-requested")  # wave_id: somebody wants its figures built anew
wave_published = signal("wave-published")  # wave_id: its figures were opened for the first time
