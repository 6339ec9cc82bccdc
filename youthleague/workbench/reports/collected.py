"""What the applications add to the navigation and to pages, collected by place and built for one account."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import cache

from django.apps import apps
from django.contrib import admin
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from orgs.access import subtree_range
from orgs.models import FormerLineage, Organisation
from orgs.roles import ROLES
from orgs.scoped_admin import ScopedModelAdmin
from youthleague.audit.models import AuditEvent
from youthleague.kernel.jobs import EVERY_DAY, Job, next_run
from youthleague.kernel.navigation import NavigationEntry, NavigationGroup
from youthleague.kernel.panels import Panel
from youthleague.workbench.choices import KEY_FACTS, SUBJECT_NAMES

UNITS_NAMED = 20
_URGENCY = {"bad": 0, "warn": 1, "run": 2, "ok": 3, "idle": 4}
_GROUP_ORDER = {group: position for position, group in enumerate(NavigationGroup)}


@dataclass(frozen=True, slots=True)
class BuiltPanel:
    """A panel with its content for one account; an entry ``title`` of the content goes before the panel's own."""

    code: str
    title: str
    template: str
    context: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class JobRow:
    """A periodic job as it is set: ISO weekdays and local time; the last and next run as moments."""

    job: Job
    is_on: bool
    weekdays: tuple[int, ...]
    time: time
    last_run: datetime | None
    next_run: datetime | None


@cache
def navigation_entries() -> tuple[NavigationEntry, ...]:
    """List the entries of all applications in the order of the navigation."""
    found = (entry for declared in _declared("navigation", "ENTRIES") for entry in declared)
    return tuple(sorted(found, key=lambda entry: (_GROUP_ORDER[entry.group], entry.order, entry.title)))


@cache
def all_jobs() -> tuple[Job, ...]:
    """List the periodic jobs of all applications that can be set, by title."""
    found = (job for declared in _declared("tasks", "JOBS") for job in declared)
    return tuple(sorted(found, key=lambda job: job.title))


def job_rows(at: datetime) -> list[JobRow]:
    """Tell of each job whether and when it runs, when it last did, and when it does next."""
    stored = {row.name: row for row in PeriodicTask.objects.filter(name__startswith="job:").select_related("crontab")}
    return [_job_row(job, stored.get(f"job:{job.code}"), at) for job in all_jobs()]


@cache
def panels_at(place: str) -> tuple[Panel, ...]:
    """List the panels whose code starts with ``place`` and a colon, in order."""
    found = (panel for declared in _declared("panels", "PANELS") for panel in declared)
    here = [panel for panel in found if panel.code.startswith(f"{place}:")]
    return tuple(sorted(here, key=lambda panel: (panel.order, panel.code)))


def built_panels(place: str, *subject: object) -> list[BuiltPanel]:
    """Build the panels of a place for ``subject`` (account, scope, what the page is about), without the empty ones."""
    built = ((panel, panel.build(*subject)) for panel in panels_at(place))
    return [
        BuiltPanel(panel.code, str(content.get("title", panel.title)), panel.template, content)
        for panel, content in built
        if content is not None
    ]


def todo_items(*subject: object) -> list[Mapping[str, object]]:
    """Join the to-do items of all applications, what is late first."""
    return by_urgency(_joined("workbench-todo", "items", *subject))


def by_urgency(items: Iterable[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """Put what is late before what is near, and within that the earlier ``due`` first."""
    return sorted(items, key=lambda item: (_URGENCY.get(str(item.get("tone")), 9), str(item.get("due") or "9999")))


def offered_actions(*subject: object) -> list[Mapping[str, object]]:
    """Join the actions that applications offer at the head of the workbench; the red one, if any, stands last."""
    return sorted(_joined("workbench-action", "actions", *subject), key=lambda action: bool(action.get("primary")))


def subject_names(events: Iterable[AuditEvent]) -> dict[str, str]:
    """Name the records that events are about, those that still exist, in one query a model.

    Whoever may read the log may read these names: an event is of no use to one who cannot tell what it is about.
    """
    keys: dict[str, set[int]] = {}
    for label, key in map(_split, {subject for event in events for subject in _subjects(event)}):
        if label in SUBJECT_NAMES and key.isdecimal():
            keys.setdefault(label, set()).add(int(key))
    return {name: text for label, wanted in keys.items() for name, text in _names(label, wanted)}


def _job_row(job: Job, stored: PeriodicTask | None, at: datetime) -> JobRow:
    """Describe a job; one that the schedule does not know yet stands as declared, and does not run."""
    if stored is None:
        return JobRow(job, is_on=False, weekdays=job.weekdays, time=job.at, last_run=None, next_run=None)
    cron = stored.crontab
    days = EVERY_DAY if cron.day_of_week == "*" else tuple(sorted(int(day) or 7 for day in cron.day_of_week.split(",")))
    moment = time(int(cron.hour), int(cron.minute))
    following = next_run(days, moment, timezone.localtime(at)) if stored.enabled else None
    return JobRow(job, stored.enabled, days, moment, stored.last_run_at, following)


def _subjects(event: AuditEvent) -> Iterator[str]:
    yield event.subject
    yield from (f"{KEY_FACTS[name]}:{fact}" for name, fact in event.facts.items() if name in KEY_FACTS)


def _split(subject: str) -> tuple[str, str]:
    label, _, key = subject.partition(":")
    return label, key


def _names(label: str, keys: Iterable[int]) -> Iterator[tuple[str, str]]:
    rows = apps.get_model(label)._base_manager.filter(pk__in=keys)  # noqa: SLF001 - Django's documented meta API
    for pk, *parts in rows.values_list("pk", *SUBJECT_NAMES[label]):
        yield f"{label}:{pk}", "，".join(f"{part}" for part in parts if part)


def ranges_named(text: str) -> list[tuple[str, str]]:
    """Give the subtrees, present and former, of the units with a text in their name, as half-open lineage ranges."""
    units = Organisation._base_manager.filter(name__contains=text)[:UNITS_NAMED]  # noqa: SLF001 - as for names of subjects
    lineages = {unit.lineage for unit in units}
    former = FormerLineage.objects.filter(organisation__in=[unit.pk for unit in units])
    return [subtree_range(one) for one in sorted(lineages.union(former.values_list("lineage", flat=True)))]


@cache
def refusable_actions() -> tuple[str, ...]:
    """List the permissions under which a refused write may be noted: those of the roles and those of the desks."""
    desks = [admin.site.get_model_admin(model) for model in apps.get_models() if admin.site.is_registered(model)]
    guards = [desk for desk in desks if isinstance(desk, ScopedModelAdmin)]
    asked = {guard.permission(act) for guard in guards for act in ("add", "change", "delete")}
    return tuple(sorted(asked.union(*(role.permissions for role in ROLES))))


def _joined(place: str, name: str, *subject: object) -> list[Mapping[str, object]]:
    rows: list[Mapping[str, object]] = []
    for panel in built_panels(place, *subject):
        rows.extend(panel.context[name])  # type: ignore[arg-type]
    return rows


def _declared(module: str, name: str) -> Iterator[tuple]:  # type: ignore[type-arg]
    """Give what each application declares in one of its modules; they were imported when the project started."""
    for config in apps.get_app_configs():
        found = sys.modules.get(f"{config.name}.{module}")
        if found is not None:
            yield getattr(found, name, ())
