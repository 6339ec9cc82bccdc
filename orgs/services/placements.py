"""The dated names and superiors of organisations: what an act opens, ends, and may not contradict."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import F, Q

from orgs.models import Organisation, OrganisationPlacement

Spans = Mapping[int, list[tuple[date, date | None, int | None]]]


def refuse_future(on: date, today: date) -> None:
    """Refuse a day that is still to come: the tree of today would already be another. Raises ``date.future``."""
    if on > today:
        raise ValidationError("日期晚于今天；到了那一天再办理。", code="date.future")


def begin_placement(organisation: Organisation, on: date) -> None:
    """Let the present name and superior hold from a day on; a second act on one day leaves one row for that day."""
    current = open_placement(organisation, on)
    if on == current.started_on:
        current.delete()
    else:
        end_placement(current, on)
    OrganisationPlacement.objects.create(
        organisation=organisation, parent=organisation.parent, name=organisation.name, started_on=on
    )


def open_placement(organisation: Organisation, on: date) -> OrganisationPlacement:
    """Give the placement in force; raises ``org.date`` for a day before it began."""
    current = organisation.placements.get(ended_on__isnull=True)
    if on < current.started_on:
        day = f"{current.started_on:%Y-%m-%d}"
        raise ValidationError(f"现在的名称和上级从 {day} 开始，日期不能早于这一天。", code="org.date")
    return current


def join_placements(organisation: Organisation) -> None:
    """Let the placement in force be one with the last when both say the same, as if nothing had been between them."""
    *_, last, current = organisation.placements.order_by("started_on", "pk")
    if (last.name, last.parent_id, last.ended_on) == (current.name, current.parent_id, current.started_on):
        current.delete()
        reopen_placement(organisation)


def end_placement(placement: OrganisationPlacement, on: date) -> None:
    """End a placement on a day."""
    placement.ended_on = on
    placement.save(update_fields=["ended_on"])


def reopen_placement(organisation: Organisation) -> None:
    """Let the last placement go on as if it had never ended."""
    last = organisation.placements.order_by("started_on", "pk").last()
    if last is not None:
        last.ended_on = None
        last.save(update_fields=["ended_on"])


def change_first_day(organisation: Organisation, on: date) -> None:
    """Let the first placement begin on another day.

    Raises ``org.date`` for a day after it ended, ``org.parent`` when the superior then stood below the organisation.
    """
    first = organisation.placements.order_by("started_on", "pk")[0]
    if first.ended_on is not None and on > first.ended_on:
        raise ValidationError(f"成立时间不能晚于第一次更名或改隶的日期 {first.ended_on:%Y-%m-%d}。", code="org.date")
    if first.parent_id is not None:
        _refuse_circle(organisation, first.parent_id, on, _spans_since(on))
    first.started_on = on
    first.save(update_fields=["started_on"])


def refuse_superior_since(organisation: Organisation, parent: Organisation, on: date) -> None:
    """Refuse a superior that has not been on the register since a day, or has stood below the organisation since.

    Raises ``org.date``.
    """
    spans = _spans_since(on)
    first = min((start for start, _end, _above in spans[parent.pk]), default=date.max)
    if on < first:
        raise ValidationError(f"“{parent}”从 {first:%Y-%m-%d} 起才在册，日期不能早于这一天。", code="org.date")
    _refuse_circle(organisation, parent.pk, on, spans)


def refuse_units_since(organisation: Organisation, on: date) -> None:
    """Refuse a last day after which a unit still stood below the organisation. Raises ``org.date``."""
    later = OrganisationPlacement.objects.filter(_lasts(on), parent=organisation).select_related("organisation")
    last = later.order_by(F("ended_on").desc(nulls_first=True)).first()
    if last is not None:
        until = f"到 {last.ended_on:%Y-%m-%d} 为止" if last.ended_on else "现在"
        raise ValidationError(f"“{last.name}”{until}还在它之下，日期不能再早。", code="org.date")


def _refuse_circle(organisation: Organisation, parent_id: int, on: date, spans: Spans) -> None:
    """Look at every day on which the tree changed since: a path upwards must not meet the organisation."""
    days = {on, *(start for rows in spans.values() for start, _end, _above in rows if start > on)}
    if any(organisation.pk in _path(parent_id, day, spans) for day in days):
        raise ValidationError("在这一天，所选的上级还在它自己之下；请改用较晚的日期。", code="org.date")


def _path(key: int | None, day: date, spans: Spans) -> Iterable[int]:
    """Walk up from a unit on a day."""
    met: list[int] = []
    while key is not None and key not in met:
        met.append(key)
        above = [above for start, end, above in spans.get(key, []) if start <= day and (end is None or end > day)]
        key = above[0] if above else None
    return met


def _spans_since(on: date) -> Spans:
    """Read what has been in force on a day or since, by organisation."""
    spans: dict[int, list[tuple[date, date | None, int | None]]] = defaultdict(list)
    rows = OrganisationPlacement.objects.filter(_lasts(on))
    for key, start, end, above in rows.values_list("organisation_id", "started_on", "ended_on", "parent_id"):
        spans[key].append((start, end, above))
    return spans


def _lasts(on: date) -> Q:
    """Give the condition “in force after a day”; a placement replaced on its first day never was."""
    return Q(ended_on__isnull=True) | (Q(ended_on__gt=on) & Q(ended_on__gt=F("started_on")))
