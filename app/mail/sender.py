"""Sends what is due: claims a batch, opens one connection, and commits `sending` just before each DATA."""

import time
from dataclasses import dataclass

import structlog
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import AddressState, Person
from app.clock import local_date, utcnow
from app.db import db, transaction
from app.jobs.failures import describe
from app.mail import addresses, outbox
from app.mail.letters import LetterKind, address_of, kind_of
from app.mail.models import Letter
from app.mail.opt_outs import has_declined
from app.mail.outbox import Cancelled, Claimed
from app.mail.quiet_hours import after_quiet_hours
from app.mail.rendering import render
from app.mail.smtp import CutAfterData, Line, NotTaken, Refused, Server, ServerAway

log = structlog.get_logger()

BATCH = 20


@dataclass(frozen=True)
class Ready:
    """A message with its envelope."""

    person_id: int
    email: str
    recipient: str
    content: bytes


def drain(until: float) -> None:
    """Send due letters until none is left or `time.monotonic()` passes `until`."""
    outbox.give_up_cut_off()
    while time.monotonic() < until:
        batch = outbox.claim(BATCH)
        if not batch or not _send_batch(batch, until):
            return


def _send_batch(batch: list[Claimed], until: float) -> bool:
    """Send over one connection; False when the server is away and trying more letters is idle."""
    server = Server.from_url(current_app.config["MAIL_URL"])
    own_name = addresses.sender_domain(current_app.config["MAIL_FROM"])
    with Line(server, own_name=own_name) as line:
        for n, letter in enumerate(batch):
            if time.monotonic() >= until and n > 0:
                outbox.release(batch[n:])
                return True
            try:
                _send(line, letter)
            except ServerAway:
                outbox.release(batch[n + 1 :])
                return False
            finally:
                db.session.remove()
    return True


def _send(line: Line, letter: Claimed) -> None:
    try:
        ready = prepare(letter)
    except Exception as error:
        # One letter that cannot be written must not hold up the others: its row keeps the reason.
        log.error("letter_not_rendered", letter=letter.id, error=describe(error))
        db.session.remove()
        outbox.put_off(letter, describe(error))
        return
    if ready is not None:
        _talk(line, letter, ready)


def _talk(line: Line, letter: Claimed, ready: Ready) -> None:
    try:
        line.offer(addresses.sender(current_app.config["MAIL_FROM"]).addr_spec, ready.recipient)
        if not outbox.mark_sending(letter):
            line.withdraw()
            return
        line.give(ready.content)
    except Refused as refusal:
        log.warning("letter_refused", letter=letter.id, reply=refusal.reply[:3])
        if refusal.is_address:
            outbox.fail_address(letter, refusal.reply, person_id=ready.person_id, email=ready.email)
        else:
            outbox.fail(letter, refusal.reply)
    except NotTaken as refusal:
        log.warning("letter_put_off", letter=letter.id, attempt=letter.attempt, reply=refusal.reply[:40])
        outbox.put_off(letter, refusal.reply)
        if isinstance(refusal, ServerAway):
            raise
    except CutAfterData as cut:
        log.error("letter_unknown", letter=letter.id, error=str(cut))
        outbox.mark_unknown(letter, str(cut))
    else:
        outbox.mark_sent(letter)
        log.info("letter_sent", letter=letter.id)


def prepare(claimed: Claimed) -> Ready | None:
    """The message as of now, or None if the letter is not to leave, or not yet; commits what it finds."""
    now = utcnow()
    with transaction():
        letter = db.session.scalars(
            select(Letter)
            .where(Letter.id == claimed.id)
            .options(
                joinedload(Letter.person).options(joinedload(Person.cluster), joinedload(Person.account))
            )
            .execution_options(populate_existing=True)
        ).one_or_none()
        if letter is None:
            return None  # the person was erased meanwhile
        kind, person = kind_of(letter.kind), letter.person
        reason = why_not(letter, kind)
        if reason is not None:
            outbox.cancel(claimed, reason)
            return None
        if not (kind.is_service or person.cluster.is_demo):
            morning = after_quiet_hours(now, person.cluster.time_zone)
            if morning > now:
                outbox.postpone(claimed, morning)
                return None
        message = render(letter, kind, person, now=now)
        address = str(address_of(letter, kind, person))
        return Ready(
            person_id=person.id,
            email=address,
            recipient=addresses.recipient("", address).addr_spec,
            content=message.as_bytes(),
        )


def why_not(letter: Letter, kind: LetterKind) -> Cancelled | None:
    """The reason for which the letter must not leave, if there is one."""
    person, now = letter.person, utcnow()
    if not address_of(letter, kind, person):
        return Cancelled.NO_ADDRESS
    if kind.is_personal_link and person.email_state is AddressState.SHARED:
        return Cancelled.SHARED_ADDRESS
    if not kind.is_service:
        if person.email_state is AddressState.FAILING:
            return Cancelled.FAILING_ADDRESS
        if person.left_on is not None and person.left_on <= local_date(now, person.cluster.time_zone):
            return Cancelled.LEFT
        if has_declined(person.id, kind.name):
            return Cancelled.DECLINED
    return None if kind.is_current(letter, now) else Cancelled.NOT_CURRENT
