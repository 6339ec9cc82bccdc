"""Pages that say that something went wrong: in Chinese, with a number to name on the phone, and nothing else."""

import errno
import secrets
import sys

import structlog
from django.conf import settings
from django.db.utils import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

# SQLite: busy, locked, out of memory, input/output, corrupt, full, cannot open.
SQLITE_DOWN = frozenset({5, 6, 7, 10, 11, 13, 14})
SQLITE_FULL = 13
# PostgreSQL: connection, resources, operator intervention (also: the statement took too long).
POSTGRESQL_DOWN = ("08", "53", "57")
POSTGRESQL_FULL = "53100"
NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})


def reference() -> str:
    """Give the number under which the log has this request, or a random one when it has none."""
    known = structlog.contextvars.get_contextvars().get("request_id")
    return str(known or secrets.token_hex(16)).replace("-", "")[:12].upper()


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer 400."""
    return _bare("400.html", 400)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer 403: signed in, but not allowed."""
    return render(request, "403.html", {"reference": reference()}, status=403)


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer 404, in the same words for what does not exist and for what lies outside the scope."""
    return render(request, "404.html", {"reference": reference()}, status=404)


@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500; 503 when the reason is the database, 507 when the disk is full."""
    return outage(request, sys.exc_info()[1]) or _bare("500.html", 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form whose token does not fit (an old page, or cookies switched off)."""
    return _bare("403_csrf.html", 403)


def outage(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """Answer an error that is nobody's fault but the machine's; None for any other."""
    if is_storage_full(error):
        return storage_full(request)
    return database_down(request) if is_database_down(error) else None


def storage_full(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer 507: there is no space left to store anything."""
    return _bare("507.html", 507)


def database_down(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Answer 503, without asking anything of the database."""
    response = _bare("503.html", 503)
    response["Retry-After"] = "30"
    return response


def too_many(request: HttpRequest, *, minutes: int = 15) -> HttpResponse:  # noqa: ARG001
    """Answer 429, for whoever limits something."""
    response = _bare("429.html", 429, minutes=minutes)
    response["Retry-After"] = str(minutes * 60)
    return response


def _bare(template: str, status: int, **facts: object) -> HttpResponse:
    """Render without the request, so that neither account nor database are needed."""
    page = render_to_string(template, {"site_name": settings.SITE_NAME, "reference": reference(), **facts})
    response = HttpResponse(page, status=status)
    response["Cache-Control"] = "no-store"
    return response


def is_storage_full(error: BaseException | None) -> bool:
    """Tell whether an error says that the disk, or a database's disk, is full."""
    if isinstance(error, OperationalError):
        cause = error.__cause__
        is_full = getattr(cause, "sqlite_errorcode", None) == SQLITE_FULL
        return is_full or getattr(cause, "pgcode", None) == POSTGRESQL_FULL
    return isinstance(error, OSError) and error.errno in NO_SPACE


def is_database_down(error: BaseException | None) -> bool:
    """Tell a lost, locked or full database from a wrong statement; both raise OperationalError."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    sqlite_code = getattr(error.__cause__, "sqlite_errorcode", None)
    if sqlite_code is not None:
        return sqlite_code & 0xFF in SQLITE_DOWN
    code = getattr(error.__cause__, "pgcode", None)
    return code is None or code.startswith(POSTGRESQL_DOWN)
