"""Generic pages that start from the rows of the request's scope: list, detail, form, step.

Outside the scope is 404, a missing permission 403; both are settled in ``dispatch``.
"""

from orgs.scoped_views.exports import ListColumn
from orgs.scoped_views.lists import ScopedFilterSet, ScopedListView, address
from orgs.scoped_views.pages import ScopedDetailView, ScopedObjectMixin, ScopedPage
from orgs.scoped_views.steps import ScopedFormView, ScopedObjectFormView, ScopedStepView
from orgs.scoped_views.tables import PlainTable, ScopedTable, TextColumn, value_of
from orgs.scoped_views.units import ScopeUnits, organisation_path

__all__ = [
    "ListColumn",
    "PlainTable",
    "ScopeUnits",
    "ScopedDetailView",
    "ScopedFilterSet",
    "ScopedFormView",
    "ScopedListView",
    "ScopedObjectFormView",
    "ScopedObjectMixin",
    "ScopedPage",
    "ScopedStepView",
    "ScopedTable",
    "TextColumn",
    "address",
    "organisation_path",
    "value_of",
]
