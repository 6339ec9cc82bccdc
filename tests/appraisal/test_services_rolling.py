"""The roll-up: versions, what is rounded and missing, ties, the command and the task; nothing is left half-done."""

import json
import threading

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from appraisal.models import (
    Adjustment,
    AppraisalGroup,
    BallotTally,
    Checklists,
    ComponentPool,
    ContestRound,
    DebriefReport,
    Exemption,
    GroupComponent,
    PanelMark,
    Participant,
    PeriodMark,
    RollUp,
    RoundMark,
    Scorecard,
    Veto,
    VetoKind,
)
from appraisal.reports.progress import lease_name, roll_up_progress
from appraisal.services.rolling import decide_tie, roll_up
from appraisal.tasks import roll_up as roll_up_task
from tests.appraisal.conftest import NOON, account_of, fresh, person, refused, take_to
from tests.factories import make_cadre, make_user
from youthleague.audit.models import AuditEvent
from youthleague.protection.leases import lease

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(cycle, staff):
    """Give the year in 汇总, with reviews and scores alone in every group: 60 and 40."""
    GroupComponent.objects.filter(component__gt=2).delete()
    GroupComponent.objects.filter(component=1).update(weight=6_000)
    GroupComponent.objects.filter(component=2).update(weight=4_000)
    return take_to(cycle, "totalling", staff)


def mark(who, rater, *marks, component=1):
    for period, one in enumerate(marks, start=1):
        PeriodMark.objects.create(
            participant=who,
            component=component,
            period=period,
            dimension=1,
            rater=rater,
            mark=one,
            reason="好",
            marked_at=NOON,
        )


def run(cycle, **facts):
    return roll_up(cycle=fresh(cycle), by=facts.pop("by", None), at=NOON, **facts)


def cards(cycle):
    """Give total, standing, rank, whether it is shared, and grade by name, of the last versions."""
    last = RollUp.objects.filter(group__cycle=cycle).latest_versions()
    rows = Scorecard.objects.filter(roll_up__in=last).select_related("participant__cadre")
    return {row.participant.cadre.name: (row.total, row.standing, row.rank, row.is_tied, row.grade) for row in rows}


@pytest.fixture
def crowd(year, people, district, staff, leader):
    """Give ten secretaries of one group with totals from 95 down; the cap leaves places for three."""
    group = year.groups.get(name="乡镇")
    Participant.objects.filter(group=group).update(standing="withdrawn")
    found = []
    for number in range(10):
        cadre = make_cadre(district.township_b, name=f"书记{number}")
        row = person(year, people["b"])
        row.pk, row.cadre, row.standing = None, cadre, "ranked"
        row.save()
        found.append(row)
    return found


def give(crowd, leader, staff, totals):
    for who, total in zip(crowd, totals, strict=True):
        mark(who, leader, total)
        mark(who, staff, total, component=2)


def secretaries(cycle):
    return [found for name, found in sorted(cards(cycle).items()) if name.startswith("书记")]


def grades(cycle):
    return [found[4] for found in secretaries(cycle)]


# ---- one person ---------------------------------------------------------------------
def test_just_below_a_line_is_rounded_up_to_it(year, people, leader, staff):
    a = person(year, people["a"])
    year.groups.update(excellent_permille=1_000)
    mark(a, leader, 89_990, 90_000)
    mark(a, staff, 90_000, component=2)
    run(year)
    assert cards(year)["甲"] == (90_000, "ranked", 1, False, 1)
    assert Scorecard.objects.get(participant=a).leader_review == 90_000


def test_a_missing_component_leaves_no_total_and_an_exemption_spreads_its_weight(year, people, leader, staff):
    a = person(year, people["a"])
    mark(a, leader, 80_000)
    run(year)
    assert cards(year)["甲"] == (None, "incomplete", None, False, None)
    Exemption.objects.create(participant=a, component=2, reason="借调", granted_by=staff, granted_at=NOON)
    run(year)
    assert cards(year)["甲"] == (80_000, "ranked", 1, False, 2)
    Exemption.objects.create(participant=a, component=1, reason="借调", granted_by=staff, granted_at=NOON)
    run(year)
    assert cards(year)["甲"][0] is None


def test_too_short_in_post_and_new_units_have_a_total_and_neither_rank_nor_grade(year, people, leader, staff):
    for name, standing in (("a", "ungraded"), ("b", "unranked")):
        who = person(year, people[name])
        mark(who, leader, 95_000)
        mark(who, staff, 95_000, component=2)
        Participant.objects.filter(pk=who.pk).update(standing=standing)
    Participant.objects.filter(cadre=people["top"]).update(standing="withdrawn")
    run(year)
    assert cards(year) == {
        "甲": (95_000, "ungraded", None, False, None),
        "乙": (95_000, "unranked", None, False, None),
    }


def test_items_are_bounded_and_a_veto_caps_the_grade_and_not_the_total(year, people, leader, staff):
    a = person(year, people["a"])
    year.groups.update(excellent_permille=1_000)
    mark(a, leader, 90_000)
    mark(a, staff, 90_000, component=2)
    entered = {"participant": a, "reason": "事由", "entered_by": staff, "entered_at": NOON, "state": "approved"}
    Adjustment.objects.create(**entered, value=4_000)
    Adjustment.objects.create(**entered, value=4_000)
    Adjustment.objects.create(**{**entered, "state": "entered"}, value=-3_000)
    Veto.objects.create(**entered, kind=VetoKind.objects.get(title="被通报批评"))
    run(year)
    assert cards(year)["甲"] == (95_000, "ranked", 1, False, 2)


def test_the_largest_counts_and_the_oddest_maxima_stay_exact(year, people, leader, staff):
    a = person(year, people["a"])
    GroupComponent.objects.filter(group=a.group).delete()
    ballots = GroupComponent.objects.create(group=a.group, component=3, weight=5_000)
    contest = GroupComponent.objects.create(group=a.group, component=5, weight=5_000)
    for number, (ballot_class, votes) in enumerate((("a", 1_500), ("b", 1_499), ("c", 1_493)), start=1):
        weight = 3_334 if number == 1 else 3_333
        pool = ComponentPool.objects.create(component=ballots, number=number, ballot_class=ballot_class, weight=weight)
        BallotTally.objects.create(participant=a, pool=pool, option=1, count=votes)
    for kind, maximum, weight in (("written", 997, 3_334), ("talk", 991, 3_333), ("defence", 983, 3_333)):
        held = ContestRound.objects.create(component=contest, kind=kind, maximum=maximum, weight=weight)
        RoundMark.objects.create(participant=a, round=held, mark=maximum * 1_000)
    run(year)
    assert cards(year)["甲"][0] == 100_000


# ---- groups -------------------------------------------------------------------------
def test_equal_totals_share_a_rank_and_the_next_is_skipped(crowd, year, leader, staff):
    give(crowd, leader, staff, [95_000, 94_000, 94_000, 93_000, *[70_000] * 6])
    run(year)
    assert [found[2] for found in secretaries(year)] == [1, 2, 2, 4, *[5] * 6]
    assert [found[3] for found in secretaries(year)] == [False, True, True, False, *[True] * 6]
    assert grades(year) == [1, 1, 1, 2, *[3] * 6]


def test_a_tie_around_the_last_place_waits_for_people_and_holds_while_it_is_the_same(crowd, year, leader, staff):
    give(crowd, leader, staff, [95_000, 94_000, 93_000, 93_000, *[70_000] * 6])
    run(year)
    assert grades(year) == [1, 1, None, None, *[3] * 6]
    group = crowd[0].group
    tied = [crowd[2].pk, crowd[3].pk]
    assert RollUp.objects.get(group=group).tie == {"total": 93_000, "places": 1, "members": tied, "chosen": None}

    decide_tie(group=group, chosen=[crowd[3].pk], reason="护林防火实绩突出", by=leader, at=NOON)
    run(year)
    assert grades(year) == [1, 1, 2, 1, *[3] * 6]
    PeriodMark.objects.filter(participant=crowd[4]).update(mark=93_000)
    run(year)
    assert grades(year) == [1, 1, None, None, None, *[3] * 5]
    assert list(RollUp.objects.filter(group=group).values_list("version", flat=True)) == [3, 2, 1]


def test_a_decision_about_a_tie_is_refused(crowd, year, leader, staff, district):
    group = crowd[0].group

    def decide(by=leader, chosen=(crowd[2].pk,), reason="实绩"):
        decide_tie(group=group, chosen=chosen, reason=reason, by=by, at=NOON)

    assert refused(decide) == "tie.none"
    give(crowd, leader, staff, [95_000, 94_000, 93_000, 93_000, *[70_000] * 6])
    run(year)
    assert refused(lambda: decide(chosen=(crowd[0].pk,))) == "tie.choice"
    assert refused(lambda: decide(reason=" ")) == "fact.reason"
    assert refused(lambda: decide(by=staff)) == "appraisal.scope"
    assert refused(lambda: decide(by=make_user("leader", district.township_a))) == "appraisal.scope"
    of_tied = account_of(crowd[3].cadre, "leader", district.top)
    assert refused(lambda: decide(by=of_tied)) == "appraisal.self"
    type(year).objects.update(state="review")
    assert refused(decide) == "cycle.state"
    assert not group.cap_decisions.exists()


def test_groups_that_share_a_cap_are_calculated_together(year, crowd, people, leader, staff):
    small, host = year.groups.get(name="机关"), crowd[0].group
    AppraisalGroup.objects.filter(shares_cap_with=small).update(shares_cap_with=None)
    small.shares_cap_with = host
    small.save()
    give(crowd, leader, staff, [95_000, 94_000, 92_000, *[70_000] * 7])
    who = person(year, people["top"])
    mark(who, leader, 93_000)
    mark(who, staff, 93_000, component=2)
    found = run(year, group=small)
    assert [one.standing.groups for one in found] == [("乡镇", "机关")]
    assert cards(year)["丙"] == (93_000, "ranked", 1, False, 1)
    assert grades(year) == [1, 1, 2, *[3] * 7]


# ---- versions -----------------------------------------------------------------------
def test_a_second_run_changes_nothing_and_a_change_makes_another_version(crowd, year, leader, staff):
    give(crowd, leader, staff, [95_000, *[70_000] * 9])
    group = crowd[0].group
    assert [one.is_new for one in run(year)] == [True, True, True]

    def written():
        return [list(model.objects.order_by("pk").values()) for model in (RollUp, Scorecard, AuditEvent)]

    before = written()
    assert {one.is_new for one in run(year)} == {False}
    assert written() == before
    PeriodMark.objects.filter(participant=crowd[9], component=1).update(mark=70_010)
    run(year)
    versions = RollUp.objects.filter(group=group)
    assert [row.version for row in versions] == [2, 1]
    assert [row.scorecards.count() for row in versions] == [10, 10]
    assert RollUp.objects.exclude(group=group).count() == 2


@pytest.mark.parametrize("change", ["standing", "exemption", "adjustment", "veto", "panel", "mark"])
def test_whatever_goes_in_is_in_the_digest(year, people, leader, staff, change):
    a = person(year, people["a"])
    mark(a, leader, 90_000, 80_000)
    run(year, group=a.group)
    entered = {"participant": a, "reason": "事由", "entered_by": staff, "entered_at": NOON, "state": "approved"}
    if change == "standing":
        Participant.objects.filter(pk=a.pk).update(standing="ungraded")
    elif change == "exemption":
        Exemption.objects.create(participant=a, component=6, reason="免", granted_by=staff, granted_at=NOON)
    elif change == "adjustment":
        Adjustment.objects.create(**entered, value=10)
    elif change == "veto":
        Veto.objects.create(**entered, kind=VetoKind.objects.first())
    elif change == "panel":
        debrief = GroupComponent.objects.create(group=a.group, component=4, weight=1)
        pool = ComponentPool.objects.create(component=debrief, number=1, ballot_class="judges", weight=10_000)
        PanelMark.objects.create(participant=a, pool=pool, sheet=1, mark=0)
    else:  # the same sum of other marks
        PeriodMark.objects.filter(participant=a, period=1).update(mark=85_000)
        PeriodMark.objects.filter(participant=a, period=2).update(mark=85_000)
    assert [one.is_new for one in run(year, group=a.group)] == [True]


def test_a_run_that_is_cut_off_leaves_the_last_complete_version(crowd, year, leader, staff, people):
    give(crowd, leader, staff, [95_000, *[70_000] * 9])
    a = person(year, people["a"])
    mark(a, leader, 90_000)
    mark(a, staff, 90_000, component=2)
    run(year)
    before = cards(year)
    PeriodMark.objects.update(mark=80_000)

    def cut_off(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if "INSERT INTO appraisal_scorecard" in sql and Scorecard.objects.filter(roll_up__version=2).count() > 1:
            raise KeyboardInterrupt
        return result

    with pytest.raises(KeyboardInterrupt), connection.execute_wrapper(cut_off):
        run(year)
    assert cards(year) == before
    run(year)
    assert {found[0] for name, found in cards(year).items() if name != "丙"} == {80_000}


def test_only_one_run_of_a_year_goes_on_at_a_time(year):
    held, done = threading.Event(), threading.Event()

    def hold():
        with lease(lease_name(year)) as acquired:
            assert acquired
            held.set()
            done.wait(10)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    held.wait(10)
    try:
        assert refused(lambda: run(year)) == "roll_up.running"
        assert roll_up_progress(year).is_running
    finally:
        done.set()
        other.join()
    assert RollUp.objects.count() == 0
    run(year)
    found = roll_up_progress(year)
    assert (found.is_running, [one.version for one in found.families]) == (False, [1, 1, 1])


def test_a_roll_up_is_asked_for_by_those_who_may_and_in_time(year, cycle, leader, staff, district):
    assert refused(lambda: run(year, by=leader)) == "appraisal.scope"
    assert refused(lambda: run(year, by=make_user("district_staff", district.township_a))) == "appraisal.scope"
    run(year, by=staff)
    assert set(RollUp.objects.values_list("calculated_by", flat=True)) == {staff.pk}
    type(year).objects.update(state="materials")
    assert refused(lambda: run(year, by=staff)) == "cycle.state"
    stranger = AppraisalGroup(pk=0, name="别处")
    assert refused(lambda: run(year, by=staff, group=stranger)) == "roll_up.group"


def test_the_statements_are_as_many_for_3_people_as_for_13(year, crowd, leader, staff, django_assert_num_queries):
    run(year)
    group, pinned = crowd[0].group, 29 + 3 * (connection.vendor == "postgresql")  # a lease, a lazy commit
    give(crowd[:3], leader, staff, [90_000] * 3)
    with django_assert_num_queries(pinned):
        run(year, group=group)
    give(crowd[3:], leader, staff, [90_000] * 7)
    with django_assert_num_queries(pinned):
        run(year, group=group)


# ---- from outside ---------------------------------------------------------------------
def test_the_command_says_what_stands(year, crowd, leader, staff, capsys):
    give(crowd, leader, staff, [95_000, 94_000, 93_000, 93_000, *[70_000] * 6])
    call_command("rollup", "2026", "--group", "乡镇", "--json")
    assert json.loads(capsys.readouterr().out) == [
        {
            "groups": ["乡镇"],
            "version": 1,
            "new": True,
            "people": 10,
            "ranked": 10,
            "incomplete": 0,
            "open_tie": True,
        }
    ]
    call_command("rollup", "2026")
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "乡镇：没有变化，仍为第 1 版，10 人，参加排名 10 人，数据不全 0 人；名额处有并列，等待决定。"
    assert lines[2] == "机关、学校：已完成第 1 版，1 人，参加排名 0 人，数据不全 1 人。"


def test_the_command_says_why_not(year):
    for words, sentence in (
        (["2020"], "没有 2020 年度的考评。"),
        (["2026", "--group", "别处"], "2026年度没有“别处”这一组。"),
    ):
        with pytest.raises(CommandError, match=sentence):
            call_command("rollup", *words)
    type(year).objects.update(state="daily")
    with pytest.raises(CommandError, match="2026年度现在是“日常考核中”，不能这样办理。"):
        call_command("rollup", "2026")


def test_a_group_without_people_has_no_version(year, capsys):
    for model in (Checklists, DebriefReport, Participant):
        model.objects.all().delete()
    call_command("rollup", "2026")
    assert capsys.readouterr().out.splitlines()[0] == "街道：没有参评人员。"


def test_the_task_takes_the_years_that_are_open_to_it(year, staff):
    roll_up_task(by_id=staff.pk)
    assert set(RollUp.objects.values_list("calculated_by", flat=True)) == {staff.pk}
    type(year).objects.update(state="archived")
    PeriodMark.objects.all().delete()
    roll_up_task()
    roll_up_task(year.pk)
    assert set(RollUp.objects.values_list("version", flat=True)) == {1}
