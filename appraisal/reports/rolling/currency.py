"""The tables of a calculation, and whether what would go into one now is what went into the last version."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Max, Min

from appraisal.models import AppraisalCycle, AppraisalGroup, CapDecision, Participant, RollUp
from appraisal.reports.rolling.gathering import GATHERED, gather
from appraisal.reports.rolling.reading import digest_of, read_race, read_sums
from appraisal.reports.rolling.totalling import TOTALS, total
from appraisal.reports.schemes import Family, families_of
from appraisal.rules.grading import Tie, TieDecision


@contextmanager
def session_tables(groups: Sequence[AppraisalGroup], *, cap: int) -> Iterator[None]:
    """Hold the two tables of a calculation; a failure takes them back with the transaction."""
    keys = Participant.objects.filter(group__in=groups).aggregate(first=Min("pk"), last=Max("pk"))
    with connection.cursor() as cursor:
        cursor.execute(gather(groups, keys["first"] or 0, keys["last"] or 0))
        cursor.execute(total(groups, cap=cap))
        yield
        for name in (GATHERED, TOTALS):
            cursor.execute(f"DROP TABLE {name}")


def decisions_of(host: AppraisalGroup) -> list[TieDecision]:
    """Give what people decided about ties of a family, in the order in which they did."""
    return [
        TieDecision(Tie(one.total, one.places, tuple(one.members)), frozenset(one.chosen))
        for one in CapDecision.objects.filter(group=host).order_by("pk")
    ]


def family_digest(
    cycle: AppraisalCycle, family: Family, sums: Mapping[int, list[int]], decisions: Sequence[TieDecision]
) -> str:
    """Give the digest of all that goes into the results of one family."""
    of_groups = [sums[group.pk] for group in family.groups if group.pk in sums]
    return digest_of(cycle.scheme_digest, of_groups, decisions)


@transaction.atomic
def outdated_families(cycle: AppraisalCycle) -> list[Family]:
    """Give the families with people whose last version is not of what would go in now, or that have none."""
    families = families_of(cycle)
    groups = [group for family in families for group in family.groups]
    if not groups:
        return []
    last = RollUp.objects.filter(group__cycle=cycle).latest_versions()
    known = dict(last.values_list("group_id", "digest"))
    with session_tables(groups, cap=cycle.adjustment_cap):
        sums = read_sums()
        peopled = [family for family in families if read_race(family.groups).people]
    return [
        family
        for family in peopled
        if known.get(family.host.pk) != family_digest(cycle, family, sums, decisions_of(family.host))
    ]
