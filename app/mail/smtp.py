"""One connection to the mail server, driven by hand: what becomes of a letter turns on where a talk breaks off."""

import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import parse_qs, unquote, urlsplit

from config import SettingsError

if TYPE_CHECKING:
    from flask import Flask

CONNECT_TIMEOUT = 10.0  # seconds
REPLY_TIMEOUT = 30.0
DATA_TIMEOUT = 120.0  # for the answer to a whole letter: servers check it meanwhile

_LINE_START_DOT = re.compile(rb"(?m)^\.")
_ADDRESS = re.compile(r"[^\s<>:,;]+@[^\s<>:,;]+")


@dataclass(frozen=True)
class Server:
    """Where letters go, as MAIL_URL names it: smtp://user:password@host:port?tls=starttls, or smtps://."""

    host: str
    port: int
    user: str | None = None
    password: str = ""
    is_tls: bool = False
    is_starttls: bool = False

    @classmethod
    def from_url(cls, url: str) -> Self:
        parts = urlsplit(url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise SettingsError(
                "MAIL_URL задана неверно; ожидается smtp://user:password@host:587?tls=starttls"
            )
        is_tls = parts.scheme == "smtps"
        tls = parse_qs(parts.query).get("tls", [""])[0]
        if tls not in ("", "starttls") or (is_tls and tls):
            raise SettingsError("в MAIL_URL возможно только ?tls=starttls и только у smtp://")
        try:
            port = parts.port
        except ValueError as error:
            raise SettingsError("в MAIL_URL неверный порт") from error
        if not unquote(parts.netloc).isascii():
            raise SettingsError("в MAIL_URL имя, пароль и адрес сервера могут быть только латиницей")
        return cls(
            host=parts.hostname,
            port=port or (465 if is_tls else 587 if tls else 25),
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password or ""),
            is_tls=is_tls,
            is_starttls=tls == "starttls",
        )


def init(flask_app: "Flask") -> None:
    """Refuse at the start a MAIL_URL by which no letter could leave."""
    if url := flask_app.config["MAIL_URL"]:
        Server.from_url(url)


class NotTaken(Exception):
    """The server has not taken the letter and never will have; `reply` names no address."""

    def __init__(self, reply: str) -> None:
        super().__init__(reply)
        self.reply = reply


class TryLater(NotTaken):
    """Not now: a 4xx answer, or the talk broke off before the letter was given."""


class ServerAway(TryLater):
    """No talk with the server is possible, for this letter or any other."""


class Refused(NotTaken):
    """Never: a 5xx answer. `is_address` tells that it was about the recipient, not about the letter."""

    def __init__(self, reply: str, *, is_address: bool) -> None:
        super().__init__(reply)
        self.is_address = is_address


class Away(StrEnum):
    """Why no talk with the server is possible, as the row of a letter keeps it."""

    LOGIN = "login_refused"
    CERTIFICATE = "certificate"
    TLS = "no_tls"
    NO_HOST = "no_such_host"
    REFUSED = "nobody_listens"
    SILENT = "no_answer_in_time"
    BROKEN = "broken_off"


def _why_away(error: Exception) -> str:
    """Its own words where the server has said something, else what was the matter; never an address."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return Away.LOGIN
        case smtplib.SMTPResponseException():
            return _words(error.smtp_code, error.smtp_error)
        case ssl.SSLCertVerificationError():
            return Away.CERTIFICATE
        case ssl.SSLError() | smtplib.SMTPNotSupportedError():
            return Away.TLS
        case socket.gaierror():
            return Away.NO_HOST
        case ConnectionRefusedError():
            return Away.REFUSED
        case TimeoutError():
            return Away.SILENT
        case _:
            return Away.BROKEN


class CutAfterData(Exception):
    """The talk broke off after the letter was given: nobody here can know whether it was taken."""


class Line:
    """A connection that opens with the first letter and closes with its batch."""

    def __init__(self, server: Server, *, own_name: str) -> None:
        self._server = server
        self._own_name = own_name
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def offer(self, sender: str, recipient: str) -> None:
        """MAIL and RCPT: ask whether the letter would be taken; raises `TryLater`, `ServerAway`, `Refused`."""
        smtp = self._open()
        try:
            code, reply = smtp.mail(sender)
            if code != 250:
                self._reset()
                raise _refusal(code, reply, is_address=False)
            code, reply = smtp.rcpt(recipient)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise ServerAway(_why_away(error)) from error
        if code not in (250, 251):
            self._reset()
            raise _refusal(code, reply, is_address=True)

    def withdraw(self) -> None:
        """Take the offer back: somebody else sends this letter."""
        self._reset()

    def give(self, letter: bytes) -> None:
        """DATA: raises as `offer` does while nothing was given, `CutAfterData` once it was."""
        smtp = self._open()
        try:
            code, reply = smtp.docmd("DATA")
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise ServerAway(_why_away(error)) from error
        if code != 354:
            self._reset()
            raise _refusal(code, reply, is_address=False)
        try:
            self._socket_timeout(DATA_TIMEOUT)
            smtp.send(_LINE_START_DOT.sub(b"..", letter) + b".\r\n")
            code, reply = smtp.getreply()
            self._socket_timeout(REPLY_TIMEOUT)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise CutAfterData(type(error).__name__) from error
        if code != 250:
            raise _refusal(code, reply, is_address=False)

    def close(self) -> None:
        """Say goodbye where the server still listens."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            smtp.quit()
        except (OSError, smtplib.SMTPException):
            smtp.close()

    def _open(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                self._smtp = self._connected()
            except (OSError, smtplib.SMTPException) as error:
                raise ServerAway(_why_away(error)) from error
        return self._smtp

    def _connected(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context()
        smtp: smtplib.SMTP
        if server.is_tls:
            smtp = smtplib.SMTP_SSL(
                server.host, server.port, self._own_name, timeout=CONNECT_TIMEOUT, context=context
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, self._own_name, timeout=CONNECT_TIMEOUT)
        try:
            if server.is_starttls:
                smtp.starttls(context=context)
            smtp.ehlo_or_helo_if_needed()
            if server.user is not None:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        self._smtp = smtp
        self._socket_timeout(REPLY_TIMEOUT)
        return smtp

    def _reset(self) -> None:
        try:
            self._open().rset()
        except (OSError, smtplib.SMTPException, ServerAway):
            self.close()  # the next letter opens a connection of its own

    def _socket_timeout(self, seconds: float) -> None:
        if self._smtp is not None and self._smtp.sock is not None:
            self._smtp.sock.settimeout(seconds)


def _refusal(code: int, reply: bytes, *, is_address: bool) -> NotTaken:
    words = _words(code, reply)
    if code >= 500:
        return Refused(words, is_address=is_address)
    return ServerAway(words) if code == 421 else TryLater(words)


def _words(code: int, reply: bytes | str) -> str:
    text = reply if isinstance(reply, str) else reply.decode("utf-8", "replace")
    return _ADDRESS.sub("…", " ".join(f"{code} {text}".split()))[:300]
