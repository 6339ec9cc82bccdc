"""述职报告: its table of figures, taken from what is registered already, and what a part may begin with."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from appraisal.choices import ChecklistKind, Outcome
from appraisal.models import ChecklistItem, Participant
from appraisal.reports.materials import last_items
from orgs.figures import Figure, registry

NOTHING = "—"
_WHOSE = {"cadre": "本人", "org": "本单位"}
_FROM_LISTS = {"highlights": "strength", "gaps": "shortcoming", "measures": "plan"}


@dataclass(frozen=True)
class Fact:
    """A line of the table of what was reached: the figure, whose it is, this year's and last year's value, in words."""

    title: str
    whose: str
    value: str
    last: str
    definition: str = ""

    def as_json(self) -> dict[str, str]:
        """Give it as it is kept with a report."""
        return asdict(self)


def facts_of(participant: Participant, day: date) -> list[Fact]:
    """Give the figures of a year until a day, of the person and of the unit, beside those of the whole year before.

    Last comes how much of what last year left was done.
    """
    return [*facts_by_person([participant], day)[participant.pk], *_closed(participant)]


def facts_by_person(people: Sequence[Participant], day: date) -> dict[int, list[Fact]]:
    """Give the registered figures of some people of one year, by person, in as many queries for any number of them.

    Only figures that may be scored: taking part, being in time and being overdue say nothing about results.
    """
    year = people[0].cycle.year
    this = (date(year, 1, 1), max(date(year, 1, 1), min(day, date(year, 12, 31))))
    last = (date(year - 1, 1, 1), date(year - 1, 12, 31))
    facts: dict[int, list[Fact]] = {one.pk: [] for one in people}
    for figure in sorted(registry.all(scorable_only=True), key=lambda one: (one.subject, one.code)):
        keys = {one.pk: one.cadre_id if figure.subject == "cadre" else one.organisation_id for one in people}
        now, before = (figure.compute(sorted(set(keys.values())), *span) for span in (this, last))
        for pk, key in keys.items():
            value = now.get(key)
            if value is not None:
                words = (_said(figure, value), _said(figure, before.get(key)), figure.definition)
                facts[pk].append(Fact(figure.title, _WHOSE[figure.subject], *words))
    return facts


def drafted_parts(items: Sequence[ChecklistItem]) -> Mapping[str, str]:
    """Give what the parts of a report may begin with: what the lists say already, an item a line."""
    return {
        part: "\n".join(
            f"{number}. {one.content.rstrip('。')}。"
            for number, one in enumerate((row for row in items if row.kind == kind), start=1)
        )
        for part, kind in _FROM_LISTS.items()
    }


def _closed(participant: Participant) -> list[Fact]:
    rows = last_items(participant)
    if not rows:
        return []
    done = sum(one.outcome == Outcome.DONE for one in rows)
    kinds = "、".join(ChecklistKind(kind).label for kind in dict.fromkeys(one.kind for one in rows))
    return [Fact("去年清单已销号", "本人", f"{done}/{len(rows)} 条", NOTHING, f"去年{kinds}中今年已销号的条数。")]


def _said(figure: Figure, value: int | None) -> str:
    if value is None:
        return NOTHING
    return f"{value / 10:.1f}%" if figure.unit == "‰" else f"{value:,} {figure.unit}"
