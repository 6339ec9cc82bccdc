"""Looking for a unit to ask: any on the register by its name, and nothing but its name（ADR 0017）."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from linkage.access import JOIN, stands_for
from linkage.models import LinkageTask
from linkage.services.joint import FOREIGN
from linkage.services.keeping import refuse
from orgs.access import scope_of
from orgs.models import Organisation, User
from youthleague.kernel.findings import Finding
from youthleague.protection.buckets import take

LEAST = 2
SHOWN = 10
PER_HOUR = 60
_HOUR = 3600.0
_SHORT = Finding("joint.short", "请至少写名称中相连的 %(least)d 个字。", {"least": LEAST})
_TOO_OFTEN = Finding("joint.too_often", "一小时内查找团组织的次数太多，请过一会儿再找。")


@dataclass(frozen=True, slots=True)
class FoundUnits:
    """Units found: key, name, name of the superior; whether more would fit is said, how many is not."""

    units: Sequence[tuple[int, str, str]]
    has_more: bool


def find_units(*, task: LinkageTask, text: str, by: User, at: datetime) -> FoundUnits:
    """Find units that may be asked to join a task, by a part of their name or its pinyin; the first in tree order.

    Raises ``joint.short`` for less than two characters, ``joint.too_often`` after sixty searches an hour, and
    ``joint.scope`` for whoever does not stand for the lead.
    """
    text = text.strip()
    refuse(None if len(text) >= LEAST else _SHORT)
    refuse(None if stands_for(scope_of(by, timezone.localdate(at)), JOIN, task.lineage) else FOREIGN)
    key = f"linkage.units:{by.person_key}"
    refuse(None if take(key, capacity=PER_HOUR, refill_seconds=_HOUR, at=at) else _TOO_OFTEN)
    rows = Organisation.objects.active().matching(text)
    found = list(rows.order_by("lineage").values_list("pk", "name", "parent__name")[: SHOWN + 1])
    return FoundUnits([(pk, name, above or "") for pk, name, above in found[:SHOWN]], has_more=len(found) > SHOWN)
