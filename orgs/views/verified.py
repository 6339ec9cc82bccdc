"""Pages that are open only to those who have shown their second factor."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from orgs.middleware import is_verified, send_to
from orgs.scoped_views import ScopedPage


class VerifiedPage(ScopedPage):
    """Sends whoever holds the permission to the second factor first."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_keeper = request.user.is_authenticated and request.user.has_perm(self.permission)
        if is_keeper and not is_verified(request):
            return send_to(request, "otp-verify")  # type: ignore[arg-type]  # a PortalRequest by the middleware
        return super().dispatch(request, *args, **kwargs)
