import smtplib
import sys
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import pytest

from app.embedded.logs import ServiceLog
from app.embedded.process import ServerProcess
from app.embedded.smtp import list_stored, read_stored
from tests.embedded.processes import PROJECT, is_alive


@pytest.fixture
def catcher(tmp_path):
    process = ServerProcess("SMTP catcher", ServiceLog(tmp_path / "smtp.log"))
    arguments = ["--folder", tmp_path / "mail", "--port", "0", "--port-file", tmp_path / "port"]
    process.start([sys.executable, "-m", "app.embedded.smtp", *arguments], environment={}, folder=PROJECT)
    process.wait_until_ready((tmp_path / "port").exists, within=30)
    yield process
    process.end(within=5)


def send(tmp_path: Path, subject: str, text: str = "Здравствуйте!") -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "Опора <opora@localhost>",
        "ivanova@school.test",
        subject,
    )
    message.set_content(text)
    with smtplib.SMTP("127.0.0.1", int((tmp_path / "port").read_text())) as client:
        client.send_message(message, to_addrs=["ivanova@school.test", "copy@school.test"])


def test_letters_are_listed_newest_first_and_read_whole(catcher, tmp_path):
    for number in range(3):
        send(tmp_path, f"Занятие № {number}", text=f"Ёлка\n.\nстрока {number}\n")
    listed = list_stored(tmp_path / "mail")
    assert [letter.subject for letter in listed] == ["Занятие № 2", "Занятие № 1", "Занятие № 0"]
    assert listed[0].sender == "Опора <opora@localhost>"
    assert listed[0].recipients == "ivanova@school.test"
    letter = read_stored(tmp_path / "mail", listed[0].name)
    assert letter.get_content().splitlines() == ["Ёлка", ".", "строка 2"]
    assert letter["X-Envelope-To"] == "ivanova@school.test, copy@school.test"


def test_a_long_name_is_read_without_a_gap(catcher, tmp_path):
    message = EmailMessage()
    message["From"], message["Subject"] = "opora@localhost", "x"
    message["To"] = Address("Константинопольская Александрина Всеволодовна", "long", "school.test")
    message.set_content("x")
    with smtplib.SMTP("127.0.0.1", int((tmp_path / "port").read_text())) as client:
        client.send_message(message)
    (listed,) = list_stored(tmp_path / "mail")
    whole = "Константинопольская Александрина Всеволодовна <long@school.test>"
    assert listed.recipients == whole
    assert str(read_stored(tmp_path / "mail", listed.name)["To"]) == whole


def test_the_list_is_cut_at_its_limit(catcher, tmp_path):
    for number in range(3):
        send(tmp_path, str(number))
    assert [letter.subject for letter in list_stored(tmp_path / "mail", limit=2)] == ["2", "1"]


def test_only_names_of_letters_are_read(tmp_path):
    (tmp_path / "secret.eml").write_text("Subject: x\n\n")
    for name in ("secret.eml", "../secret.eml", "20260101T000000.000000Z.eml"):
        assert read_stored(tmp_path, name) is None
    assert list_stored(tmp_path / "nowhere") == []


def test_it_listens_on_this_machine_only_and_leaves_at_once(catcher, tmp_path):
    pid = catcher.pid
    addresses = {line.split()[1] for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]}
    port = int((tmp_path / "port").read_text())
    assert f"0100007F:{port:04X}" in addresses
    assert f"00000000:{port:04X}" not in addresses
    catcher.end(within=5)
    assert not is_alive(pid)


def test_a_port_that_is_taken_ends_it(catcher, tmp_path):
    second = ServerProcess("SMTP catcher", ServiceLog(tmp_path / "second.log"))
    arguments = ["--folder", tmp_path / "mail2", "--port", (tmp_path / "port").read_text()]
    second.start([sys.executable, "-m", "app.embedded.smtp", *arguments], environment={}, folder=PROJECT)
    assert second.wait(within=30) == 1
    assert "address already in use" in second.reason()
