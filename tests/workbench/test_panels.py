"""The roof's own panels: counts, terms that end, organisations by name; each within the scope."""

from datetime import date

import pytest

from orgs.access import scope_of
from orgs.models import Organisation
from tests.factories import TODAY, make_user
from youthleague.kernel.terms import TermStatus
from youthleague.workbench.panels import ending_terms, find_organisations, terms_ending, units_at_a_glance

pytestmark = pytest.mark.django_db


@pytest.fixture
def scope(secretary):
    return scope_of(secretary, TODAY)


def elect(organisation, on):
    Organisation.objects.filter(pk=organisation.pk).update(elected_on=on)


def test_figures_count_the_own_subtree_only(district, secretary, scope):
    Organisation.objects.filter(pk=district.village_a1.pk).update(member_count=142)
    Organisation.objects.filter(pk=district.village_b1.pk).update(member_count=900)
    figures = {row["title"]: row["value"] for row in units_at_a_glance(secretary, scope)["figures"]}
    assert figures == {"团组织": "3", "村（社区）": "2", "团员": "142", "35 岁以下青年": "0"}


def test_a_single_unit_is_not_counted(district):
    user = make_user("village_secretary", district.village_a1)
    figures = units_at_a_glance(user, scope_of(user, TODAY))["figures"]
    assert [row["title"] for row in figures] == ["团员", "35 岁以下青年"]


def test_several_units_share_one_title(district):
    user = make_user("township_secretary", district.township_a)
    make_user_also(user, district.township_b)
    assert units_at_a_glance(user, scope_of(user, TODAY))["title"] == "我的团组织一览"


def make_user_also(user, organisation):
    user.assignments.create(organisation=organisation, role="township_secretary", started_on=date(2020, 1, 1))


def test_ending_terms_are_listed_with_the_oldest_first(district, secretary, scope):
    elect(district.village_a1, date(2023, 12, 20))
    elect(district.village_a2, date(2023, 10, 31))
    elect(district.village_b1, date(2020, 1, 1))
    rows = ending_terms(secretary, scope)["rows"]
    assert [(row["title"], row["word"], row["note"]) for row in rows] == [
        ("长荷社区团支部", "届满", "超 23 天"),
        ("松涛社区团支部", "临近", "剩 27 天"),
    ]


def test_a_branch_is_overdue_after_six_months_and_a_committee_after_twelve(district):
    elect(district.village_a1, date(2023, 5, 1))
    elect(district.township_b, date(2021, 5, 1))
    found = terms_ending(Organisation.objects.all(), TODAY)
    assert {(term.organisation, term.status) for term in found} == {
        (district.village_a1, TermStatus.OVERDUE),
        (district.township_b, TermStatus.ENDED),
    }


def test_a_term_that_runs_is_not_listed(district, secretary, scope):
    elect(district.village_a1, date(2025, 12, 20))
    assert ending_terms(secretary, scope)["rows"] == []


@pytest.mark.parametrize("typed", ["松涛", "stsq", "songtao"])
def test_an_organisation_is_found_by_name_and_pinyin(secretary, scope, typed):
    rows = find_organisations(secretary, scope, typed)["rows"]
    assert [row["title"] for row in rows] == ["松涛社区团支部"]


def test_a_foreign_organisation_is_not_found(secretary, scope):
    assert find_organisations(secretary, scope, "石井")["rows"] == []


def test_an_account_without_units_gets_nothing(auditor):
    scope = scope_of(auditor, TODAY)
    assert units_at_a_glance(auditor, scope) is None
    assert ending_terms(auditor, scope) is None
    assert find_organisations(auditor, scope, "松涛") is None
