"""What happens around every request: headers, the address it came from, the limits of a session, its scope."""

import ipaddress
from collections.abc import Callable
from datetime import datetime
from typing import cast

import structlog
from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django_htmx.middleware import HtmxDetails
from django_structlog.middlewares import RequestMiddleware

from orgs.access import Scope, scope_of
from orgs.models import User
from orgs.services import has_second_factor, needs_new_password, record_sign_out

# Who comes to a vote, and when, is written down nowhere: no line of the log, no session that was seen.
UNNOTICED = "/vote/"
# Who votes by link signs in, and so the session is asked as on any page; the log still has no line.
UNLOGGED = (UNNOTICED, "/ballots/")
GetResponse = Callable[[HttpRequest], HttpResponse]

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
SECOND_FACTOR_DUE = "second_factor_due"
# The session is written once a minute at most, so that reading pages does not write rows.
SEEN_EVERY = 60

CLOSED_FEATURES = (
    "accelerometer autoplay camera display-capture encrypted-media geolocation gyroscope magnetometer microphone midi "
    "payment publickey-credentials-get screen-wake-lock usb xr-spatial-tracking"
)
HEADERS = {
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in CLOSED_FEATURES.split()),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class PortalRequest(HttpRequest):
    """A request as views get it from a signed-in account (for type checking)."""

    user: User
    scope: Scope
    htmx: HtmxDetails


class HeadersMiddleware:
    """Outermost: no response leaves without the headers, static files and errors of other middleware included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class LoopbackOnlyMiddleware:
    """In demonstration mode, answer this machine only, whatever address the server was bound to."""

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.DEMO:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_loopback(request.META.get("REMOTE_ADDR", "")):
            return HttpResponse("演示模式只供本机访问。", status=403, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class RequestLogMiddleware(RequestMiddleware):
    """One log line per request: path without query, which may hold names, and the address as we trust it."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Log the request, unless it is one of a vote."""
        if request.path.startswith(UNLOGGED):
            structlog.contextvars.clear_contextvars()
            return cast("HttpResponse", self.get_response(request))
        return cast("HttpResponse", super().__call__(request))

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Write method and path."""
        return f"{request.method} {request.path}"

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """Put the address into the context of all log lines."""
        structlog.contextvars.bind_contextvars(ip=client_address(request))


class AccountMiddleware:
    """Give the request its scope; end sessions that are over; hold back who still owes a code or a new password."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        at = timezone.now()
        portal_request = cast("PortalRequest", request)
        portal_request.scope = cast("Scope", SimpleLazyObject(lambda: _scope(portal_request, at)))
        held = None if leaves_no_trace(request) else self._held_back(portal_request, at)
        response = held or self.get_response(request)
        if "no-store" not in response.get("Cache-Control", ""):
            response["Cache-Control"] = "no-store, private"
        return response

    def _held_back(self, request: PortalRequest, at: datetime) -> HttpResponse | None:
        if not request.user.is_authenticated:
            _drop_dead_session(request)
            return None
        reason = session_over(request.session, at)
        if reason:
            record_sign_out(user=request.user, at=at, reason=reason)
            logout(request)
            return send_to(request, "sign-in", why=reason)
        duty = _duty(request, at)
        return send_to(request, duty) if duty else None


def leaves_no_trace(request: HttpRequest) -> bool:
    """Tell whether a request is one of a vote, of which nothing is noted."""
    return request.path.startswith(UNNOTICED)


def client_address(request: HttpRequest) -> str:
    """Give the address of the browser: the peer's, or what the last of our ``PROXY_COUNT`` proxies has seen."""
    address = request.META.get("REMOTE_ADDR", "")
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if 0 < settings.PROXY_COUNT <= len(hops):
        address = hops[-settings.PROXY_COUNT] or address
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return ""


def axes_address(request: HttpRequest) -> str | None:
    """Answer django-axes, which counts failures per name and address."""
    return client_address(request) or None


def is_loopback(address: str) -> bool:
    """Tell whether a peer is this machine; a Unix socket has no address."""
    try:
        return not address or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def begin_session(request: HttpRequest, user: User, at: datetime) -> None:
    """Start the clocks of a session after the password; note that a code is due from whoever has an authenticator."""
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = int(at.timestamp())
    if not user.is_demo and has_second_factor(user):
        request.session[SECOND_FACTOR_DUE] = True


def session_over(session: SessionBase, at: datetime) -> str:
    """Tell why a session is over: ``idle`` or ``absolute``; nothing while it lives, and then note that it was seen."""
    now = int(at.timestamp())
    started, seen = session.get(SIGNED_IN_AT), session.get(SEEN_AT)
    if started is not None and now - started >= settings.SESSION_COOKIE_AGE:
        return "absolute"
    if seen is not None and now - seen >= settings.SESSION_IDLE_SECONDS:
        return "idle"
    if started is None:
        session[SIGNED_IN_AT] = now
    if seen is None or now - seen >= SEEN_EVERY:
        session[SEEN_AT] = now
    return ""


def is_verified(request: HttpRequest) -> bool:
    """Tell whether the second factor was shown; demonstration accounts need none, in demonstration mode only."""
    if settings.DEMO and getattr(request.user, "is_demo", False):
        return True
    verified = getattr(request.user, "is_verified", None)
    return bool(verified and verified())


def send_to(request: PortalRequest, url_name: str, **query: str) -> HttpResponse:
    """Redirect, and come back afterwards; a part of a page fetched by htmx takes the whole page along."""
    target = request.htmx.current_url_abs_path if request.htmx else request.get_full_path()
    if target and (request.method == "GET" or request.htmx):
        query["next"] = target
    url = reverse(url_name) + (f"?{urlencode(query)}" if query else "")
    return HttpResponse(headers={"HX-Redirect": url}) if request.htmx else redirect(url)


def _scope(request: PortalRequest, at: datetime) -> Scope:
    return scope_of(request.user, timezone.localdate(at))


def _duty(request: PortalRequest, at: datetime) -> str:
    """Name the page that must be seen before any other but the sign-out."""
    if request.path == reverse("sign-out"):
        return ""
    duty = ""
    if request.session.get(SECOND_FACTOR_DUE):
        duty = "otp-verify"
    elif needs_new_password(request.user, at):
        duty = "password-change"
    return duty if duty and request.path != reverse(duty) else ""


def _drop_dead_session(request: HttpRequest) -> None:
    """Delete the session of an account that was disabled, so that it does not revive."""
    if request.session.get(SESSION_KEY):
        request.session.flush()
