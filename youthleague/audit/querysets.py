"""Which events somebody may read."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Protocol, Self

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from youthleague.audit.models import AuditEvent  # noqa: F401 the string below names it

VIEW_PERMISSION = "audit.view"
# How long the lineage of a unit is that stands under none.
ROOT_LENGTH = 8


class HasPermissions(Protocol):
    """Any account, the anonymous one included."""

    def has_perm(self, perm: str, /) -> bool:
        """Tell whether the account holds a permission."""


class AuditEventQuerySet(QuerySet["AuditEvent"]):
    """Events; the scope by organisation is put on above, with ``within_lineages``."""

    def visible_to(self, user: HasPermissions) -> Self:
        """Keep everything for those with the permission ``audit.view``, nothing for anybody else."""
        return self.all() if user.has_perm(VIEW_PERMISSION) else self.none()

    def seen_from(self, lineages: Iterable[str]) -> Self:
        """Keep what an auditor of these units may read: of a root everything, else what lay below one of them then.

        Events about no unit at all belong to the district.
        """
        tops = list(lineages)
        if any(len(top) == ROOT_LENGTH for top in tops):
            return self.all()
        return self.within_lineages((top, str(int(top) + 1).zfill(len(top))) for top in tops)

    def within_lineages(self, ranges: Iterable[tuple[str, str]]) -> Self:
        """Keep events whose subject then lay in one of the half-open ranges; no range, no event."""
        wanted = Q(pk__in=())
        for low, high in ranges:
            wanted |= Q(subject_lineage__gte=low, subject_lineage__lt=high)
        return self.filter(wanted)
