"""The row scope of the back office (后台维护): every path through Django's admin, guarded once."""

from orgs.scoped_admin.inlines import ScopedInline
from orgs.scoped_admin.model_admin import ScopedModelAdmin
from orgs.scoped_admin.narrowing import VisibleRelatedFilter

__all__ = ["ScopedInline", "ScopedModelAdmin", "VisibleRelatedFilter"]
