"""One step for many 责任书 at once: all of them, as they were seen, or none."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from appraisal.models import AppraisalCycle, ResponsibilityPledge
from appraisal.services.keeping import STALE, error
from appraisal.services.pledges import archive_pledge, offer_pledge, review_pledge, sign_pledge
from orgs.models import User

STEPS: Mapping[str, Callable[..., ResponsibilityPledge]] = {
    "offer": offer_pledge,
    "review": review_pledge,
    "sign": sign_pledge,
    "archive": archive_pledge,
}


@transaction.atomic
def pass_pledges(*, cycle: AppraisalCycle, action: str, versions: Mapping[int, int], by: User, at: datetime) -> int:
    """Take one of ``STEPS`` with pledges of a year, each at the version that was seen; gives how many.

    Raises ``row.stale`` for one that is gone, and what the step raises of the first that is refused, with the name of
    its person; then none is taken.
    """
    rows = ResponsibilityPledge.objects.with_person().filter(participant__cycle=cycle).in_bulk(versions)
    if rows.keys() != versions.keys():
        raise error(STALE)
    for key in sorted(rows):
        try:
            STEPS[action](pledge=rows[key], version=versions[key], by=by, at=at)
        except ValidationError as refusal:
            sentence = f"{rows[key].participant.cadre.name}：{''.join(refusal.messages)}"
            raise ValidationError(sentence, code=getattr(refusal, "code", None)) from refusal
    return len(rows)
