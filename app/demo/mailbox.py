"""The few letters a visitor finds in the mailbox: real ones, sent by the worker to the catcher."""

from collections.abc import Collection

from sqlalchemy import select

from app.db import db
from app.mail import letters
from surveys.letters import INVITATION
from surveys.models import Assignment, Wave


def invite_by_letter(wave: Wave, person_ids: Collection[int]) -> None:
    """Queue invitations to an open wave for these people only."""
    assignments = db.session.scalars(
        select(Assignment)
        .where(Assignment.wave_id == wave.id, Assignment.person_id.in_(person_ids))
        .order_by(Assignment.id)
    ).all()
    for assignment in assignments:
        letters.queue(
            INVITATION,
            person_id=assignment.person_id,
            cluster_id=wave.diagnostic.cluster_id,
            subject_key=f"assignment:{assignment.id}",
            payload={"assignment_id": assignment.id},
        )
