"""肖像图: up to eight sides of somebody's year, each out of a hundred, beside the mean of the group.

依据 domain.md §2.5 A6. A side without data is left out, never shown as nothing. A registered figure is one of the
portrait as soon as an app registers it under the code given here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Sum

from appraisal.choices import Dimension
from appraisal.models import AppraisalGroup, Participant, PeriodMark, ResponsibilityPledge, RollUp, Scorecard
from appraisal.reports.sight import LEAST_GROUP, Sight
from orgs.access import LINEAGE_STEP
from orgs.figures import registry
from youthleague.kernel.rates import half_up

FEWEST = 6  # sides of a portrait, as far as there are any more


@dataclass(frozen=True)
class Side:
    """One side: its value and the mean of the ``people`` who have it in thousandths, and what it is made of."""

    title: str
    source: str
    value: int
    mean: int | None
    people: int = 0

    @property
    def is_under(self) -> bool:
        """Tell whether it is under the mean."""
        return self.mean is not None and self.value < self.mean


@dataclass(frozen=True)
class Portrait:
    """The sides of one person that have data, and the titles of those that have none."""

    sides: tuple[Side, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True)
class _Crowd:
    """The people of a group in a version of its results, and the span that figures are asked for."""

    people: Sequence[Participant]
    group: AppraisalGroup
    roll_up: RollUp
    start: date
    end: date


_Values = Mapping[int, int]
_SOURCES = {
    "责任书完成": "责任书年末对账的得分",
    "日常表现": "领导评鉴和干事赋分中“日常表现”各次分数的平均",
    "工作作风": "领导评鉴和干事赋分中“工作作风”各次分数的平均",
    "联动任务": "年内到期的交办任务的办结率",
    "联系青年": "直接联系青年的完成率",
    "组织建设": "村（社区）团支部书记由“两委”兼任的比例",
    "党政评": "党政评的原始分",
    "青年议": "青年议的原始分",
    "团干述": "团干述的原始分",
    "团内赛": "团内赛的原始分",
}


def portraits(group: AppraisalGroup, roll_up: RollUp, wanted: Sequence[int], *, day: date) -> dict[int, Portrait]:
    """Give the portraits of some people of a group by key, in as many queries for any of them."""
    year = group.cycle.year
    everybody = list(Participant.objects.filter(group=group).appraised().order_by("pk"))
    crowd = _Crowd(everybody, group, roll_up, date(year, 1, 1), min(date(year, 12, 31), day))
    scores = _scores(crowd)
    marks = _marks(crowd)
    found: dict[str, _Values] = {
        "责任书完成": _pledged(crowd),
        "日常表现": marks[Dimension.CONDUCT],
        "工作作风": marks[Dimension.WORKING_STYLE],
        "联动任务": _tasks(crowd),
        "联系青年": _liaison(crowd),
        "组织建设": _of_units(crowd, "roster.two_committee_permille"),
        "党政评": scores["party_government"],
        "青年议": scores["youth_opinion"],
    }
    more = {"团干述": scores["debrief"], "团内赛": scores["contest"]}
    return {key: _portrait(key, found, more) for key in wanted}


def as_seen(portrait: Portrait, sight: Sight) -> Portrait:
    """Leave out for the person the means of so few that they would tell another one's figures."""
    if sight.lists_few:
        return portrait
    told = (one if one.people >= LEAST_GROUP else replace(one, mean=None) for one in portrait.sides)
    return Portrait(tuple(told), portrait.absent)


def _portrait(key: int, found: Mapping[str, _Values], more: Mapping[str, _Values]) -> Portrait:
    """Take the sides that have data; the two others only while there are too few."""
    known = [title for title, values in found.items() if key in values]
    spare = [title for title, values in more.items() if key in values][: max(0, FEWEST - len(known))]
    every = {**found, **more}
    sides = tuple(
        Side(title, _SOURCES[title], every[title][key], _mean(every[title]), len(every[title]))
        for title in [*known, *spare]
    )
    return Portrait(sides, tuple(title for title in found if title not in known))


def _mean(values: _Values) -> int:
    return 10 * half_up(sum(values.values()), 10 * len(values))


# ---- where values come from ---------------------------------------------------------
def _scores(crowd: _Crowd) -> dict[str, dict[int, int]]:
    names = ("party_government", "youth_opinion", "debrief", "contest")
    rows = Scorecard.objects.filter(roll_up=crowd.roll_up, group=crowd.group).order_by()
    found: dict[str, dict[int, int]] = {name: {} for name in names}
    for person, *values in rows.values_list("participant_id", *names):
        for name, value in zip(names, values, strict=True):
            if value is not None:
                found[name][person] = value
    return found


def _marks(crowd: _Crowd) -> dict[int, dict[int, int]]:
    """Give the mean of all daily marks of each dimension."""
    rows = PeriodMark.objects.filter(participant__group=crowd.group).order_by().values_list("participant", "dimension")
    found: dict[int, dict[int, int]] = {one.value: {} for one in Dimension}
    for person, dimension, total, count in rows.annotate(total=Sum("mark"), count=Count("pk")):
        found[dimension][person] = 10 * half_up(total, 10 * count)
    return found


def _tasks(crowd: _Crowd) -> dict[int, int]:
    """Give the tasks closed by whoever had them in hand, else by the unit; the district's own are nobody's."""
    own = _of_cadres(crowd, "linkage.cadre_tasks_closed")
    return _of_units(crowd, "linkage.tasks_closed") | own


def _pledged(crowd: _Crowd) -> dict[int, int]:
    """Give what pledges that were settled came to, out of a hundred."""
    rows = ResponsibilityPledge.objects.filter(participant__group=crowd.group, score__isnull=False).order_by()
    return {person: score or 0 for person, score in rows.values_list("participant_id", "score")}


def _liaison(crowd: _Crowd) -> dict[int, int]:
    return _of_cadres(crowd, "linkage.cadre_youth_permille")


def _of_cadres(crowd: _Crowd, code: str) -> dict[int, int]:
    return _permille(crowd, code, lambda one: one.cadre_id, crowd.people)


def _of_units(crowd: _Crowd, code: str) -> dict[int, int]:
    below = [one for one in crowd.people if len(one.lineage) > LINEAGE_STEP]
    return _permille(crowd, code, lambda one: one.organisation_id, below)


def _permille(
    crowd: _Crowd, code: str, key: Callable[[Participant], int], people: Sequence[Participant]
) -> dict[int, int]:
    """Ask a registered figure in thousandths about people, as thousandths of a hundred points; nothing without it."""
    figure = next((one for one in registry.all(scorable_only=True) if one.code == code), None)
    if figure is None or not people:
        return {}
    values = figure.compute([key(one) for one in people], crowd.start, crowd.end)
    found = ((one.pk, values.get(key(one))) for one in people)
    return {pk: 100 * value for pk, value in found if value is not None}
