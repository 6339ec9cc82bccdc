"""Rows of another model on a row's own page."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from orgs.scoped_admin.checks import ScopedInlineChecks
from orgs.scoped_admin.narrowing import RowGuard

if TYPE_CHECKING:
    _TabularInline = admin.TabularInline[Any, Any]
else:
    _TabularInline = admin.TabularInline


class ScopedInline(RowGuard, _TabularInline):
    """A table of rows below a form, narrowed like a list.

    Django passes the row above to its permission methods, so these ask for the model as a whole; each row is asked for
    by the queryset, and again after saving.
    """

    checks_class = ScopedInlineChecks
    extra = 0
    can_delete = False
    show_change_link = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Tell whether rows of this model may be seen."""
        return self.holds(request, "view")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Tell whether rows of this model may be changed by form."""
        return "change" in self.allows and self.holds(request, "change")

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Tell whether rows of this model may be added by form."""
        return "add" in self.allows and self.holds(request, "add")
