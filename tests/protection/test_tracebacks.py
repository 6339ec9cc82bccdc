"""Django's error reports hold nothing that came from people, in DEBUG neither."""

import sys

import pytest
from django.test import RequestFactory
from django.views.debug import ExceptionReporter, get_exception_reporter_filter

from youthleague.protection.tracebacks import SilentReporterFilter

CANARY = "99010119950615003X"


@pytest.mark.parametrize("debug", [True, False])
def test_an_error_report_names_places_and_types_only(settings, debug):
    settings.DEBUG = debug
    request = RequestFactory().post("/roster/", {"id_number": CANARY}, headers={"Cookie": f"sid={CANARY}"})

    def crash(number: str) -> None:
        person = {"number": number}
        raise RuntimeError(f"row of {len(person)}")

    try:
        crash(CANARY)
    except RuntimeError:
        reporter = ExceptionReporter(request, *sys.exc_info())
    for report in (reporter.get_traceback_html(), reporter.get_traceback_text()):
        assert "RuntimeError" in report
        assert "crash" in report
        assert "id_number" in report
        assert CANARY not in report


def test_it_is_the_one_that_django_uses_and_is_never_off(settings):
    settings.DEBUG = True
    used = get_exception_reporter_filter(None)
    assert isinstance(used, SilentReporterFilter)
    assert used.is_active(None)


def test_a_report_without_a_request_has_no_form():
    assert SilentReporterFilter().get_post_parameters(None) == {}
