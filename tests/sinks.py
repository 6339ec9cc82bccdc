"""What listens on loopback in place of the world outside: a mail server, and a host of group robots."""

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class MailSink:
    """A mail server that keeps what it is given.

    Addresses in ``refused`` it does not take, those in ``answers`` it answers so, with 421 it leaves; after the
    messages numbered in ``cuts``, which it keeps, it leaves without a word.
    """

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    connections: int = 0
    refused: set[str] = field(default_factory=set)
    answers: dict[str, str] = field(default_factory=dict)
    cuts: set[int] = field(default_factory=set)

    def answer(self, rest: str) -> str:
        """Give what a recipient is answered with."""
        if any(address in rest for address in self.refused):
            return "550 no such person"
        return next((text for address, text in self.answers.items() if address in rest), "250 ok")

    def ids(self) -> list[str]:
        """List the Message-IDs in the order of arrival."""
        return [str(message["Message-ID"]) for message in self.messages]


class _MailHandler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        sink: MailSink = self.server.sink  # type: ignore[attr-defined]
        sink.connections += 1
        self._say("220 sink")
        while line := self.rfile.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if not self._answer(verb.upper(), rest, sink):
                return

    def _answer(self, verb: str, rest: str, sink: MailSink) -> bool:
        if verb == "RCPT":
            self._say(sink.answer(rest))
            return not sink.answer(rest).startswith("421")
        if verb == "DATA":
            self._say("354 go on")
            sink.messages.append(message_from_bytes(self._body(), policy=policy.default))
            if len(sink.messages) in sink.cuts:
                return False
            self._say("250 kept")
        elif verb == "QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 ok")
        return True

    def _body(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) and line != b".\r\n":
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def mail_sink() -> Iterator[MailSink]:
    """Run a mail server for as long as the block lasts."""
    with _Server(("127.0.0.1", 0), _MailHandler) as server:
        server.sink = MailSink(port=server.server_address[1])  # type: ignore[attr-defined]
        with _served(server):
            yield server.sink  # type: ignore[attr-defined]


@dataclass
class RobotSink:
    """A host that robots speak to; ``status`` is what it answers."""

    address: str = ""
    said: list[tuple[str, Any]] = field(default_factory=list)
    status: int = 200


class _RobotHandler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        sink: RobotSink = self.server.sink  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        sink.said.append((self.path, json.loads(body)))
        self.send_response(sink.status)
        if sink.status == 302:
            self.send_header("Location", f"{sink.address}/elsewhere")
        self.end_headers()
        self.wfile.write(b'{"errcode": 0, "code": 0}')

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def robot_sink() -> Iterator[RobotSink]:
    """Run a host of robots for as long as the block lasts."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _RobotHandler) as server:
        server.sink = RobotSink(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
        with _served(server):
            yield server.sink  # type: ignore[attr-defined]


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
