"""The SMTP catcher of the demo and the tests: takes every letter and keeps it as an `.eml` file.

`python -m app.embedded.smtp --folder F --port P` listens on 127.0.0.1; with port 0 it takes a free one and
writes the number to `--port-file`.
"""

import argparse
import asyncio
import os
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import compat32, default
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

NAME = re.compile(r"(\d{8}T\d{6}\.\d{6})Z\.eml")


@dataclass(frozen=True)
class StoredMessage:
    """A letter in the catcher's folder, as a list shows it."""

    name: str
    received_at: datetime
    sender: str
    recipients: str
    subject: str


def list_stored(folder: Path, *, limit: int = 500) -> list[StoredMessage]:
    """The newest letters in the folder, newest first."""
    names = sorted((name for name in _names(folder)), reverse=True)[:limit]
    return [_described(folder, name) for name in names]


def read_stored(folder: Path, name: str) -> EmailMessage | None:
    """One whole letter, or None if there is none of this name."""
    if not NAME.fullmatch(name) or not (folder / name).is_file():
        return None
    content = (folder / name).read_bytes()
    message = BytesParser(policy=default).parsebytes(content)
    head = BytesHeaderParser(policy=compat32).parsebytes(content)
    for header in ("From", "To"):
        if header in head:
            message.replace_header(header, _text(head, header))
    return message


class Catcher:
    """Stores each letter as one file that is complete as soon as it is visible."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last = 0

    async def handle_DATA(  # noqa: N802 - aiosmtpd looks for this name
        self, server: "SMTP", session: "Session", envelope: "Envelope"
    ) -> str:
        """Keep the letter with its envelope on top and answer only then."""
        recipients = ", ".join(envelope.rcpt_tos)
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {recipients}\r\n"
        name = self._next_name()
        unfinished = self._folder / f".{name}.unfinished"
        unfinished.write_bytes(head.encode() + (envelope.original_content or b""))
        unfinished.rename(self._folder / name)
        return "250 OK: stored"

    def _next_name(self) -> str:
        # Names order the letters, so no two share a microsecond.
        self._last = max(self._last + 1, time.time_ns() // 1000)
        return f"{datetime.fromtimestamp(self._last / 1e6, UTC):%Y%m%dT%H%M%S.%fZ}.eml"


async def serve(folder: Path, port: int, port_file: Path | None) -> None:
    """Take letters until INT or TERM."""
    # Imported here: the page that lists letters needs no mail server.
    from aiosmtpd.smtp import SMTP

    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    options: dict[str, Any] = {"enable_SMTPUTF8": True, "hostname": "localhost", "loop": loop}
    catcher = Catcher(folder)
    server = await loop.create_server(lambda: SMTP(catcher, **options), "127.0.0.1", port)
    port = server.sockets[0].getsockname()[1]
    if port_file is not None:
        unfinished = port_file.with_suffix(".unfinished")
        unfinished.write_text(str(port))
        unfinished.rename(port_file)
    print(f"письма с 127.0.0.1:{port} складываются в {folder}", flush=True)
    await stop.wait()
    server.close()


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(description="Keep every letter sent here as a file.")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--port-file", type=Path)
    arguments = parser.parse_args()
    arguments.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    asyncio.run(serve(arguments.folder, arguments.port, arguments.port_file))


def _names(folder: Path) -> Iterator[str]:
    if folder.is_dir():
        with os.scandir(folder) as entries:
            yield from (entry.name for entry in entries if NAME.fullmatch(entry.name))


def _described(folder: Path, name: str) -> StoredMessage:
    with (folder / name).open("rb") as file:
        head = BytesHeaderParser(policy=compat32).parse(file)
    found = NAME.fullmatch(name)
    stamp = found[1] if found else ""
    return StoredMessage(
        name=name,
        received_at=datetime.strptime(stamp, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC),
        sender=_text(head, "From") or _text(head, "X-Envelope-From"),
        recipients=_text(head, "To") or _text(head, "X-Envelope-To"),
        subject=_text(head, "Subject"),
    )


def _text(head: Message, name: str) -> str:
    """A header as people read it; the newer policies leave a space inside a name of two encoded words."""
    return " ".join(str(make_header(decode_header(str(head[name] or "")))).split())


if __name__ == "__main__":
    main()
