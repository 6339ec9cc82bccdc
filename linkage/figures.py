"""The figures of the linkage that pledges, portraits and dashboards name by code.

What was done is scorable, and what people thought of it; taking part, being in time and being overdue never are.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Exists, Min, OuterRef, Q

from cadres.models import Account
from linkage.choices import DONE_ASSIGNMENTS, Rating
from linkage.models import TaskAssignment, WeeklyReport
from linkage.reports.weekly import ASKED, REPORTED
from orgs.figures import Figure, registry
from orgs.models import Organisation, OrganisationPlacement
from orgs.reports import subtrees_as_of
from youthleague.kernel.rates import Rate
from youthleague.kernel.weeks import IsoWeek

_WELL = (Rating.GOOD, Rating.FAIR)
Compute = Callable[[Sequence[int], date, date], Mapping[int, int | None]]


@dataclass(frozen=True, slots=True)
class _Part:
    """What figures ask of a part that came due in a period that ends on ``end``; ``is_split``: units below have it."""

    end: date
    state: str
    due_on: date
    finished_on: date | None
    done_count: int | None
    rating: str
    is_split: bool

    @property
    def is_done(self) -> bool:
        """Tell whether it was handed in by the end of the period, and approved since."""
        return self.state in DONE_ASSIGNMENTS and self.finished_on is not None and self.finished_on <= self.end

    @property
    def is_late(self) -> bool:
        """Tell whether it was handed in after the day it was due, or that day was over and it was not."""
        return self.due_on < (self.finished_on or self.end)


Read = Callable[[Sequence[_Part]], int | None]
_COLUMNS = ("state", "due_on", "finished_on", "done_count", "rating")


def _closed(parts: Sequence[_Part]) -> int | None:
    return Rate(sum(part.is_done for part in parts), len(parts)).permille


def _results(parts: Sequence[_Part]) -> int:
    return sum(part.done_count or 0 for part in parts if not part.is_split)


def _well_rated(parts: Sequence[_Part]) -> int | None:
    rated = [part.rating for part in parts if part.rating]
    return Rate(sum(rating in _WELL for rating in rated), len(rated)).permille


def _timeliness(parts: Sequence[_Part]) -> int | None:
    done = [part for part in parts if part.is_done]
    return Rate(sum(not part.is_late for part in done), len(done)).permille


def _overdue(parts: Sequence[_Part]) -> int:
    return sum(part.is_late for part in parts)


def _of_units(read: Read) -> Compute:
    """Make ``compute`` of a figure over the parts of each unit and of those below it, in as many queries for any keys.

    Who stands below is that of the last day; what a unit had that was merged away since goes with the one it went to.
    """

    def compute(keys: Sequence[int], start: date, end: date) -> dict[int, int | None]:
        heads = _heads(keys, end)
        found: dict[int, list[_Part]] = defaultdict(list)
        for unit, part in _parts("organisation_id", heads, start, end):
            for key in heads[unit]:
                found[key].append(part)
        return {key: read(found[key]) for key in keys}

    return compute


def _of_cadres(read: Read) -> Compute:
    """Make ``compute`` of a figure over the parts that each cadre has in hand, by any account of theirs."""

    def compute(keys: Sequence[int], start: date, end: date) -> dict[int, int | None]:
        cadres = dict(Account.objects.filter(cadre__in=keys).values_list("user_id", "cadre_id"))
        found: dict[int, list[_Part]] = defaultdict(list)
        for user, part in _parts("handler_id", cadres, start, end):
            found[cadres[user]].append(part)
        return {key: read(found[key]) for key in keys}

    return compute


def _week_participation(keys: Sequence[int], start: date, end: date) -> dict[int, int | None]:
    """Count the weeks that end in a period, by unit that is asked for them, from the one in which it was founded on."""
    weeks = _weeks_ending(start, end)
    below = subtrees_as_of(keys, end)
    units = {unit for subtree in below.values() for unit, level in subtree.items() if level in ASKED}
    placed = OrganisationPlacement.objects.filter(organisation__in=units).order_by()
    since = dict(placed.values_list("organisation_id").annotate(Min("started_on")))
    asked = {unit: sum(week.sunday >= since[unit] for week in weeks) for unit in units}
    reported = _weeks_reported(units, weeks) if weeks else {}
    return {
        key: Rate(sum(reported.get(unit, 0) for unit in own), sum(asked.get(unit, 0) for unit in own)).permille
        for key, own in below.items()
    }


# ---- parts ---------------------------------------------------------------------------
def _parts(owner: str, owners: Iterable[int], start: date, end: date) -> Iterable[tuple[int, _Part]]:
    """Read the parts that came due in a period, each with its owner."""
    below = TaskAssignment.objects.counted().filter(parent=OuterRef("pk"), lineage__startswith=OuterRef("lineage"))
    due = TaskAssignment.objects.counted().filter(due_on__range=(start, end), **{f"{owner}__in": list(owners)})
    for one, *columns in due.order_by().values_list(owner, *_COLUMNS, Exists(below)):
        yield one, _Part(end, *columns)


def _heads(keys: Sequence[int], day: date) -> Mapping[int, list[int]]:
    """Give, by unit, the keys at or above it on a day; a unit that was merged away counts where it went."""
    heads: dict[int, list[int]] = defaultdict(list)
    for key, units in subtrees_as_of(keys, day).items():
        for unit in units:
            heads[unit].append(key)
    merged = Organisation.objects.filter(merged_into__isnull=False, closed_on__lte=day).order_by()
    went_to = dict(merged.values_list("pk", "merged_into_id"))
    for unit, into in went_to.items():
        last = into
        while last in went_to:
            last = went_to[last]
        heads[unit] = heads.get(last, [])
    return heads


def _weeks_ending(start: date, end: date) -> list[IsoWeek]:
    week, weeks = IsoWeek.of(start), []
    while week.sunday <= end:
        weeks.append(week)
        week = week.next()
    return weeks


def _weeks_reported(units: Iterable[int], weeks: Sequence[IsoWeek]) -> dict[int, int]:
    first, last = weeks[0], weeks[-1]
    rows = WeeklyReport.objects.since(first).filter(organisation__in=units, state__in=REPORTED)
    rows = rows.filter(Q(iso_year__lt=last.year) | Q(iso_year=last.year, iso_week__lte=last.week))
    counts: dict[int, int] = defaultdict(int)
    for (unit,) in rows.order_by().values_list("organisation_id"):
        counts[unit] += 1
    return counts


# code, title, unit, definition, whether it may be scored, how it is read
_FROM_PARTS: tuple[tuple[str, str, str, str, bool, Read], ...] = (
    ("tasks_closed", "任务办结率", "‰", "期内到期的交办中，期末前提交并已审核通过的占比。", True, _closed),
    ("results", "任务完成数", "个", "期内到期的交办的完成数合计；分解到下级的，只计下级的完成数。", True, _results),
    (
        "well_rated",
        "任务评价较好以上占比",
        "‰",
        "期内到期并已评价的交办中，评价为“好”“较好”的占比。",
        True,
        _well_rated,
    ),
    ("timeliness", "任务按时办结占比", "‰", "期内到期并已办结的交办中，没有超过时限的占比。", False, _timeliness),
    ("overdue", "逾期任务", "件", "期内到期的交办中，超过时限才提交、到期末仍没有提交的件数。", False, _overdue),
)


def _figures(subject: Literal["org", "cadre"], prefix: str, by: Callable[[Read], Compute], whose: str) -> list[Figure]:
    return [
        Figure(f"linkage.{prefix}{code}", title, unit, f"{whose}{definition}", scorable, subject, by(read))
        for code, title, unit, definition, scorable, read in _FROM_PARTS
    ]


FIGURES: tuple[Figure, ...] = (
    *_figures("org", "", _of_units, "本级及下级承办的，"),
    *_figures("cadre", "cadre_", _of_cadres, "本人承办的，"),
    Figure(
        "linkage.week_participation",
        "周报填报率",
        "‰",
        "期内结束的各周，本级及下级应报的团组织中已报（含本周免报）的占比。",
        scorable=False,
        subject="org",
        compute=_week_participation,
    ),
)


def register_figures() -> None:
    """Put the figures into the registry, once, when the project starts."""
    for figure in FIGURES:
        registry.register(figure)
