"""What is written in a letter, to whom it goes, and when it does not."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.accounts.models import AddressState, Person
from app.clock import utcnow
from app.db import db, transaction
from app.mail import letters, opt_outs, quiet_hours, sender
from app.mail.letters import UnknownLetterKind
from app.mail.models import Letter, LetterState
from app.mail.outbox import Cancelled
from tests.factories.mail import only_letter, send_letters
from tests.factories.people import make_account, make_cluster, make_person


def change(person, **values):
    with transaction():
        db.session.execute(update(Person).where(Person.id == person.id).values(**values))


def test_the_message_names_the_person_and_says_why_it_came(app, server, kinds, queue_letter):
    kinds()
    cluster = make_cluster(name="Заречинский кластер", help_name="Ольга Крылова", help_phone="+73840000000")
    queue_letter(make_person(cluster, email="vetrova@example.org"), payload={"code": "42"})
    send_letters()
    message = server.received[0].message
    assert message["Subject"] == "Привет, Анна Петровна"
    assert message["To"].addresses[0].addr_spec == "vetrova@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    for part in message.iter_parts():
        content = part.get_content()
        assert "Код: 42" in content
        assert "Вы участник проверки." in content
        assert "Ольга Крылова" in content
        assert "http://127.0.0.1:8000/livez" in content
        assert "http://127.0.0.1:8000/letters/stop/" in content


def test_headers_are_ascii_on_the_wire_and_lines_are_short(app, server, kinds, queue_letter):
    kinds()
    queue_letter(make_person(surname="Щукина-Ёлкина", name="Александра", patronymic="Константиновна"))
    send_letters()
    head, _, _ = server.received[0].content.partition(b"\r\n\r\n")
    assert head.isascii()
    assert max(len(line) for line in server.received[0].content.split(b"\r\n")) <= 998


def test_a_line_that_begins_with_a_dot_arrives_whole(app, server, kinds, queue_letter):
    kinds()
    queue_letter(make_person())
    send_letters()
    plain = server.received[0].message.get_body(("plain",)).get_content()
    assert "\n.точка в начале строки" in plain


def test_the_message_id_is_that_of_the_row(app, server, kinds, queue_letter):
    kinds()
    queue_letter(make_person())
    before = only_letter().message_id
    send_letters()
    assert server.received[0].message["Message-ID"] == before == only_letter().message_id


def test_one_click_stops_a_kind_of_letters(app, server, kinds, queue_letter, client):
    kinds()
    person = make_person()
    queue_letter(person)
    send_letters()
    message = server.received[0].message
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"List-Unsubscribe: {message['List-Unsubscribe']}".encode() in server.received[0].content
    path = message["List-Unsubscribe"].strip("<>").removeprefix("http://127.0.0.1:8000")
    assert client.get(path).status_code == 200
    assert opt_outs.list_declined(person.id) == set()
    answer = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert opt_outs.list_declined(person.id) == {"hello"}
    queue_letter(person, subject_key="greeting:2")
    send_letters()
    assert len(server.received) == 1
    client.post(path, data={"wish": "resume"})
    assert opt_outs.list_declined(person.id) == set()


def test_a_forged_stop_link_is_no_page(app, kinds, client):
    kinds()
    person = make_person()
    token = opt_outs.stop_token(person.public_id, "hello")
    assert client.get(f"/letters/stop/{token}x").status_code == 404
    assert client.post("/letters/stop/nonsense").status_code == 404
    unknown = opt_outs.stop_token(person.public_id, "no such kind")
    assert client.get(f"/letters/stop/{unknown}").status_code == 404


def test_service_letters_cannot_be_declined(app, server, kinds, queue_letter, client):
    kinds("recovery", is_service=True)
    person = make_person()
    queue_letter(person, "recovery")
    send_letters()
    message = server.received[0].message
    assert message["List-Unsubscribe"] is None
    assert "/letters/stop/" not in message.get_body(("plain",)).get_content()
    token = opt_outs.stop_token(person.public_id, "recovery")
    assert client.get(f"/letters/stop/{token}").status_code == 404
    assert client.post(f"/letters/stop/{token}").status_code == 404


def test_the_address_is_the_one_at_sending(app, server, kinds, queue_letter):
    kinds()
    person = make_person(email="old@example.org")
    queue_letter(person)
    change(person, email="new@example.org")
    send_letters()
    assert server.received[0].recipient == "new@example.org"


def test_a_domain_in_cyrillic_is_written_as_servers_want_it(app, server, kinds, queue_letter):
    kinds()
    queue_letter(make_person(email="director@школа.рф"))
    send_letters()
    assert server.received[0].recipient == "director@xn--80atdl2c.xn--p1ai"


@pytest.mark.parametrize(
    ("options", "person_values", "reason"),
    [
        ({}, {"email": None}, Cancelled.NO_ADDRESS),
        ({"is_personal_link": True}, {"email_state": AddressState.SHARED}, Cancelled.SHARED_ADDRESS),
        ({}, {"email_state": AddressState.FAILING}, Cancelled.FAILING_ADDRESS),
        ({}, {"left_on": date(2026, 11, 1)}, Cancelled.LEFT),
        ({}, {"left_on": date(2026, 11, 24)}, Cancelled.LEFT),  # the very day
        ({"is_current": lambda letter, now: False}, {}, Cancelled.NOT_CURRENT),
    ],
)
def test_a_letter_that_must_not_leave_is_cancelled_with_its_reason(
    app, server, kinds, queue_letter, options, person_values, reason
):
    kinds(**options)
    queue_letter(make_person(**person_values))
    send_letters()
    assert server.received == []
    letter = only_letter()
    assert (letter.state, letter.last_error) == (LetterState.CANCELLED, reason)


def test_letters_without_a_personal_link_go_to_a_shared_address(app, server, kinds, queue_letter):
    kinds()
    queue_letter(make_person(email_state=AddressState.SHARED))
    send_letters()
    assert only_letter().state is LetterState.SENT


def test_what_the_context_writes_is_kept_when_the_letter_leaves(app, server, kinds, queue_letter):
    person = make_person()

    def context(letter):
        letter.person.phone = "+70000000000"
        return {"code": "x"}

    kinds(context=context)
    queue_letter(person)
    send_letters()
    assert person.phone == "+70000000000"


def test_the_language_is_the_accounts(app, server, kinds, queue_letter):
    kinds()
    person = make_person()
    make_account(person, language="en")
    queue_letter(person)
    send_letters()
    plain = server.received[0].message.get_body(("plain",)).get_content()
    assert "Why you receive this letter" in plain


def test_a_retry_at_night_waits_for_the_morning(app, server, kinds, queue_letter, monkeypatch):
    kinds()
    kinds("recovery", is_service=True)
    person = make_person()
    queue_letter(person)
    queue_letter(person, "recovery")
    night = datetime(2026, 11, 24, 19, tzinfo=UTC)  # 02:00 in Novokuznetsk
    monkeypatch.setattr(sender, "utcnow", lambda: night)
    send_letters()
    rows = {letter.kind: letter for letter in db.session.scalars(select(Letter))}
    assert rows["recovery"].state is LetterState.SENT
    assert (rows["hello"].state, rows["hello"].attempts) == (LetterState.QUEUED, 0)
    assert rows["hello"].next_try_at == datetime(2026, 11, 25, 1, tzinfo=UTC)


def test_a_letter_queued_for_the_night_waits_for_the_morning(app, kinds, queue_letter, monkeypatch):
    monkeypatch.setattr(letters, "after_quiet_hours", quiet_hours.after_quiet_hours)
    kinds()
    kinds("recovery", is_service=True)
    night = (utcnow() + timedelta(days=2)).replace(hour=19, minute=0, second=0, microsecond=0)
    person = make_person()
    queue_letter(person, not_before=night)
    queue_letter(person, "recovery", not_before=night)
    rows = {letter.kind: letter.next_try_at for letter in db.session.scalars(select(Letter))}
    assert rows["recovery"] == night
    assert rows["hello"] == night.replace(hour=1) + timedelta(days=1)


def test_a_letter_with_a_later_day_is_not_sent_before(app, server, kinds, queue_letter):
    kinds()
    queue_letter(make_person(), not_before=utcnow() + timedelta(days=1))
    send_letters()
    assert server.received == []
    assert only_letter().state is LetterState.QUEUED


def test_an_unknown_kind_is_refused(app, kinds, queue_letter):
    with pytest.raises(UnknownLetterKind):
        queue_letter(make_person(), "no such kind")


def test_two_kinds_of_one_name_are_refused(app, kinds):
    kinds()
    with pytest.raises(ValueError, match="two kinds"):
        kinds(template="greetings/other")


def test_a_line_break_in_a_name_cannot_add_a_header(app, server, kinds, queue_letter):
    kinds()
    queue_letter(make_person(name="Анна\r\nBcc: all@example.org"))
    send_letters()
    assert server.received[0].message["Bcc"] is None
