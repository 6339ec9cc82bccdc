"""How rows are picked (``rows``) and how many are written at once (``bulk``)."""

from orgs.querysets.bulk import allocate_keys, commit_lazily, insert_rows, mark_history, update_rows, write_history
from orgs.querysets.rows import (
    AssignmentQuerySet,
    OrganisationQuerySet,
    PlacementQuerySet,
    PolicyValueQuerySet,
    ScopedQuerySet,
    UserManager,
    UserQuerySet,
    in_force_on,
)

__all__ = [
    "AssignmentQuerySet",
    "OrganisationQuerySet",
    "PlacementQuerySet",
    "PolicyValueQuerySet",
    "ScopedQuerySet",
    "UserManager",
    "UserQuerySet",
    "allocate_keys",
    "commit_lazily",
    "in_force_on",
    "insert_rows",
    "mark_history",
    "update_rows",
    "write_history",
]
