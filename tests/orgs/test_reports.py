"""How terms stand: by kind of organisation, and by the policy of the day."""

from datetime import date, timedelta

import pytest

from orgs.choices import OrganisationKind
from orgs.models import Organisation, PolicyValue
from orgs.policies import term_policy
from orgs.reports import ending_terms, subtrees_as_of, term_of
from orgs.services import close_organisation, move_organisation
from tests.factories import FOUNDED, NOW, TODAY, elect
from youthleague.kernel.terms import TermStatus

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "elected", "status", "tone"),
    [
        (OrganisationKind.WORK_COMMITTEE, None, TermStatus.NO_TERM, "idle"),
        (OrganisationKind.BRANCH, None, TermStatus.UNKNOWN, "idle"),
        (OrganisationKind.BRANCH, date(2025, 1, 1), TermStatus.NORMAL, "ok"),
        (OrganisationKind.BRANCH, date(2024, 1, 1), TermStatus.DUE_SOON, "warn"),
        (OrganisationKind.BRANCH, date(2023, 11, 1), TermStatus.ENDED, "bad"),
        (OrganisationKind.BRANCH, date(2023, 1, 1), TermStatus.OVERDUE, "bad"),
        (OrganisationKind.COMMITTEE, date(2021, 1, 1), TermStatus.ENDED, "bad"),
        (OrganisationKind.LEADING_BODY, date(2020, 1, 1), TermStatus.OVERDUE, "bad"),
    ],
)
def test_how_a_term_stands(district, kind, elected, status, tone):
    unit = district.village_a1
    unit.kind = kind
    unit.save()
    unit = elect(unit, elected) if elected else unit
    term = term_of(unit, term_policy(TODAY), TODAY)
    assert (term.status, term.tone) == (status, tone)


def test_an_unknown_election_is_said(district):
    term = term_of(district.village_a1, term_policy(TODAY), TODAY)
    assert (term.word, term.ends_on, term.note, term.distance(TODAY)) == ("未填选举日期", None, "", "")
    assert term_of(district.township_a, term_policy(TODAY), TODAY).word == "不设届期"
    temporary = Organisation(kind=OrganisationKind.BRANCH, is_temporary=True)
    assert term_of(temporary, term_policy(TODAY), TODAY).word == "不设届期"


ENDS_ON = date(2026, 8, 1)


@pytest.mark.parametrize(
    ("day", "extended_to", "word", "note", "distance"),
    [
        (date(2026, 1, 31), None, "正常", "", "剩 182 天"),
        (date(2026, 2, 1), None, "6个月内届满", "", "剩 181 天"),
        (date(2026, 8, 1), date(2026, 12, 1), "6个月内届满", "已批延期至 2026-12-01", "剩 0 天"),
        (date(2026, 8, 2), None, "已届满", "可延期至 2027-02-01", "超 1 天"),
        (date(2026, 8, 2), date(2026, 12, 1), "已延期", "已批延期至 2026-12-01", "超 1 天"),
        (date(2026, 12, 2), date(2026, 12, 1), "超期", "延期已于 2026-12-01 到期", "超 123 天"),
        (date(2027, 2, 2), None, "超期", "最迟可延至 2027-02-01，已过", "超 185 天"),
    ],
)
def test_what_is_said_of_a_term(day, extended_to, word, note, distance):
    unit = Organisation(kind=OrganisationKind.BRANCH, term_ends_on=ENDS_ON, extended_to=extended_to)
    term = term_of(unit, term_policy(TODAY), day)
    assert (term.word, term.note, term.distance(day)) == (word, note, distance)


def test_the_deadlines_of_a_term_are_policies(district):
    unit = elect(district.village_a1, date(2023, 1, 1))
    seen = [term_of(unit, term_policy(TODAY), TODAY).status]
    for key, value in (("term.branch_grace_months", 12), ("term.soon_months", 24)):
        PolicyValue.objects.create(key=key, value=value, effective_from=FOUNDED, source="测试")
        seen.append(term_of(unit, term_policy(TODAY), TODAY).status)
    unit.term_ends_on = date(2028, 1, 1)
    seen.append(term_of(unit, term_policy(TODAY), TODAY).status)
    assert seen == [TermStatus.OVERDUE, TermStatus.ENDED, TermStatus.ENDED, TermStatus.DUE_SOON]


def test_terms_that_need_an_election_are_listed_from_the_oldest(district):
    days = {
        district.village_a1: date(2023, 5, 1),  # branches
        district.village_a2: date(2024, 1, 1),
        district.village_b1: date(2025, 11, 20),
        district.township_b: date(2021, 5, 1),  # a committee
    }
    for unit, day in days.items():
        elect(unit, day)
    found = ending_terms(Organisation.objects.all(), term_policy(TODAY), TODAY)
    assert [(one.organisation, one.term.status) for one in found] == [
        (district.village_a1, TermStatus.OVERDUE),
        (district.township_b, TermStatus.ENDED),
        (district.village_a2, TermStatus.DUE_SOON),
    ]


def test_who_stands_below_whom_is_that_of_the_day(district, clerk, django_assert_num_queries):
    village, keys = district.village_a1, [district.township_a.pk, district.township_b.pk, district.village_a1.pk]
    move_organisation(organisation=village, parent=district.township_b, on=TODAY, by=clerk, at=NOW)
    close_organisation(organisation=district.village_b2, on=TODAY, by=clerk, at=NOW)
    with django_assert_num_queries(2):
        before, after = subtrees_as_of(keys, TODAY - timedelta(days=1)), subtrees_as_of(keys, TODAY)
    a, b, one = district.township_a.pk, district.township_b.pk, village.pk
    shared = {district.village_a2.pk: "village", a: "township"}
    assert before == {
        a: shared | {one: "village"},
        b: {b: "township", district.village_b1.pk: "village", district.village_b2.pk: "village"},
        one: {one: "village"},
    }
    assert after == {
        a: shared,
        b: {b: "township", district.village_b1.pk: "village", one: "village"},
        one: {one: "village"},
    }
    assert subtrees_as_of([district.top.pk], FOUNDED - timedelta(days=1)) == {district.top.pk: {}}
