"""What becomes of units of a 区综合考核 that is not reported yet, when the tree changes."""

from django.db import transaction

from appraisal.models import AppraisedUnit
from orgs.access import subtree_range
from orgs.models import Organisation


@transaction.atomic
def follow_move(*, old_lineage: str, new_lineage: str) -> None:
    """Let units follow one that was moved; reported years keep theirs."""
    low, high = subtree_range(old_lineage)
    rows = list(AppraisedUnit.objects.open().filter(lineage__gte=low, lineage__lt=high))
    for row in rows:
        row.lineage = new_lineage + row.lineage.removeprefix(old_lineage)
    AppraisedUnit.objects.bulk_update(rows, ["lineage"], batch_size=500)


@transaction.atomic
def follow_merger(*, organisation_id: int, into_id: int) -> None:
    """Let the unit that takes another over answer for it, unless it is appraised in the same year itself."""
    into = Organisation.objects.get(pk=into_id)
    rows = AppraisedUnit.objects.open().filter(organisation=organisation_id)
    there = AppraisedUnit.objects.open().filter(organisation=into).values_list("appraisal", flat=True)
    keys = list(rows.exclude(appraisal__in=list(there)).values_list("pk", flat=True))
    AppraisedUnit.objects.filter(pk__in=keys).update(organisation=into, lineage=into.lineage)
