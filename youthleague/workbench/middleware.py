"""What no page can answer by itself: a database that is not there, a full disk, text that cannot be stored."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from youthleague.workbench.views.errors import outage


class DatabaseDownMiddleware:
    """Turn a lost database into 503, a full disk into 507, when a view or template meets it; else handler500 does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer when the exception says that the database is not there, or no space is left."""
        return outage(request, exception)


class NulMiddleware:
    """Refuse a form with a NUL in it: nobody types one, PostgreSQL stores none, and not every field asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Look at what was sent, which the check of the token has read before."""
        if any("\0" in text for _name, texts in request.POST.lists() for text in texts):
            raise BadRequest
