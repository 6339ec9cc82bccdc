"""Daily marks of the demonstration district."""

from random import Random

import pytest

from appraisal.models import LedgerEntry, PeriodMark
from appraisal.services.demonstration_marks import fill_marks
from tests.appraisal.conftest import NOON, account_of, person
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def fill(cycle, leaders, officials, periods=(1, 2, 3), seed=7, at=NOON):
    return fill_marks(cycle, rng=Random(seed), raters_leader=leaders, raters_staff=officials, periods=periods, at=at)


def rows():
    marks = PeriodMark.objects.values_list("participant", "component", "period", "dimension", "rater", "mark", "reason")
    entries = LedgerEntry.objects.values_list("participant", "day", "kind", "text", "entered_by")
    return list(marks.order_by("pk")), list(entries.order_by("pk"))


def test_everybody_is_marked_by_every_rater_but_never_by_an_account_of_their_own(cycle, people, leader, district):
    own = account_of(people["top"], "district_staff", district.top)
    other = make_user("district_staff", district.top)
    assert fill(cycle, [leader], [own, other]) == 3 * 3 * 2 + 2 * 3 * 2 * 2 + 3 * 2
    assert not PeriodMark.objects.filter(participant=person(cycle, people["top"]), rater=own).exists()
    assert not LedgerEntry.objects.filter(participant=person(cycle, people["top"]), entered_by=own).exists()
    assert set(PeriodMark.objects.filter(rater=leader).values_list("component", flat=True)) == {1}
    assert all(0 <= one.mark <= 100_000 and one.mark % 500 == 0 and one.reason for one in PeriodMark.objects.all())
    assert all(one.marked_at <= NOON for one in PeriodMark.objects.all())
    assert all(one.day.year == 2026 and one.entered_at <= NOON for one in LedgerEntry.objects.all())


def test_the_same_chance_writes_the_same_rows(cycle, leader, staff):
    fill(cycle, [leader], [staff])
    first = rows()
    assert first[1]
    PeriodMark.objects.all().delete()
    LedgerEntry.objects.all().delete()
    fill(cycle, [leader], [staff])
    assert rows() == first


def test_periods_that_a_group_does_not_have_or_that_have_not_begun_are_left_out(cycle, people, leader, staff):
    group = person(cycle, people["a"]).group
    type(group).objects.filter(pk=group.pk).update(periods=12)
    fill(cycle, [leader], [staff], periods=(4, 9, 12))
    found = sorted(set(PeriodMark.objects.values_list("participant__cadre__name", "period")))
    assert found == [("丙", 4), ("乙", 4), ("甲", 4), ("甲", 9)]


def test_a_component_that_a_group_does_not_have_is_not_marked(cycle, people, leader, staff):
    person(cycle, people["a"]).group.components.filter(component=1).delete()
    fill(cycle, [leader], [staff], periods=(1,))
    marked = PeriodMark.objects.filter(participant=person(cycle, people["a"]))
    assert set(marked.values_list("component", flat=True)) == {2}


def test_without_raters_nothing_is_written(cycle):
    assert fill(cycle, [], []) == 0
    assert not LedgerEntry.objects.exists()
