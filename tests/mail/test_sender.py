"""What becomes of a letter, wherever the talk with the mail server breaks off."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.accounts.models import AddressState, Person
from app.db import db, transaction
from app.mail import outbox, sender
from app.mail.models import Letter, LetterState
from app.mail.outbox import MINUTES_BETWEEN_TRIES
from tests.factories.mail import only_letter, send_letters, wait_is_over
from tests.factories.people import make_person
from tests.mail.scripted_server import CUT


class Killed(BaseException):
    """Stands for kill -9: nothing catches it and nothing is tidied up."""


def waits_for(letter):
    return letter.next_try_at - db.session.scalar(select(func.now()))


def test_a_letter_is_sent_once(app, server, kinds, queue_letter):
    kinds()
    person = make_person()
    queue_letter(person)
    queue_letter(person)
    send_letters()
    send_letters()
    assert [received.recipient for received in server.received] == [person.email]
    letter = only_letter()
    assert (letter.state, letter.attempts) == (LetterState.SENT, 1)
    assert letter.sent_at is not None


def test_a_batch_leaves_over_one_connection(app, server, kinds, queue_letter):
    kinds()
    for _ in range(3):
        queue_letter(make_person())
    send_letters()
    assert len(server.received) == 3
    assert server.connections == 1


def test_sending_is_committed_after_rcpt_and_before_data(app, server, kinds, queue_letter):
    kinds()
    queue_letter(make_person())
    seen = []

    def look() -> str:
        with app.app_context():
            seen.append(db.session.scalar(select(Letter.state)))
            return "250 ok"

    server.rcpt = lambda recipient: look()
    server.data = lambda: look().replace("250", "354")
    send_letters()
    assert seen == [LetterState.QUEUED, LetterState.SENDING]


def test_a_4xx_is_tried_again_after_growing_pauses_for_48_hours(app, server, kinds, queue_letter):
    kinds()
    queue_letter(make_person())
    server.rcpt = lambda recipient: "450 mailbox busy"
    pauses = []
    for _ in MINUTES_BETWEEN_TRIES:
        send_letters()
        letter = only_letter()
        assert letter.state is LetterState.QUEUED
        pauses.append(waits_for(letter))
        wait_is_over()
    assert pauses == sorted(pauses)
    assert sum(pauses, timedelta()) == pytest.approx(timedelta(hours=48), abs=timedelta(minutes=1))
    send_letters()
    assert only_letter().state is LetterState.FAILED
    assert only_letter().last_error == "450 mailbox busy"


def test_a_letter_put_off_leaves_when_the_server_is_willing(app, server, kinds, queue_letter):
    kinds()
    queue_letter(make_person())
    server.rcpt = lambda recipient: "450 mailbox busy"
    send_letters()
    server.rcpt = lambda recipient: "250 ok"
    send_letters()
    assert server.received == []
    wait_is_over()
    send_letters()
    assert only_letter().state is LetterState.SENT


def test_an_unknown_mailbox_fails_at_once_and_flags_the_address(app, server, kinds, queue_letter):
    kinds()
    person, other = make_person(), make_person()
    queue_letter(person)
    queue_letter(other)
    server.rcpt = lambda recipient: "550 no such user" if recipient == person.email else "250 ok"
    send_letters()
    states = dict(db.session.execute(select(Letter.person_id, Letter.state)).all())
    assert states == {person.id: LetterState.FAILED, other.id: LetterState.SENT}
    assert person.email_state is AddressState.FAILING
    assert other.email_state is AddressState.USABLE


def test_a_refusal_of_the_former_address_does_not_flag_the_new_one(app, server, kinds, queue_letter):
    kinds()
    person = make_person()
    queue_letter(person)

    def corrected_meanwhile(recipient: str) -> str:
        with app.app_context(), transaction():
            db.session.execute(update(Person).values(email="new@example.org"))
        return "550 no such user"

    server.rcpt = corrected_meanwhile
    send_letters()
    assert only_letter().state is LetterState.FAILED
    db.session.refresh(person)
    assert (person.email, person.email_state) == ("new@example.org", AddressState.USABLE)


def test_the_reply_is_kept_without_the_address(app, server, kinds, queue_letter):
    kinds()
    person = make_person(email="vetrova@example.org")
    queue_letter(person)
    server.rcpt = lambda recipient: f"550 5.1.1 <{recipient}>: unknown"
    send_letters()
    assert only_letter().last_error == "550 5.1.1 <…>: unknown"


def test_a_letter_refused_for_its_content_says_nothing_about_the_address(app, server, kinds, queue_letter):
    kinds()
    person = make_person()
    queue_letter(person)
    server.letter = lambda received: "554 looks like spam"
    send_letters()
    assert only_letter().state is LetterState.FAILED
    assert person.email_state is AddressState.USABLE


@pytest.mark.parametrize("reply", ["451 try later", "421 closing"])
def test_a_4xx_after_data_is_no_delivery_and_is_tried_again(app, server, kinds, queue_letter, reply):
    kinds()
    queue_letter(make_person())
    server.letter = lambda received: reply
    send_letters()
    assert only_letter().state is LetterState.QUEUED


def test_a_cut_after_data_is_unknown_and_never_sent_again_by_itself(app, server, kinds, queue_letter):
    kinds()
    queue_letter(make_person())
    server.letter = lambda received: CUT
    send_letters()
    assert only_letter().state is LetterState.UNKNOWN
    server.letter = lambda received: "250 taken"
    wait_is_over()
    send_letters()
    assert only_letter().state is LetterState.UNKNOWN
    assert server.received == []


def test_a_cut_before_the_letter_was_given_is_tried_again(app, server, kinds, queue_letter):
    kinds()
    queue_letter(make_person())
    server.data = lambda: CUT
    send_letters()
    letter = only_letter()
    assert letter.state is LetterState.QUEUED
    server.data = lambda: "354 go on"
    wait_is_over()
    send_letters()
    assert only_letter().state is LetterState.SENT
    assert len(server.received) == 1


def test_a_sender_killed_before_data_leaves_a_letter_that_sends_itself(
    app, server, kinds, queue_letter, monkeypatch
):
    kinds()
    queue_letter(make_person())

    def killed(letter):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "mark_sending", killed)
        with pytest.raises(Killed):
            send_letters()
    db.session.rollback()
    assert only_letter().state is LetterState.QUEUED
    wait_is_over()
    send_letters()
    assert only_letter().state is LetterState.SENT
    assert len(server.received) == 1


def test_a_sender_killed_after_data_leaves_an_unknown_letter(app, server, kinds, queue_letter, monkeypatch):
    kinds()
    queue_letter(make_person())

    def killed(letter):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "mark_sent", killed)
        with pytest.raises(Killed):
            send_letters()
    assert only_letter().state is LetterState.SENDING
    assert len(server.received) == 1
    wait_is_over()
    send_letters()
    assert only_letter().state is LetterState.UNKNOWN
    assert len(server.received) == 1


def test_a_server_that_is_away_costs_one_try_of_one_letter(app, kinds, queue_letter):
    kinds()
    for _ in range(3):
        queue_letter(make_person())
    send_letters()  # the settings of the tests name a port nobody listens on
    attempts = db.session.scalars(select(Letter.attempts).order_by(Letter.id)).all()
    assert list(attempts) == [1, 0, 0]


def test_two_senders_at_once_send_a_letter_once(app, server, kinds, queue_letter):
    kinds()
    for _ in range(5):
        queue_letter(make_person())
    start = threading.Barrier(2)

    def send() -> None:
        start.wait()
        with app.app_context():
            sender.drain(time.monotonic() + 60)

    with ThreadPoolExecutor(2) as threads:
        for running in [threads.submit(send), threads.submit(send)]:
            running.result()
    assert len({received.recipient for received in server.received}) == len(server.received) == 5


def test_a_late_sender_finds_the_letter_taken(app, server, kinds, queue_letter):
    kinds()
    queue_letter(make_person())
    late = outbox.claim(1)
    wait_is_over()
    send_letters()
    assert not outbox.mark_sending(late[0])
    assert len(server.received) == 1
    assert only_letter().state is LetterState.SENT


def test_a_late_sender_does_not_send_what_another_holds_now(app, kinds, queue_letter):
    kinds()
    queue_letter(make_person())
    late = outbox.claim(1)
    wait_is_over()
    holder = outbox.claim(1)
    assert not outbox.mark_sending(late[0])
    assert outbox.mark_sending(holder[0])


def test_what_a_turn_leaves_over_is_due_again(app, server, kinds, queue_letter, monkeypatch):
    kinds()
    for _ in range(2):
        queue_letter(make_person())
    moments = iter([0.0, 0.0, 99.0, 99.0, 99.0])
    monkeypatch.setattr(sender.time, "monotonic", lambda: next(moments))
    with app.app_context():
        sender.drain(50.0)
    assert sorted(db.session.execute(select(Letter.state, Letter.attempts)).all()) == [
        ("queued", 0),
        ("sent", 1),
    ]


def test_a_letter_that_cannot_be_written_does_not_hold_up_the_next(app, server, kinds, queue_letter):
    kinds("broken", context=lambda letter: 1 / 0)
    kinds()
    person = make_person()
    queue_letter(person, "broken")
    queue_letter(person)
    send_letters()
    rows = {letter.kind: letter for letter in db.session.scalars(select(Letter))}
    assert rows["hello"].state is LetterState.SENT
    assert rows["broken"].state is LetterState.QUEUED
    assert "ZeroDivisionError" in rows["broken"].last_error
