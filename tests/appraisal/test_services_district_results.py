"""区综合考核 after the points were given: versions of the results, objections, the report, a tree that changes."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from appraisal.models import (
    AppraisedUnit,
    DistrictAppraisal,
    DistrictResult,
    DistrictRollUp,
    UnitObjection,
    UnitPoints,
)
from appraisal.reports.district.units import counts_of, standing_results, unit_lines
from appraisal.services.district.issuing import choose_units
from appraisal.services.district.objections import decide_objection, raise_objection
from appraisal.services.district.reporting import digest_of_report, report_district
from appraisal.services.district.rolling import roll_up_district
from appraisal.services.district.scoring import feed_back, start_scoring
from appraisal.tasks import roll_up_district as nightly
from orgs.services import merge_organisation, move_organisation
from tests.appraisal.conftest import NOON, fresh, refused
from tests.appraisal.districts import (
    AFTER,
    COMPUTED,
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


# ---- the roll-up ----------------------------------------------------------------------
def test_a_roll_up_makes_a_version_only_when_something_changed(issued, staff, district, secretary, leader):
    assert refused(lambda: roll_up_district(appraisal=issued, by=staff, at=NOON)) == "district.state"
    step(start_scoring, issued, staff)
    first = roll_up_district(appraisal=issued, by=staff, at=NOON)
    assert (first.is_new, first.standing.version, first.standing.units, first.standing.incomplete) == (True, 1, 2, 2)
    assert not roll_up_district(appraisal=issued, by=None, at=NOON).is_new
    score(issued, staff, {(district.township_a, 1): 30_000, (district.township_a, 2): 50_050})
    assert refused(lambda: roll_up_district(appraisal=issued, by=secretary, at=NOON)) == "appraisal.scope"
    nightly()
    nightly()
    last = DistrictRollUp.objects.get(version=2)
    assert (last.incomplete, last.calculated_by, last.appraisal.roll_ups.count()) == (1, None, 2)
    scores = list(last.results.order_by("unit__lineage").values_list("own", "score", "converted"))
    assert scores == [(None, 80_050, 8_010), (None, None, None)]
    assert DistrictResult.objects.filter(roll_up__version=1).count() == 2


def test_a_roll_up_that_is_killed_leaves_the_last_version(fed, staff, district, monkeypatch):
    points_of(fed, district.township_a)[1].__class__.objects.filter(unit__appraisal=fed).update(points=1_000)
    monkeypatch.setattr("appraisal.services.district.rolling.write_results", _killed)
    with pytest.raises(KeyboardInterrupt):
        roll_up_district(appraisal=fed, by=staff, at=NOON)
    assert [row.version for row in fed.roll_ups.all()] == [1]
    assert [one.score for one in standing_results(fed)] == [88_000, 70_050]


def _killed(_row):
    raise KeyboardInterrupt


def test_the_command_says_which_version_stands(fed, capsys):
    call_command("rollup", "2026", "--district")
    assert "没有变化，仍为第 1 版，2 个单位，没有核完的 0 个" in capsys.readouterr().out
    UnitPoints.objects.filter(unit__appraisal=fed, item__position=1).update(points=1_000)
    call_command("rollup", "2026", "--district", "--json")
    assert '"version": 2, "new": true' in capsys.readouterr().out
    DistrictAppraisal.objects.update(state="draft")
    with pytest.raises(CommandError, match="不能这样办理"):
        call_command("rollup", "2026", "--district")


def test_the_command_asks_for_a_district_appraisal(prepared):
    with pytest.raises(CommandError, match="没有建立区综合考核"):
        call_command("rollup", "2026", "--district")


# ---- objections -----------------------------------------------------------------------
def test_a_unit_objects_once_to_an_indicator_in_time(fed, secretary, staff, district):
    row = points_of(fed, district.township_a)[2]
    given = {"points": row, "at": NOON}
    assert refused(lambda: raise_objection(text=" ", by=secretary, **given)) == "objection.content"
    assert refused(lambda: raise_objection(text="依据", by=staff, **given)) == "district.account"
    late = {**given, "at": AFTER}
    assert refused(lambda: raise_objection(text="依据", by=secretary, **late)) == "objection.late"
    found = raise_objection(text="附佐证三份", by=secretary, **given)
    assert (found.state, found.before, found.raised_by) == ("raised", 50_000, secretary)
    assert refused(lambda: raise_objection(text="再提", by=secretary, **given)) == "objection.twice"
    other = points_of(fed, district.township_b)[1]
    assert refused(lambda: raise_objection(points=other, text="依据", by=secretary, at=NOON)) == "district.scope"
    assert counts_of(fed).waiting == 1
    [a, _b] = unit_lines(fed, AppraisedUnit.objects.all())
    assert (a.objections, a.waiting, a.own, a.score, a.converted) == (1, 1, 93_500, 88_000, 8_800)


@pytest.fixture
def objection(fed, secretary, district):
    return raise_objection(points=points_of(fed, district.township_a)[2], text="附佐证", by=secretary, at=NOON)


def answer(objection, by, *, points=None, is_corrected=False, reason="核对无误", at=NOON):
    return decide_objection(objection=objection, is_corrected=is_corrected, points=points, reason=reason, by=by, at=at)


def test_a_leader_keeps_the_points(objection, leader, staff, secretary, district):
    assert refused(lambda: answer(objection, staff)) == "appraisal.scope"
    assert refused(lambda: answer(objection, leader, reason=" ")) == "objection.answer"
    found = answer(objection, leader)
    assert (found.state, found.after, found.answer, found.decided_by) == ("upheld", None, "核对无误", leader)
    assert refused(lambda: answer(objection, leader)) == "objection.done"
    assert told()[-1] == (secretary.username, "异议已答复：青年服务，维持")
    assert points_of(fresh(objection.points.unit).appraisal, district.township_a)[2].points == 50_000


def test_a_leader_corrects_the_points_and_the_results_follow(objection, leader, fed, district):
    told = {"is_corrected": True, "reason": "佐证属实"}
    assert refused(lambda: answer(objection, leader, **told)) == "points.none"
    assert refused(lambda: answer(objection, leader, points=60_010, **told)) == "points.range"
    assert refused(lambda: answer(objection, leader, points=50_000, **told)) == "objection.points"
    found = answer(objection, leader, points=55_000, **told)
    assert (found.state, found.before, found.after) == ("corrected", 50_000, 55_000)
    row = points_of(fed, district.township_a)[2]
    assert (row.points, row.reason) == (55_000, "佐证属实")
    assert next((one.score, one.roll_up.version) for one in standing_results(fed)) == (93_000, 2)


def test_who_scored_or_speaks_for_the_unit_does_not_answer(objection, leader, staff, secretary, district):
    give_role(staff, district.top, "leader")
    give_role(secretary, district.top, "leader")
    assert refused(lambda: answer(objection, fresh(staff))) == "objection.same"
    assert refused(lambda: answer(objection, fresh(secretary))) == "district.self"
    assert UnitObjection.objects.get().state == "raised"


def test_an_objection_to_a_figure_is_answered_by_computing_it_anew(prepared, staff, secretary, leader, district):
    row = issue(prepared, district, staff, COMPUTED)
    a, b = district.township_a, district.township_b
    send_tasks(district, staff, closed=1, running=1)
    rate(row, a, secretary, 30_000)
    step(start_scoring, row, staff)
    score(row, staff, {(a, 1): 30_000, (b, 1): 30_000, (b, 2): 1_000})
    assert codes(lambda: score(row, staff, {(a, 2): 60_000})) == {"points.computed"}
    step(feed_back, row, staff)
    raised = raise_objection(points=points_of(row, a)[2], text="已办结", by=secretary, at=NOON)
    told = {"is_corrected": True, "points": 1_000, "reason": "台账已更正"}
    assert refused(lambda: answer(raised, leader, **told)) == "objection.computed"
    send_tasks(district, staff, closed=2)
    found = answer(raised, leader, **told)
    assert (found.before, found.after) == (31_580, 47_370)  # 3 of 4 are closed


# ---- the report -----------------------------------------------------------------------
def test_a_leader_reports_after_the_objections(objection, fed, leader, staff, secretary, district):
    assert refused(lambda: step(report_district, fed, staff, AFTER)) == "appraisal.scope"
    last = NOON + timedelta(days=5)
    assert refused(lambda: step(report_district, fed, leader, last)) == "district.window"
    assert refused(lambda: step(report_district, fed, leader, AFTER)) == "district.objections"
    answer(objection, leader)
    give_role(staff, district.top, "leader")
    assert refused(lambda: step(report_district, fed, fresh(staff), AFTER)) == "district.same"
    found = step(report_district, fed, leader, AFTER)
    assert (found.state, found.reported_by, found.reported_at) == ("reported", leader, AFTER)
    assert found.report_digest == digest_of_report(found, standing_results(found))
    assert len(found.report_digest) == 64
    for act in (
        lambda: roll_up_district(appraisal=found, by=staff, at=AFTER),
        lambda: score(found, staff, {(district.township_a, 1): 1_000}),
        lambda: step(report_district, found, leader, AFTER),
        lambda: raise_objection(points=points_of(found, district.township_b)[1], text="迟了", by=staff, at=NOON),
    ):
        assert refused(act) == "district.state"


# ---- the tree -------------------------------------------------------------------------
def test_open_years_follow_the_tree_and_reported_ones_do_not(fed, leader, district, staff):
    a, b = district.township_a, district.township_b
    before = unit_of(fed, b).lineage
    move_organisation(organisation=fresh(b), parent=fresh(a), on=date(2026, 11, 25), by=staff, at=NOON)
    assert unit_of(fed, b).lineage == fresh(b).lineage != before
    DistrictAppraisal.objects.update(state="reported")
    move_organisation(organisation=fresh(b), parent=fresh(district.top), on=date(2026, 11, 25), by=staff, at=NOON)
    assert unit_of(fed, b).lineage != fresh(b).lineage


def test_a_unit_that_takes_another_over_answers_for_it(prepared, staff, district):
    row = prepare(prepared, district, staff)
    step(choose_units, row, staff, organisations=[district.township_a.pk])
    told = {"on": date(2026, 11, 25), "by": staff, "at": NOON}
    merge_organisation(organisation=fresh(district.township_a), into=fresh(district.township_b), **told)
    found = AppraisedUnit.objects.get()
    assert (found.organisation, found.lineage) == (district.township_b, fresh(district.township_b).lineage)
