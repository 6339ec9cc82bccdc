"""How batches and their rows are picked."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet, Window
from django.db.models.functions import RowNumber

from orgs.access import Scope
from youthleague.kernel.sheet_kinds import SheetKind
from youthleague.sheets.choices import BatchState, RowChange

if TYPE_CHECKING:
    from orgs.models import User
    from youthleague.sheets.models import ImportBatch, ImportRow, RememberedMapping  # noqa: F401 the strings below name them


class BatchQuerySet(QuerySet["ImportBatch"]):
    """Import batches; a batch is its uploader's own, whoever else sees the same unit."""

    def visible_to(self, subject: "User") -> Self:
        """Narrow to the batches that an account uploaded itself."""
        return self.filter(uploaded_by=subject)

    def manageable_in(self, scope: Scope, kinds: Iterable[SheetKind]) -> Self:
        """Keep batches of units on which the permission of their kind is still held."""
        condition = Q(pk__in=[])
        for kind in kinds:
            condition |= Q(kind=kind.code) & scope.holding(kind.permission).where("organisation__lineage")
        return self.filter(condition)

    def waiting_for_uploader(self, *, since: datetime, failed_since: datetime) -> Self:
        """Keep recent batches that wait for a decision or a correction of their uploader."""
        waiting = Q(state=BatchState.MAPPED, mapping_confirmed=False) | Q(state=BatchState.CHECKED)
        failed = Q(state=BatchState.FAILED, uploaded_at__gte=failed_since, replaced_by=None)
        return self.filter(waiting | failed, uploaded_at__gte=since)

    def wanting_work(self) -> Self:
        """Keep batches on which a worker should be working now."""
        return self.filter(
            Q(state__in=[BatchState.UPLOADED, BatchState.READING, BatchState.APPLYING, BatchState.UNDOING])
            | Q(state=BatchState.MAPPED, mapping_confirmed=True)
        )

    def with_overdue_original(self, before: datetime) -> Self:
        """Keep batches whose original file was uploaded before a time and still stands."""
        return self.filter(uploaded_at__lt=before).exclude(stored_name="")


class RowQuerySet(QuerySet["ImportRow"]):
    """Rows of batches."""

    def visible_to(self, subject: "User") -> Self:
        """Narrow to rows of the account's own batches."""
        return self.filter(batch__uploaded_by=subject)

    def in_error(self, code: str = "") -> Self:
        """Keep rows that cannot be written as they are, of one kind of error (``column:code``) or of any."""
        wrong = self.filter(change=RowChange.ERROR, left_out=False)
        return wrong.filter(codes__contains=f"|{code}|") if code else wrong

    def not_written(self) -> Self:
        """Keep rows that a written batch did not write: wrong ones and those left out."""
        return self.filter(Q(change=RowChange.ERROR) | Q(left_out=True))

    def first_of_each_batch(self, count: int) -> Self:
        """Keep the first rows of each batch."""
        place = Window(RowNumber(), partition_by="batch_id", order_by="number")
        return self.annotate(place=place).filter(place__lte=count)

    def written(self) -> Self:
        """Keep the rows that changed the database."""
        return self.exclude(touched=[])

    def writable(self) -> Self:
        """Keep rows that would change the database."""
        return self.filter(change__in=[RowChange.NEW, RowChange.CHANGED], left_out=False)


class RememberedQuerySet(QuerySet["RememberedMapping"]):
    """What people said about columns."""

    def visible_to(self, subject: "User") -> Self:
        """Narrow to what an account said itself."""
        return self.filter(user=subject)
