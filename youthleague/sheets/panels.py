"""What spreadsheets add to the workbench: batches that wait for their uploader, and the way to upload."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone

from orgs.access import Scope
from orgs.models import User
from youthleague.kernel.panels import Panel
from youthleague.sheets.models import ImportBatch
from youthleague.sheets.reports.standing import counts_line, standing_of
from youthleague.sheets.services.kinds import all_kinds, kind_by_code

RECENT_DAYS = 30
FAILED_DAYS = 7


def waiting_batches(user: User, scope: Scope) -> Mapping[str, object] | None:
    """List the account's batches that wait for it: columns to name, errors to mend, or ready to be written."""
    if not user.has_perm("sheets.use"):
        return None
    midnight = timezone.make_aware(datetime.combine(scope.day, time()))
    own = ImportBatch.objects.visible_to(user).manageable_in(scope, all_kinds().values())
    waiting = own.waiting_for_uploader(
        since=midnight - timedelta(days=RECENT_DAYS), failed_since=midnight - timedelta(days=FAILED_DAYS)
    )
    return {"items": [_item(batch) for batch in waiting.select_related("organisation")]}


def _item(batch: ImportBatch) -> dict[str, object]:
    standing, kind = standing_of(batch), kind_by_code(batch.kind)
    unit = batch.organisation.short_name or batch.organisation.name
    moment = timezone.localtime(batch.uploaded_at)
    facts = [batch.filename, f"{moment.month} 月 {moment.day} 日上传", counts_line(batch)]
    return {
        "tone": "warn" if standing.tone == "bad" else standing.tone,  # it waits, but it is not late
        "word": standing.word,
        "title": f"导入：{unit}{kind.title if kind else ''}",
        "facts": [fact for fact in facts if fact],
        "url": standing.url,
        "verb": standing.verb,
    }


def upload_actions(user: User, scope: Scope) -> Mapping[str, object] | None:
    """Offer to upload, to accounts that keep records somewhere."""
    if not user.has_perm("sheets.use"):
        return None
    kinds = [one for one in all_kinds().values() if one.on_workbench and scope.holding(one.permission).grants]
    if not kinds:
        return None
    return {
        "actions": [
            {
                "title": f"上传{kind.title}",
                "url": reverse("sheet-upload", args=[kind.code]),
                "icon": "upload",
                "primary": number == 0,
            }
            for number, kind in enumerate(kinds)
        ]
    }


PANELS = (
    Panel("workbench-todo:sheets", "导入", "", 20, waiting_batches),
    Panel("workbench-action:sheets", "上传", "", 20, upload_actions),
)
