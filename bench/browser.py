"""A small browser: cookies, forms with their hidden fields, no redirect followed. Over HTTP, or inside this process."""

import http.client
from html.parser import HTMLParser
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from flask import Flask

Answer = tuple[int, list[tuple[str, str]], bytes]


class Wire(Protocol):
    """How a request travels."""

    def send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer: ...


class HttpWire:
    """A kept-alive connection, opened again where the server closed it."""

    def __init__(self, base: str) -> None:
        address = urlsplit(base)
        self._connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)

    def send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        for attempt in (1, 2):
            try:
                self._connection.request(method, path, body or None, headers)
                answer = self._connection.getresponse()
                return answer.status, answer.getheaders(), answer.read()
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self._connection.close()
                if attempt == 2 or method == "POST":  # a POST is never sent twice
                    raise
        raise AssertionError

    def close(self) -> None:
        self._connection.close()


class AppWire:
    """The app itself, without a server."""

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client(use_cookies=False)

    def send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        answer = self._client.open(path, method=method, headers=headers, data=body or None, base_url="http://localhost")
        return answer.status_code, list(answer.headers), answer.data


class Browser:
    """One visitor."""

    def __init__(self, wire: Wire) -> None:
        self.wire, self.cookies, self.requests = wire, {}, 0

    def get(self, path: str) -> bytes:
        """A page that must answer 200."""
        return self._send("GET", path, {}, b"", 200)[1]

    def post(self, path: str, fields: dict[str, str]) -> str:
        """Send a form that must answer 303; returns where it leads."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return urlsplit(self._send("POST", path, headers, urlencode(fields).encode(), 303)[0]).path

    def _send(self, method: str, path: str, headers: dict[str, str], body: bytes, wanted: int) -> tuple[str, bytes]:
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        status, answered, content = self.wire.send(method, path, headers, body)
        self.requests += 1
        location = ""
        for name, value in answered:
            if name.lower() == "set-cookie":
                self._keep(value)
            elif name.lower() == "location":
                location = value
        assert status == wanted, f"{method} {path} answers {status}: {content[:300]!r}"
        return location, content

    def _keep(self, cookie: str) -> None:
        pair, *attributes = cookie.split(";")
        name, _, value = pair.partition("=")
        if any(attribute.strip().lower() == "max-age=0" for attribute in attributes):
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value


class _Forms(HTMLParser):
    """Reads the fields of every form as a browser would send them untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._fields: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = dict(attrs)
        if tag == "form":
            self._fields = {}
            self.forms.append((got.get("action") or "", self._fields))
        elif tag in ("input", "textarea") and self._fields is not None and (name := got.get("name")):
            chosen = got.get("type") not in ("radio", "checkbox") or "checked" in got
            if chosen and got.get("type") != "submit":
                self._fields[name] = got.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None


def read_form(page: bytes, action: str) -> dict[str, str]:
    """The fields of the form a page sends to `action`. Only it is parsed: the client and the server share processors."""
    text = page.decode()
    at = text.find(f'action="{action}"')
    assert at >= 0, f"no form to {action}"
    forms = _Forms()
    forms.feed(text[text.rindex("<form", 0, at):text.index("</form>", at) + 7])
    return forms.forms[0][1]
