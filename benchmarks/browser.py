"""A visitor light enough not to disturb what is measured: one kept connection, cookies, forms by expression."""

import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode, urlsplit

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
FORM_TYPE = "application/x-www-form-urlencoded"


class UnexpectedReply(Exception):
    """The server answered otherwise than the journey wants."""


@dataclass(frozen=True)
class Reply:
    status: int
    location: str
    body: str

    def hidden_fields(self) -> dict[str, str]:
        return {name: unescape(value) for name, value in HIDDEN.findall(self.body)}


class Browser:
    """One visitor, with the connection and the cookies of one browser."""

    def __init__(self, port: int, cookies: Mapping[str, str] | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies = dict(cookies or {})

    def get(self, address: str) -> Reply:
        return self._exchange("GET", address, expected=200)

    def post(self, address: str, fields: Mapping[str, str]) -> Reply:
        """Post a form and follow where it leads, as a browser does."""
        self.send("POST", address, urlencode(fields), FORM_TYPE)
        return self.get(self.receive(expected=303).location)

    def patch(self, address: str, message: object) -> Reply:
        return self._exchange("PATCH", address, json.dumps(message), "application/json", expected=200)

    def send(self, method: str, address: str, body: str | None = None, media_type: str = "") -> None:
        """Send a request without waiting for the reply."""
        headers = {"Host": "127.0.0.1"}
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if body is not None:
            headers["Content-Type"] = media_type
        self._connection.request(method, urlsplit(address).path, body, headers)

    def receive(self, expected: int | None = None) -> Reply:
        """The reply to what was sent last; another status than the expected one raises."""
        response = self._connection.getresponse()
        body = response.read().decode()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if expected is not None and response.status != expected:
            raise UnexpectedReply(f"{response.status} instead of {expected}: {body[:2000]}")
        return Reply(response.status, response.headers.get("Location", ""), body)

    def reconnect(self) -> None:
        """Have a fresh connection ready: the server ends one that has been idle for long."""
        self._connection.close()
        self._connection.connect()

    def close(self) -> None:
        self._connection.close()

    def _exchange(
        self, method: str, address: str, body: str | None = None, media_type: str = "", *, expected: int
    ) -> Reply:
        self.send(method, address, body, media_type)
        return self.receive(expected)
