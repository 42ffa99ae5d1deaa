"""A real worker sends a letter and is killed at the two moments that matter."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from app.db import db, transaction
from app.mail import letters
from app.mail.models import LetterState
from tests.factories.mail import only_letter
from tests.factories.people import make_person
from tests.tasks.processes import let_leases_end, wait_for


@pytest.fixture
def sending_process(worker) -> Callable[[], int]:
    """The id of the process that does the work: the worker's only child."""

    def child() -> int:
        tasks = Path(f"/proc/{worker.pid}/task").glob("*/children")
        return next(int(pid) for task in tasks for pid in task.read_text().split())

    return child


def queue_letter() -> None:
    person = make_person()
    with transaction():
        letters.queue("test_hello", person_id=person.id, cluster_id=person.cluster_id, subject_key="x:1")


def state() -> LetterState:
    db.session.rollback()
    db.session.expire_all()
    return only_letter().state


def test_a_letter_leaves_soon_after_its_transaction(worker, mail_server):
    queue_letter()
    wait_for(lambda: state() is LetterState.SENT, worker)
    assert len(mail_server.received) == 1


def test_a_process_killed_before_data_sends_the_letter_later(worker, mail_server, tick, sending_process):
    killed = []

    def kill(recipient: str) -> str:
        killed.append(sending_process())
        os.kill(killed[0], signal.SIGKILL)
        return "250 ok"

    mail_server.rcpt = kill
    queue_letter()
    wait_for(lambda: killed, worker)
    assert state() is LetterState.QUEUED
    mail_server.willing()
    let_leases_end()
    tick()
    wait_for(lambda: state() is LetterState.SENT, worker)
    assert len(mail_server.received) == 1


def test_a_process_killed_after_data_leaves_an_unknown_letter(worker, mail_server, tick, sending_process):
    killed = []

    def kill(received: object) -> str:
        killed.append(sending_process())
        os.kill(killed[0], signal.SIGKILL)
        return "250 taken"

    mail_server.letter = kill
    queue_letter()
    wait_for(lambda: killed, worker)
    assert state() is LetterState.SENDING
    let_leases_end()
    tick()
    wait_for(lambda: state() is LetterState.UNKNOWN, worker)
    tick()
    assert len(mail_server.received) == 1
