"""The roof's own panels: counts, terms that end, organisations by name; each within the scope."""

from datetime import date

import pytest
from django.http import QueryDict

from orgs.access import scope_of
from orgs.filtersets import OrganisationFilterSet
from orgs.models import Organisation, PolicyValue
from tests.factories import TODAY, elect, make_user
from youthleague.workbench.panels import find_organisations, terms_to_renew, units_at_a_glance

pytestmark = pytest.mark.django_db


@pytest.fixture
def scope(secretary):
    return scope_of(secretary, TODAY)


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
    rows = terms_to_renew(secretary, scope)["rows"]
    assert [(row["title"], row["word"], row["tone"], row["note"]) for row in rows] == [
        ("长荷社区团支部", "已届满", "bad", "超 23 天"),
        ("松涛社区团支部", "6个月内届满", "warn", "剩 27 天"),
    ]


def test_a_term_that_runs_is_not_listed(district, secretary, scope):
    elect(district.village_a1, date(2025, 11, 20))
    shown = terms_to_renew(secretary, scope)
    assert (shown["rows"], shown["note"]) == ([], "届满前 6 个月会出现在这里；团工委不设届期。")


def test_the_panel_asks_as_early_as_the_policy_says(district, secretary, scope):
    elect(district.village_a1, date(2024, 9, 1))
    assert terms_to_renew(secretary, scope)["rows"] == []
    PolicyValue.objects.create(key="term.soon_months", value=12, effective_from=TODAY, source="测试")
    assert [row["title"] for row in terms_to_renew(secretary, scope)["rows"]] == ["松涛社区团支部"]


@pytest.mark.parametrize("typed", ["松涛", "stsq", "songtao"])
def test_an_organisation_is_found_by_name_and_pinyin(secretary, scope, typed):
    rows = find_organisations(secretary, scope, typed)["rows"]
    assert [row["title"] for row in rows] == ["松涛社区团支部"]


def test_search_and_list_find_the_same(secretary, scope):
    for typed in ("松涛", "stsq", "tao", "社区"):
        listed = OrganisationFilterSet(QueryDict(f"q={typed}"), Organisation.objects.visible_to(scope), scope=scope).qs
        shown = [row["title"] for row in find_organisations(secretary, scope, typed)["rows"]]
        assert shown == [row.name for row in listed.order_by("lineage")]


def test_a_foreign_organisation_is_not_found(secretary, scope):
    assert find_organisations(secretary, scope, "石井")["rows"] == []


def test_an_account_without_units_gets_nothing(auditor):
    scope = scope_of(auditor, TODAY)
    assert units_at_a_glance(auditor, scope) is None
    assert terms_to_renew(auditor, scope) is None
    assert find_organisations(auditor, scope, "松涛") is None
