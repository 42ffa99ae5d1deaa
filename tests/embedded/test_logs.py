import os

import pytest

from app.embedded import logs
from app.embedded.logs import ServiceLog


def test_files_are_turned_over_and_the_oldest_dropped(tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "FILE_BYTES", 100)
    log = ServiceLog(tmp_path / "web.log")
    with os.fdopen(log.open_pipe(), "w") as output:
        for number in range(40):
            output.write(f"строка {number:02} .........\n")
    log.join()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["web.log", "web.log.1", "web.log.2", "web.log.3", "web.log.4"]
    assert "строка 39" in (tmp_path / "web.log").read_text()
    assert log.complaint() == "строка 39 ........."


def test_bytes_that_are_no_text_and_endless_lines_pass(tmp_path):
    log = ServiceLog(tmp_path / "web.log")
    with os.fdopen(log.open_pipe(), "wb") as output:
        output.write(b"\xff\xfe\n" + b"x" * 200_000 + b"\n\n")
    log.join()
    stored = (tmp_path / "web.log").read_text()
    assert stored.count("x") == 200_000
    assert stored.startswith("\N{REPLACEMENT CHARACTER}" * 2)


def test_a_terminal_that_has_gone_does_not_stop_the_log(tmp_path, monkeypatch):
    class Gone:
        def write(self, _text):
            raise BrokenPipeError

    monkeypatch.setattr("sys.stdout", Gone())
    log = ServiceLog(tmp_path / "web.log", echo=True)
    with os.fdopen(log.open_pipe(), "w") as output:
        output.write("первая\nвторая\n")
    log.join()
    assert (tmp_path / "web.log").read_text() == "первая\nвторая\n"


def test_an_exception_says_more_than_the_advice_below_it(tmp_path):
    log = ServiceLog(tmp_path / "prepare.log")
    with os.fdopen(log.open_pipe(), "w") as output:
        output.write("Traceback (most recent call last):\n")
        output.write("sqlalchemy.exc.OperationalError: password authentication failed\n")
        output.write("(Background on this error at: https://example.org)\n")
    log.join()
    assert log.complaint() == "sqlalchemy.exc.OperationalError: password authentication failed"


@pytest.mark.parametrize("lines", ["", "\n\n"])
def test_a_silent_service_has_no_last_line(tmp_path, lines):
    log = ServiceLog(tmp_path / "web.log")
    with os.fdopen(log.open_pipe(), "w") as output:
        output.write(lines)
    log.join()
    assert log.complaint() == ""
