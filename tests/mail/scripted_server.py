"""A mail server that answers what a test tells it to, and breaks off where the test wants it to."""

import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from types import TracebackType
from typing import Self

CUT = "cut"
"""As an answer: close the connection without a word."""


@dataclass(frozen=True)
class Received:
    """A letter the server took, with its envelope."""

    sender: str
    recipient: str
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return BytesParser(policy=default).parsebytes(self.content)


class ScriptedServer:
    """Listens on a free port; `rcpt`, `data` and `letter` decide what it answers to each."""

    def __init__(self) -> None:
        self.willing()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []

    def willing(self) -> None:
        """Take everything from now on, and forget what was taken."""
        self.rcpt: Callable[[str], str] = lambda recipient: "250 ok"
        self.data: Callable[[], str] = lambda: "354 go on"
        self.letter: Callable[[Received], str] = lambda received: "250 taken"
        self.received: list[Received] = []
        self.connections = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            connection.close()
        for thread in self._threads:
            thread.join(5)

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            self._start(lambda connection=connection: self._serve(connection))

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(ConnectionError):  # a sender may be killed in the middle of a talk
            self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        sender = recipient = ""
        with connection, connection.makefile("rwb") as lines:

            def answer(reply: str) -> None:
                lines.write(f"{reply}\r\n".encode())
                lines.flush()

            answer("220 scripted")
            for line in lines:
                command, _, rest = line.decode().strip().partition(" ")
                reply = "250 ok"
                if command.upper() == "QUIT":
                    answer("221 bye")
                    return
                if command.upper() == "MAIL":
                    sender = rest.partition("<")[2].partition(">")[0]
                elif command.upper() == "RCPT":
                    recipient = rest.partition("<")[2].partition(">")[0]
                    reply = self.rcpt(recipient)
                elif command.upper() == "DATA":
                    reply = self.data()
                    if reply.startswith("354"):
                        answer(reply)
                        received = Received(sender, recipient, _body(lines))
                        reply = self.letter(received)
                        if reply.startswith("250"):
                            self.received.append(received)
                if reply == CUT:
                    # Not only `close`: the file object keeps the socket open until it goes.
                    connection.shutdown(socket.SHUT_RDWR)
                    return
                answer(reply)


def _body(lines) -> bytes:
    collected = []
    for line in lines:
        if line == b".\r\n":
            break
        collected.append(line[1:] if line.startswith(b".") else line)
    return b"".join(collected)
