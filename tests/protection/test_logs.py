"""Nothing of a person, no secret and no forged line reaches a log."""

import io
import json
import logging
import logging.config

import pytest
import structlog

from youthleague.protection.logs import HIDDEN, PersonalDataFilter, clean_event, hide, logging_settings, one_line

ID_NUMBER = "99010119950615003X"
PHONE = "19900001234"


def crash(text: str) -> None:
    """Fail with a personal value in a local variable and in the message."""
    raise ValueError(text)


@pytest.fixture(params=[False, True], ids=["json", "readable"])
def log(request):
    """Give a logger and what its handler, built as in production, has written."""
    config = logging_settings(readable=request.param)
    formatter = logging.config.DictConfigurator(config).configure_formatter(config["formatters"]["portal"])
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    handler.addFilter(PersonalDataFilter())
    logger = logging.getLogger(f"tests.logs.{request.param}")
    logger.propagate, logger.handlers = False, [handler]
    logger.setLevel(logging.DEBUG)
    yield logger, stream
    logger.handlers = []


@pytest.mark.parametrize(
    "text",
    [
        ID_NUMBER,
        ID_NUMBER[:-1] + "8",
        f"身份证{ID_NUMBER}号",
        "990101 19950615 003X",
        "990101-19950615-0031",
        PHONE,
        "199 0000 1234",
        "199-0000-1234",
        "+86 19900001234",
        "".join(chr(ord(digit) + 0xFEE0) for digit in PHONE),  # full-width, as an input method writes it
        f"/roster/?q={PHONE}&x=1",
        f"('{PHONE}',)",
    ],
)
def test_numbers_of_people_are_hidden(text):
    assert HIDDEN in hide(text)
    assert not any(run in hide(text) for run in ("9900001234", "0000", "19950615"))


@pytest.mark.parametrize(
    "text", ["2026-11-23 06:54:10", "990101", "第 12 批 2000 行", "seq=1234567890", "199000012345", "3" * 19]
)
def test_other_numbers_stay(text):
    assert hide(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "password=geheim",
        "password: geheim",
        "{'password': 'geheim', 'a': 1}",
        '{"new_password": "geheim"}',
        "Authorization: geheim",
        "csrfmiddlewaretoken=geheim&next=/",
        "api_key=geheim",
        "Cookie: sid=geheim; a=b",
        "密码：geheim",
        "otp=geheim",
        "DETAIL: Failing row contains (1, geheim, 2).",
    ],
)
def test_values_of_secrets_are_hidden(text):
    assert "geheim" not in hide(text)


def test_a_sentence_about_secrets_stays():
    assert hide("Forbidden (CSRF token missing.): /sign-in/") == "Forbidden (CSRF token missing.): /sign-in/"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n2026 login ok", "a\\n2026 login ok"),
        ("a\r\x1b[31mrot\x00", "a\\r\\x1b[31mrot\\x00"),
        ("a\u202eb\u2028c", "a\\u202eb\\u2028c"),
        ("林致远，a b", "林致远，a b"),
    ],
)
def test_one_event_is_one_line(text, line):
    assert one_line(text) == line


def test_events_are_cleaned_by_name_and_by_value():
    event = {
        "event": f"call {PHONE}\nnext",
        "password": "geheim",
        "session_key": "geheim",
        "facts": {"token": "geheim", "rows": 3, "share": 0.5, "phone": int(PHONE)},
        "list": [PHONE, 7, None, True],
        "exception": f"Traceback\n  ValueError: {ID_NUMBER}",
        "request_id": "1234-5678-9012-3456",
    }
    assert clean_event(event) == {
        "event": f"call {HIDDEN}\\nnext",
        "password": HIDDEN,
        "session_key": HIDDEN,
        "facts": {"token": HIDDEN, "rows": 3, "share": 0.5, "phone": HIDDEN},
        "list": [HIDDEN, 7, None, True],
        "exception": f"Traceback\n  ValueError: {HIDDEN}",
        "request_id": "1234-5678-9012-3456",
    }


def test_messages_and_tracebacks_are_cleaned_whatever_writes_them(log):
    logger, stream = log
    try:
        crash(f"bad number {ID_NUMBER} password=geheim")
    except ValueError:
        logger.exception("row %s of %s\nforged line", PHONE, "林")
    written = stream.getvalue()
    assert "ValueError: bad number" in written
    assert "test_logs.py" in written
    assert "\\nforged line" in written
    assert not any(value in written for value in (ID_NUMBER, PHONE, "geheim"))


def test_structlog_goes_the_same_way(log):
    logger, stream = log
    bound = structlog.wrap_logger(
        logger,
        processors=[structlog.processors.format_exc_info, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    try:
        crash(ID_NUMBER)
    except ValueError:
        bound.exception("request_failed", user_agent=f"x\n{PHONE}", password="geheim")
    written = stream.getvalue()
    assert "request_failed" in written
    assert not any(value in written for value in (ID_NUMBER, PHONE, "geheim"))


def test_production_writes_json_lines(log):
    logger, stream = log
    logger.info("行 %d", 3)
    if logger.name.endswith("False"):
        line = json.loads(stream.getvalue())
        assert (line["event"], line["level"], line["logger"]) == ("行 3", "info", logger.name)
    else:
        assert "行 3" in stream.getvalue()


def is_ours(handler: logging.Handler) -> bool:
    """Leave out what listens during tests only, and what writes nothing."""
    return not type(handler).__module__.startswith(("_pytest", "tests")) and type(handler) is not logging.NullHandler


def test_every_handler_of_the_process_has_the_filter(settings):
    assert settings.LOGGING["handlers"]
    assert all(handler["filters"] == ["personal"] for handler in settings.LOGGING["handlers"].values())
    handlers = [
        handler
        for name in (None, *logging.root.manager.loggerDict)
        for handler in logging.getLogger(name).handlers
        if is_ours(handler)
    ]
    assert handlers
    assert all(any(isinstance(one, PersonalDataFilter) for one in handler.filters) for handler in handlers)


@pytest.mark.parametrize("readable", [True, False])
def test_terminals_see_warnings_and_files_see_all(readable):
    handler = logging_settings(readable=readable)["handlers"]["stderr"]
    assert handler["level"] == ("WARNING" if readable else "INFO")
