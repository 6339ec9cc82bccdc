"""A database that does not answer gets a page of its own, not a stack trace."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from youthleague.workbench.views.errors import database_down, is_database_down


class DatabaseDownMiddleware:
    """Turn a lost database into 503 when a view or template meets it; what other middleware meets, handler500 turns."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer with 503 when the exception says that the database is not there."""
        return database_down(request) if is_database_down(exception) else None
