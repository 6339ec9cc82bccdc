"""Who is appraised in a year by the posts as they are known today, and what drawing anew would change."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from appraisal.choices import Standing
from appraisal.models import AppraisalCycle, AppraisalGroup, Participant
from appraisal.rules.population import (
    Place,
    PostFacts,
    Spell,
    is_founded_late,
    is_selected,
    place_of,
    standing_for,
)
from appraisal.rules.scheme import SelectionScheme
from cadres.models import Appointment
from orgs.models import Organisation
from orgs.reports import tree_as_of

DRAWN = ("group_id", "appointment_id", "league_post", "organisation_id", "lineage", "months", "standing")


@dataclass(frozen=True)
class DrawChange:
    """What drawing anew does to one person: the row as it stands, and as it would be; one of them may be None."""

    before: Participant | None
    after: Participant | None


@dataclass(frozen=True)
class DrawForecast:
    """What drawing on a day would give: how many people, and each change by kind. Rows are not stored yet."""

    on: date
    people: int
    new: tuple[DrawChange, ...]
    changed: tuple[DrawChange, ...]
    withdrawn: tuple[DrawChange, ...]

    @property
    def is_still(self) -> bool:
        """Tell whether nothing would change."""
        return not (self.new or self.changed or self.withdrawn)


def draw_forecast(cycle: AppraisalCycle, at: datetime) -> DrawForecast:
    """Say what drawing the people of a year at a moment would change; nothing is written."""
    start, end = date(cycle.year, 1, 1), date(cycle.year + 1, 1, 1)
    on = min(max(timezone.localdate(at), start), end - timedelta(days=1))
    found = _people(cycle, start=start, end=end, on=on)
    stored = {row.cadre_id: row for row in cycle.participants.select_related("group", "organisation")}
    both = sorted(found.keys() & stored.keys())
    gone = [row for cadre, row in stored.items() if cadre not in found and row.standing != Standing.WITHDRAWN]
    return DrawForecast(
        on=on,
        people=len(found),
        new=tuple(DrawChange(None, row) for cadre, row in found.items() if cadre not in stored),
        changed=tuple(DrawChange(stored[one], found[one]) for one in both if _differs(stored[one], found[one])),
        withdrawn=tuple(DrawChange(row, None) for row in gone),
    )


def _differs(row: Participant, wanted: Participant) -> bool:
    return any(getattr(row, name) != getattr(wanted, name) for name in DRAWN)


def _people(cycle: AppraisalCycle, *, start: date, end: date, on: date) -> dict[int, Participant]:
    """Give whom the posts of the year put where, by person; the rows are not stored yet."""
    units = Organisation.objects.in_bulk()
    founded = _founding_days(units)
    tree = tree_as_of(on)
    groups = list(cycle.groups.prefetch_related("selections").order_by("position"))
    by_key = {group.pk: group for group in groups}
    posts = {post.pk: post for post in _posts(start, on)}
    people = {}
    for cadre, spells in _spells(posts.values(), groups, units).items():
        place = place_of(spells, start=start, end=end)
        if place is not None:
            unit = units[place.spell.organisation]
            row = _participant(cycle, place, by_key[place.spell.group], posts[place.spell.post], unit)
            row.lineage = tree[unit.pk].lineage if unit.pk in tree else unit.lineage
            late = is_founded_late(founded[unit.pk], start)
            row.standing = standing_for(months=place.months, minimum_months=row.group.minimum_months, founded_late=late)
            people[cadre] = row
    return people


def _posts(start: date, on: date) -> Iterable[Appointment]:
    """Give the posts held at any time of a year, as far as they had begun by a day."""
    return Appointment.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=start), appointed_on__lte=on)


def _spells(
    posts: Iterable[Appointment], groups: Iterable[AppraisalGroup], units: Mapping[int, Organisation]
) -> dict[int, list[Spell]]:
    """Give the posts that groups take, by person; a unit that was merged is stood for by the one it went into."""
    wanted = [
        (group.pk, [SelectionScheme(one.level, one.township_kind, one.sector, one.league_post) for one in rows])
        for group in groups
        if (rows := list(group.selections.all()))
    ]
    spells = defaultdict(list)
    for post in posts:
        unit = _surviving(units[post.organisation_id], units)
        facts = PostFacts(unit.level, unit.township_kind, unit.sector, post.league_post)
        group = next((key for key, selections in wanted if is_selected(facts, selections)), None)
        if group is not None:
            spell = Spell(post.pk, unit.pk, group, post.appointed_on, post.ended_on, is_main=post.is_main)
            spells[post.cadre_id].append(spell)
    return spells


def _surviving(unit: Organisation, units: Mapping[int, Organisation]) -> Organisation:
    while unit.merged_into_id is not None:
        unit = units[unit.merged_into_id]
    return unit


def _founding_days(units: Mapping[int, Organisation]) -> dict[int, list[date | None]]:
    """Give the founding days of each unit and of all that went into it."""
    days: dict[int, list[date | None]] = defaultdict(list)
    for unit in units.values():
        days[_surviving(unit, units).pk].append(unit.founded_on)
    return days


def _participant(
    cycle: AppraisalCycle, place: Place, group: AppraisalGroup, post: Appointment, unit: Organisation
) -> Participant:
    return Participant(
        cycle=cycle,
        group=group,
        cadre_id=post.cadre_id,
        appointment=post,
        league_post=post.league_post,
        organisation=unit,
        months=place.months,
    )
