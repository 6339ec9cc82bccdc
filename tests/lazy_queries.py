"""Watches every page that a test reads for a query per row."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from zeal import zeal_context


def watch_reading(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Wrap what reads; what writes may go row by row, one service call each."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "GET":
            return get_response(request)
        with zeal_context():
            return get_response(request)

    return middleware
