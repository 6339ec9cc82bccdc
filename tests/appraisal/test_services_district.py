"""区综合考核 from the table to the report: who may, when, what is told, what is written down."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from appraisal.models import (
    UnitPoints,
)
from appraisal.reports.district.units import candidates, standing_results
from appraisal.rules.district import ItemFacts
from appraisal.services.cycles import prepare_cycle
from appraisal.services.district.issuing import choose_units, issue_district, prepare_district, write_items
from appraisal.services.district.rating import OwnPoints, save_rating
from appraisal.services.district.scoring import GivenPoints, adopt_own, enter_points, feed_back, start_scoring
from orgs.models import PolicyValue
from tests.appraisal.conftest import NOON, fresh, refused
from tests.appraisal.districts import (
    COMPUTED,
    ITEMS,
    codes,
    feed,
    issue,
    points_of,
    prepare,
    rate,
    score,
    send_tasks,
    step,
    told,
    unit_of,
)
from tests.factories import give_role, make_user
from youthleague.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(district):
    return make_user("township_secretary", district.township_a)


@pytest.fixture
def issued(prepared, district, staff, secretary):
    return issue(prepared, district, staff)


@pytest.fixture
def fed(prepared, district, staff, secretary):
    return feed(prepared, district, staff, secretary)


def acts():
    return list(
        AuditEvent.objects.filter(action__startswith="district.").order_by("pk").values_list("action", flat=True)
    )


# ---- the table ------------------------------------------------------------------------
def test_a_table_is_set_up_with_weight_and_base_of_the_day(prepared, staff, leader, secretary):
    row = prepare_district(cycle=prepared, by=staff, at=NOON)
    assert (row.state, row.weight, row.get_base_display(), str(row)) == (
        "draft",
        1_000,
        "总考核",
        "2026年度区综合考核",
    )
    assert refused(lambda: prepare_district(cycle=prepared, by=staff, at=NOON)) == "district.twice"
    for other in (leader, secretary):
        assert refused(lambda by=other: prepare_district(cycle=prepared, by=by, at=NOON)) == "appraisal.scope"
    assert acts() == ["district.prepare"]


def test_what_is_wrong_with_indicators_is_named_by_their_number(prepared, staff):
    row = prepare_district(cycle=prepared, by=staff, at=NOON)
    wrong = [ItemFacts("", "办法", 10), ItemFacts("乙", "办法", 10, "linkage.overdue", 1_000), ITEMS[0]]
    found = refused(lambda: step(write_items, row, staff, items=wrong))
    assert found == {"1": ["item.title"], "2": ["item.figure"]}
    assert refused(lambda: step(write_items, row, staff, items=[ITEMS[0], ITEMS[0]])) == "item.twice"
    assert not row.items.exists()
    step(write_items, row, staff, items=ITEMS)
    assert refused(lambda: write_items(appraisal=row, version=1, items=ITEMS, by=staff, at=NOON)) == "row.stale"
    assert list(row.items.values_list("position", "title", "maximum")) == [
        (1, "基层组织建设", 40),
        (2, "青年服务", 60),
    ]


def test_units_are_those_of_the_tree_on_the_day(prepared, staff, district):
    row = prepare_district(cycle=prepared, by=staff, at=NOON)
    assert candidates(date(2026, 11, 25)).keys() == {district.township_a.pk, district.township_b.pk}
    village = district.village_a1.pk
    assert refused(lambda: step(choose_units, row, staff, organisations=[village])) == "district.unit"
    step(choose_units, row, staff, organisations=[district.township_a.pk, district.township_b.pk])
    step(choose_units, row, staff, organisations=[district.township_b.pk])
    assert list(row.units.values_list("name", flat=True)) == [district.township_b.name]


def test_a_table_is_issued_once_it_adds_up(prepared, staff, district, secretary):
    row = prepare(prepared, district, staff, ITEMS[:1])
    assert refused(lambda: step(issue_district, row, staff)) == "district.sum"
    step(write_items, row, staff, items=())
    assert refused(lambda: step(issue_district, row, staff)) == "district.items"
    step(write_items, row, staff, items=ITEMS)
    step(choose_units, row, staff, organisations=[])
    assert refused(lambda: step(issue_district, row, staff)) == "district.units"
    PolicyValue.objects.create(key="district.weight", value=12, effective_from=date(2026, 1, 1))
    PolicyValue.objects.create(key="district.base", value=2, effective_from=date(2026, 1, 1))
    step(choose_units, row, staff, organisations=[district.township_a.pk, district.township_b.pk])
    found = step(issue_district, row, staff)
    assert (found.state, found.weight, found.base, found.issued_on) == ("self-rating", 1_200, 2, date(2026, 11, 25))
    assert len(found.table_digest) == 64
    assert UnitPoints.objects.filter(unit__appraisal=row).count() == 4
    assert told() == [(secretary.username, "请自评2026年度区综合考核共青团工作")]
    for act in (write_items, choose_units):
        given = {"items": ITEMS} if act is write_items else {"organisations": []}
        assert refused(lambda act=act, given=given: step(act, row, staff, **given)) == "district.state"
    assert refused(lambda: step(issue_district, row, staff)) == "district.state"


def test_a_year_is_copied_without_what_is_gone(prepared, staff, district):
    row = prepare(prepared, district, staff, COMPUTED)
    row.items.filter(position=2).update(figure="gone.figure")
    later = prepare_cycle(year=2027, by=staff, at=NOON)
    copy = prepare_district(cycle=later, by=staff, at=NOON, copy_of=row)
    assert list(copy.items.values_list("title", "maximum", "figure", "target")) == [
        ("基层组织建设", 40, "", 0),
        ("任务办结", 60, "", 0),
    ]
    assert set(copy.units.values_list("organisation", flat=True)) == {district.township_a.pk, district.township_b.pk}


# ---- 自评 -----------------------------------------------------------------------------
def test_a_self_rating_is_kept_as_a_draft_and_handed_in_once(issued, secretary, district):
    a = district.township_a
    unit = rate(issued, a, secretary, 38_000, is_final=False, ground="")
    assert (unit.handed_in_at, unit.version) == (None, 2)
    assert codes(lambda: rate(issued, a, secretary, 38_000)) == {"points.missing"}
    assert codes(lambda: rate(issued, a, secretary, 40_010, is_final=False)) == {"points.range"}
    assert refused(lambda: rate(issued, a, secretary, 38_000, 1_000, ground=" ")) == {
        str(row.item_id): ["points.ground"] for row in points_of(issued, a).values()
    }
    unit = rate(issued, a, secretary, 38_000, 55_500)
    assert (unit.handed_in_at, unit.handed_in_by, unit.is_on_behalf) == (NOON, secretary, False)
    assert refused(lambda: rate(issued, a, secretary, 1_000)) == "rating.done"
    assert [row.own for row in points_of(issued, a).values()] == [38_000, 55_500]
    assert acts()[-2:] == ["district.rate", "district.hand-in"]


def test_a_unit_rates_itself_and_the_office_only_for_one_without_an_account(issued, secretary, staff, district):
    a, b = district.township_a, district.township_b
    village = make_user("village_secretary", district.village_b1)
    for by in (secretary, village):
        assert refused(lambda by=by: rate(issued, b, by, 1_000)) == "district.scope"
    assert refused(lambda: rate(issued, a, staff, 1_000)) == "district.account"
    assert rate(issued, b, staff, 1_000, 2_000).is_on_behalf
    unit = unit_of(issued, a)
    rate(issued, a, secretary, 1_000, is_final=False)
    given = {"version": 1, "is_final": False, "by": secretary, "at": NOON}
    assert refused(lambda: save_rating(unit=unit, entries={}, **given)) == "row.stale"
    foreign = {points_of(issued, a)[1].item_id + 999: OwnPoints(1_000)}
    given["version"] = fresh(unit).version
    assert refused(lambda: save_rating(unit=unit, entries=foreign, **given)) == "district.scope"


def test_what_a_figure_gives_is_filled_in_and_never_typed(prepared, staff, secretary, district):
    row = issue(prepared, district, staff, COMPUTED)
    a = district.township_a
    send_tasks(district, staff, closed=1, running=1)
    assert codes(lambda: rate(row, a, secretary, 30_000, 60_000)) == {"points.computed"}
    rate(row, a, secretary, 30_000)
    found = points_of(row, a)[2]
    assert (found.actual, found.own, found.is_computed) == (50_000, 31_580, True)  # 50 % of 95 %, of 60 points
    assert points_of(row, district.township_b)[2].actual is None  # nothing was asked of it


# ---- 核分 -----------------------------------------------------------------------------
def test_points_are_given_to_all_units_at_once_or_to_none(issued, staff, secretary, district):
    a, b = district.township_a, district.township_b
    rate(issued, a, secretary, 38_000, 55_500)
    assert refused(lambda: score(issued, staff, {(a, 1): 38_000})) == "district.state"
    step(start_scoring, issued, staff)
    assert refused(lambda: rate(issued, b, staff, 1_000)) == "district.state"
    key = "{0.unit_id}-{0.item_id}".format
    found = refused(lambda: score(issued, staff, {(a, 1): 37_000, (b, 1): 40_010, (b, 2): 1_000}))
    assert found == {key(points_of(issued, a)[1]): ["points.reason"], key(points_of(issued, b)[1]): ["points.range"]}
    assert not UnitPoints.objects.exclude(points=None).exists()
    assert score(issued, staff, {(a, 1): (37_000, "少一个"), (b, 2): 1_000}) == 2
    row = points_of(issued, a)[1]
    assert (row.points, row.reason, row.scored_by, row.version) == (37_000, "少一个", staff, 3)
    assert score(issued, staff, {(b, 2): None}) == 1
    assert points_of(issued, b)[2].scored_by is None
    assert refused(lambda: score(issued, secretary, {(a, 1): 1_000})) == "appraisal.scope"


def test_nobody_writes_over_what_they_have_not_seen_nor_scores_what_they_rated(issued, staff, secretary, district):
    a = district.township_a
    rate(issued, a, secretary, 38_000, 55_500)
    step(start_scoring, issued, staff)
    row = points_of(issued, a)[1]
    key = (row.unit_id, row.item_id)
    stale = {key: GivenPoints(38_000, "", row.version - 1)}
    told = {"appraisal": issued, "by": staff, "at": NOON}
    assert refused(lambda: enter_points(given=stale, **told)) == {f"{key[0]}-{key[1]}": ["row.stale"]}
    foreign = {(key[0] + 999, key[1]): GivenPoints(1_000, "", 1)}
    assert refused(lambda: enter_points(given=foreign, **told)) == "district.scope"
    give_role(secretary, district.top, "district_staff")
    assert codes(lambda: score(issued, fresh(secretary), {(a, 1): 38_000})) == {"district.self"}
    assert adopt_own(appraisal=issued, item=row.item, by=fresh(secretary), at=NOON) == 0


def test_what_units_gave_themselves_is_taken_over_where_nothing_stands(issued, staff, secretary, district):
    a, b = district.township_a, district.township_b
    rate(issued, a, secretary, 38_000, 55_500)
    rate(issued, b, staff, 20_000, is_final=False)
    step(start_scoring, issued, staff)
    item = points_of(issued, a)[1].item
    assert adopt_own(appraisal=issued, item=item, by=staff, at=NOON) == 1  # B's stayed a draft
    assert adopt_own(appraisal=issued, item=item, by=staff, at=NOON) == 0
    assert (points_of(issued, a)[1].points, points_of(issued, b)[1].points) == (38_000, None)
    assert (points_of(issued, b)[1].own, points_of(issued, b)[1].ground) == (None, "")


def test_units_are_told_once_everything_is_scored(issued, staff, secretary, district):
    a, b = district.township_a, district.township_b
    step(start_scoring, issued, staff)
    score(issued, staff, {(a, 1): 30_000, (a, 2): 50_000, (b, 1): 10_000})
    with pytest.raises(ValidationError, match="还有 1 个单位、1 项没有核分"):
        step(feed_back, issued, staff)
    score(issued, staff, {(b, 2): 20_050})
    found = step(feed_back, issued, staff)
    assert (found.state, found.fed_back_on, found.last_day) == ("objections", date(2026, 11, 25), date(2026, 11, 30))
    assert told()[-1] == (secretary.username, "2026年度区综合考核共青团工作得分已反馈")
    assert [(one.score, one.converted) for one in standing_results(found)] == [(80_000, 8_000), (30_050, 3_010)]
    assert acts()[-1] == "district.feed-back"
