"""The check of the chain that leaves its result in the log, at night and when the auditor asks."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from youthleague.audit.models import AuditEvent
from youthleague.audit.reports import ChainReport, chain_report
from youthleague.audit.rules import Anchor, read_anchor_line
from youthleague.audit.services import ANCHOR_FILE, record

# One record in the index of subjects, under which the results are found again.
CHAIN = "audit.AuditHead:1"
CHECKED = "audit.verify"


@dataclass(frozen=True)
class StoredAnchor:
    """A line of the anchor file: when it was noted, and what."""

    at: datetime
    anchor: Anchor


def stored_anchors() -> list[StoredAnchor]:
    """Read the anchors that are noted every day, the oldest first; lines that are none are passed over."""
    path = settings.VAR_DIR / ANCHOR_FILE
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    return [one for one in map(_read, lines) if one is not None]


def verify_and_record(*, by: object | None, at: datetime) -> ChainReport:
    """Check the chain beside its anchors, and note the result as an event of its own."""
    anchors = [one.anchor for one in stored_anchors()]
    report = chain_report(anchors)
    facts = {"rows": report.count, "anchors": len(anchors), "codes": sorted({one.code for one in report.findings})}
    first = {"first": report.findings[0].params["seq"]} if report.findings else {}
    with transaction.atomic():
        result = "done" if report.is_sound else "refused"
        record(action=CHECKED, by=by, at=at, subject=CHAIN, result=result, facts={**facts, **first})  # type: ignore[arg-type]
    return report


def last_verification() -> AuditEvent | None:
    """Give the event of the last check."""
    return AuditEvent.objects.filter(subject=CHAIN, action=CHECKED).order_by("-seq").first()


def _read(line: str) -> StoredAnchor | None:
    anchor = read_anchor_line(line)
    if anchor is None:
        return None
    try:
        return StoredAnchor(datetime.fromisoformat(line.split(maxsplit=1)[0]), anchor)
    except ValueError:
        return None
