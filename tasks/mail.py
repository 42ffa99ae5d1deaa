"""Letters: rows that are a queue of their own, sent whenever the queue `mail` is rung."""

from app.jobs.handlers import Source, register_source
from app.mail import outbox, sender
from app.mail.letters import QUEUE

register_source("letters", Source(queue=QUEUE, has_due=outbox.has_due, drain=sender.drain))
