"""Timed work, a line each: name, how often, and what finds the ids and adds a job for each."""

from datetime import timedelta

from app.jobs.timed import Timed
from tasks import housekeeping

TIMED = (Timed("prune_jobs", timedelta(days=1), housekeeping.plan_pruning),)
