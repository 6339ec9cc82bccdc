"""What may stand in a process log: no number of a person, no secret, no line that somebody else has forged."""

import logging
import re
import traceback
import unicodedata
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

HIDDEN = "＊＊＊"
# Eighteen digits (the last may be X) and eleven, however they are separated.
_NUMBERS = re.compile(
    r"(?<![0-9])(?:[0-9][ -]?){17}[0-9Xx](?![0-9])|(?<![0-9])(?:\+?86[ -]?)?1(?:[ -]?[0-9]){10}(?![0-9])"
)
_GUARDED = (
    "password|passwd|pwd|secret|token|otp|cookie|sessionid|session_key|sid|csrf[a-z_]*|authorization|api[_-]?key|seed|"
    "密码|口令|验证码|恢复码"
)
_ASSIGNMENT = re.compile(rf"(?i)(?<![a-z])({_GUARDED})([\"']?\s*[=:：]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;&}}\])]+)")
_GUARDED_NAME = re.compile(rf"(?i)(?<![a-z])(?:{_GUARDED})(?![a-z])")
# PostgreSQL repeats the values of the row that it refuses.
_ROW_OF_THE_DATABASE = re.compile(r"(DETAIL: ).*")
_WHOLE_TEXTS = frozenset({"exception", "stack"})
_MADE_HERE = frozenset({"request_id", "timestamp"})


def hide(text: str) -> str:
    """Replace numbers of people, values of secrets and quoted database rows."""
    folded = unicodedata.normalize("NFKC", text)
    clean = _NUMBERS.sub(HIDDEN, folded if _NUMBERS.search(folded) else text)
    return _ROW_OF_THE_DATABASE.sub(rf"\1{HIDDEN}", _ASSIGNMENT.sub(rf"\1\2{HIDDEN}", clean))


def one_line(text: str) -> str:
    """Write control characters, line ends and direction marks as escapes, so that one event is one line."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


class PersonalDataFilter(logging.Filter):
    """On every handler: cleans messages, values and tracebacks before any formatter sees them."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Clean the record; all of them pass."""
        if isinstance(record.msg, dict):
            record.msg = clean_event(record.msg)
        else:
            record.msg = one_line(hide(record.getMessage()))
            record.args = ()
        if record.exc_info and record.exc_info[0]:
            record.exc_text = hide("".join(traceback.format_exception(*record.exc_info)))
            record.exc_info = None
        return True


def clean_event(event: Mapping[str, Any]) -> dict[str, Any]:
    """Clean the values of a structlog event; those with the name of a secret go whole."""
    return {name: _clean_value(name, value) for name, value in event.items()}


def _clean_value(name: str, value: Any) -> Any:
    if _GUARDED_NAME.search(name):
        return HIDDEN
    if isinstance(value, Mapping):
        return clean_event(value)
    if isinstance(value, list | tuple | set):
        return [_clean_value("", part) for part in value]
    if value is None or isinstance(value, bool | float) or name in _MADE_HERE:
        return value
    text = hide(str(value))
    if isinstance(value, int):
        return value if text == str(value) else text
    return text if name in _WHOLE_TEXTS else one_line(text)


def with_traceback(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Take the traceback that the filter has already written."""
    text = getattr(event.get("_record"), "exc_text", None)
    if text:
        event["exception"] = text
    return event


SHARED: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso"),
)


def configure_structlog() -> None:
    """Send structlog's events through the handlers of ``logging``; tracebacks show code, never the values in it."""
    structlog.configure(
        processors=[
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def logging_settings(*, readable: bool) -> dict[str, Any]:
    """Build ``LOGGING``: JSON lines of everything that happens, or for a person at a terminal what needs a look."""
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
        if readable
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"personal": {"()": PersonalDataFilter}},
        "formatters": {
            "portal": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*SHARED, with_traceback],
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "portal",
                "filters": ["personal"],
                "level": "WARNING" if readable else "INFO",
            }
        },
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # Django gives these handlers of their own, without our filter.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
            # Said once already, with the number of the request.
            "django.request": {"level": "CRITICAL"},
            # What it counts is in its tables, and in the audit log.
            "axes": {"level": "ERROR" if readable else "WARNING"},
            # Statements carry values.
            "django.db.backends": {"level": "WARNING"},
        },
    }
