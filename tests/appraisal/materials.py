"""Lists and reports as tests write them: what they say, and the acts on them by whoever is meant."""

from datetime import date

from django.urls import reverse

from appraisal.rules.materials import ItemText
from appraisal.services.debriefs import approve_report, hand_in_report, send_report, write_report
from appraisal.services.materials import hand_in_lists, items_of, write_lists
from tests.appraisal.conftest import NOON

DUE = date(2027, 6, 30)
GOOD = (
    ItemText("strength", "骑手团支部", basis="批复"),
    ItemText("shortcoming", "换届慢", responsible="甲", due_on=DUE),
    ItemText("plan", "办夜校", responsible="甲", due_on=DUE),
)
PARTS = {"highlights": "做了很多", "results": "", "gaps": "换届慢", "measures": "办夜校"}


def write(person, by, items=GOOD, version=0, at=NOON):
    """Write lists."""
    return write_lists(participant=person, version=version, items=list(items), by=by, at=at)


def hand_in(person, by, items=GOOD, version=0):
    """Write lists and hand them in."""
    row = write(person, by, items, version)
    return hand_in_lists(participant=person, version=row.version, by=by, at=NOON)


def contents(person):
    """Give what the lists say: kind and content."""
    return [(one.kind, one.content) for one in items_of(person)]


def write_parts(person, by, version=0, at=NOON, **parts):
    """Write a report."""
    return write_report(participant=person, version=version, parts=PARTS | parts, by=by, at=at)


def send_in(person, by):
    """Write a report and send it to be looked through."""
    row = write_parts(person, by)
    return send_report(participant=person, version=row.version, by=by, at=NOON)


def approved(person, by, reviewer):
    """Write a report and have it approved."""
    row = send_in(person, by)
    return approve_report(report=row, version=row.version, opinion="同意", by=reviewer, at=NOON)


def report_in(person, by, reviewer):
    """Write a report, have it approved and hand it in."""
    row = approved(person, by, reviewer)
    return hand_in_report(participant=person, version=row.version, by=by, at=NOON)


def lists_url(participant):
    """Give the address of the own lists."""
    return reverse("appraisal-lists", args=[participant.pk])


def report_url(participant):
    """Give the address of the own report."""
    return reverse("appraisal-report", args=[participant.pk])


def person_url(participant):
    """Give the address of what somebody handed in."""
    return reverse("appraisal-person-materials", args=[participant.pk])


def rows(items=(), version=0, **more):
    """Give what the form of the lists sends."""
    data, counts = {"version": f"{version}"}, dict.fromkeys(("strength", "shortcoming", "plan"), 0)
    for one in items:
        counts[one.kind] += 1
        at_ = f"{one.kind}-{counts[one.kind]}"
        told = {name: getattr(one, name) or "" for name in ("content", "basis", "responsible", "due_on", "evidence")}
        data |= {f"{at_}-{name}": f"{value}" for name, value in told.items()}
        data[f"{at_}-carried_from"] = f"{one.carried_from or ''}"
    return data | {f"{kind}-rows": f"{count}" for kind, count in counts.items()} | more


def parts(version=0, **said):
    """Give what the form of a report sends."""
    told = {"highlights": "做了很多", "results": "", "gaps": "换届慢", "measures": "办夜校"}
    return {"version": f"{version}", **told, **said}
