"""The e-mail channel: one message a notice over one connection, under a Message-ID that a second try repeats."""

import base64
import hashlib
import re
import smtplib
from contextlib import suppress
from dataclasses import dataclass
from email.header import Header
from email.utils import formatdate
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address

from youthleague.notices.models import Notice


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a notice did not go out: a code for the log, a sentence for people; a final one is not tried again.

    ``has_broken``: nothing more goes over this connection; ``is_unclear``: the notice may have gone out all the same.
    """

    code: str
    sentence: str
    is_final: bool = False
    has_broken: bool = False
    is_unclear: bool = False


_CLOSING, _NEVER = 421, 500
_LONGEST_LINE = 998  # bytes, RFC 5322
_PLAIN_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+", re.ASCII)
_CUT_OFF = Fault("mail.connection", "与邮件服务器的连接中断", has_broken=True, is_unclear=True)


class Mailer:
    """Sends notices by e-mail over a connection that is kept open until it breaks."""

    chunk = 100

    def __init__(self) -> None:
        self._connection: BaseEmailBackend = get_connection()

    def open(self) -> bool:
        """Connect, unless that is done; tell whether the server answers."""
        try:
            self._connection.open()
        except (OSError, smtplib.SMTPException):
            return False
        return True

    def close(self) -> None:
        """End the connection; a server that does not answer the goodbye has taken what it has taken."""
        with suppress(OSError, smtplib.SMTPException):
            self._connection.close()

    def speak(self, notice: Notice) -> Fault | None:
        """Send one notice; gives the fault when the server refused it. A connection that broke is closed."""
        fault = self._try(notice)
        if fault is not None and fault.has_broken:
            self.close()
        return fault

    def _try(self, notice: Notice) -> Fault | None:
        try:
            self._connection.send_messages([message_for(notice)])
        except smtplib.SMTPServerDisconnected:
            return _CUT_OFF
        except smtplib.SMTPRecipientsRefused as error:
            return _refused_recipient([code for code, _text in error.recipients.values()])
        except smtplib.SMTPException as error:
            has_broken = getattr(error, "smtp_code", 0) == _CLOSING
            return Fault(f"mail.{type(error).__name__}", "邮件服务器拒绝了这封邮件", has_broken=has_broken)
        except OSError:
            return _CUT_OFF
        except ValueError:
            return Fault("mail.address", "邮箱地址的写法不对", is_final=True)
        return None


def _refused_recipient(codes: list[int]) -> Fault:
    """Tell a server that will not from one that cannot now, or that takes its leave (421)."""
    if min(codes) >= _NEVER:
        return Fault("mail.recipient", "邮箱地址被拒收", is_final=True)
    return Fault("mail.recipient-later", "邮件服务器暂时不收这个地址", has_broken=_CLOSING in codes)


class _Letter(EmailMessage):
    """A message of plain text, which writes itself: by way of a tree of headers it takes longer than its sending."""

    def message(self) -> "_Letter":  # type: ignore[override]
        return self

    def as_bytes(self, *, linesep: str = "\n") -> bytes:
        """Write headers and text; raises ``ValueError`` for an address that cannot be one."""
        text = str(self.body).replace("\r\n", "\n").replace("\r", "\n").encode()
        is_short = max(map(len, text.split(b"\n"))) <= _LONGEST_LINE
        headers = {
            "Subject": _subject(str(self.subject)),
            "From": _address(self.from_email),
            "To": _address(self.to[0]),
            "Date": formatdate(),
            **self.extra_headers,
            "MIME-Version": "1.0",
            "Content-Type": 'text/plain; charset="utf-8"',
            "Content-Transfer-Encoding": "8bit" if is_short else "base64",
        }
        head = "".join(f"{name}: {value}\n" for name, value in headers.items()).encode("ascii")
        written = head + b"\n" + (text if is_short else base64.encodebytes(text))
        return written.replace(b"\n", linesep.encode())


@lru_cache(maxsize=64)
def _subject(title: str) -> str:
    """Write a title as a header has it; many letters share a few."""
    return Header(" ".join(title.split()), "utf-8", header_name="Subject").encode()


def _address(address: str) -> str:
    return address if _PLAIN_ADDRESS.fullmatch(address) else str(sanitize_address(address, "utf-8"))


def message_for(notice: Notice) -> EmailMessage:
    """Write the message of a notice: what it says, and where to go."""
    recipient = notice.recipient
    assert recipient is not None  # noqa: S101 - the table's own constraint
    address = f"{settings.SITE_URL}{notice.url}" if notice.url else settings.SITE_URL
    body = f"{recipient.full_name}，您好：\n\n{notice.text or notice.title}\n\n{address}\n\n"
    footer = f"{settings.SITE_NAME}共青团工作平台。不想再收到这类邮件，请在平台“通知设置”中关闭。\n"
    headers = {"Message-ID": message_id(notice), "Auto-Submitted": "auto-generated"}
    return _Letter(notice.title, body + footer, settings.DEFAULT_FROM_EMAIL, [recipient.email], headers=headers)


def message_id(notice: Notice) -> str:
    """Give the Message-ID of a notice: the same each time that it is sent."""
    key = f"{notice.recipient_id}|{notice.kind}|{notice.subject}|{notice.period}"
    domain = _address(settings.DEFAULT_FROM_EMAIL).rpartition("@")[2].rstrip(">")
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"
