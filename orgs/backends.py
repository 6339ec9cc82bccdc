"""Authentication of portal accounts: name and password; rights come from assignments."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

if TYPE_CHECKING:
    from orgs.models import User


class RoleBackend(BaseBackend):
    """Check a name and a password; demonstration accounts enter in demonstration mode only."""

    def authenticate(
        self,
        request: HttpRequest | None,  # noqa: ARG002 - Django passes it by name
        username: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> "User | None":
        """Give the account when the password fits; hash once also for unknown names, so that time tells nothing."""
        user = get_user_model().objects.filter(username=username).first() if username else None
        if user is None:
            get_user_model()().set_password(password)
            return None
        fits = user.check_password(password or "")
        return user if fits and may_sign_in(user) else None

    def get_user(self, user_id: int) -> "User | None":
        """Give the account of a session, while it may sign in."""
        user = get_user_model().objects.filter(pk=user_id).first()
        return user if user is not None and may_sign_in(user) else None


def may_sign_in(user: "User") -> bool:
    """Tell whether an account is enabled; a demonstration account needs DEMO."""
    return user.is_active and (settings.DEMO or not user.is_demo)
