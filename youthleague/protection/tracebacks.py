"""Django's own error reports (debug page, mails), with nothing in them that came from people."""

from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class SilentReporterFilter(SafeExceptionReporterFilter):
    """Shows code and types; hides what was posted, cookies, and the values of all local variables, in DEBUG too."""

    def is_active(self, request: HttpRequest | None) -> bool:  # noqa: ARG002
        """Filter always."""
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        """Name the fields only."""
        return dict.fromkeys(request.POST, self.cleansed_substitute) if request is not None else {}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        """Name the cookies only."""
        return dict.fromkeys(request.COOKIES, self.cleansed_substitute)

    def get_traceback_frame_variables(
        self,
        request: HttpRequest | None,  # noqa: ARG002
        tb_frame: FrameType,
    ) -> ItemsView[str, Any]:
        """Name the variables and their types only."""
        return {name: f"<{type(value).__name__}>" for name, value in tb_frame.f_locals.items()}.items()
