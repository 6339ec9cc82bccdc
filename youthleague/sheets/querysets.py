"""How batches and their rows are picked."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet

from youthleague.sheets.choices import BatchState, RowChange

if TYPE_CHECKING:
    from orgs.models import User


class BatchQuerySet(QuerySet["ImportBatch"]):
    """Import batches; a batch is its uploader's own, whoever else sees the same unit."""

    def visible_to(self, subject: "User") -> Self:
        """Narrow to the batches that an account uploaded itself."""
        return self.filter(uploaded_by=subject)

    def wanting_work(self) -> Self:
        """Keep batches on which a worker should be working now."""
        return self.filter(
            Q(state__in=[BatchState.UPLOADED, BatchState.READING, BatchState.APPLYING])
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

    def writable(self) -> Self:
        """Keep rows that would change the database."""
        return self.filter(change__in=[RowChange.NEW, RowChange.CHANGED], left_out=False)
