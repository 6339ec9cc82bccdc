"""A database that does not answer, or a full disk, gets a page of its own, not a stack trace."""

from collections.abc import Callable

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
