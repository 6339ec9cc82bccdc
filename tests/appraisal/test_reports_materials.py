"""Whose lists and reports are missing, and what that keeps a year from."""

import pytest

from appraisal.choices import Component
from appraisal.models import ChecklistItem, Checklists, DebriefReport, Exemption, GroupComponent, Participant
from appraisal.panels import materials_to_do
from appraisal.reports.debriefs import drafted_parts, facts_of
from appraisal.reports.materials import last_items, material_gaps
from appraisal.services.cycles import advance_cycle, open_cycle, prepare_cycle
from appraisal.services.debriefs import approve_report
from appraisal.services.population import draw_population
from orgs.access import scope_of
from tests.appraisal.conftest import NOON, YEAR, account_of, fresh, hand_in_materials, person, refused, take_to
from tests.appraisal.materials import hand_in, send_in
from tests.factories import make_cadre, make_user

pytestmark = pytest.mark.django_db


def names(gaps):
    """Give whose lists and whose report are missing, with how far they are."""
    return [{(one.name, one.state) for one in found} for found in (gaps.lists, gaps.reports)]


def evaluate(cycle, by):
    row = fresh(cycle)
    return advance_cycle(cycle=row, version=row.version, action="evaluate", by=by, at=NOON)


def test_everybody_who_is_ranked_is_asked(collecting, people, staff):
    write(Checklists, person(collecting, people["a"]), staff, state="returned")
    write(DebriefReport, person(collecting, people["b"]), staff, state="reviewed")
    gaps = material_gaps(collecting)
    assert names(gaps) == [
        {("甲", "已退回"), ("乙", "没有写"), ("丙", "没有写")},
        {("甲", "没有写"), ("乙", "审核通过"), ("丙", "没有写")},
    ]
    assert (gaps.asked_lists, gaps.asked_reports, gaps.people) == (3, 3, 3)


def test_what_was_handed_in_is_enough(collecting, people, staff):
    hand_in_materials(collecting, staff)
    Checklists.objects.filter(participant=person(collecting, people["a"])).update(state="submitted")
    gaps = material_gaps(collecting)
    assert (gaps.people, gaps.lists, gaps.reports) == (0, (), ())


@pytest.mark.parametrize("standing", ["ungraded", "unranked", "withdrawn"])
def test_who_gets_no_rank_is_not_asked(collecting, people, standing):
    Participant.objects.filter(pk=person(collecting, people["a"]).pk).update(standing=standing)
    assert {one.name for one in material_gaps(collecting).lists} == {"乙", "丙"}


def test_who_is_not_appraised_by_a_report_owes_none(collecting, people, staff):
    row = person(collecting, people["a"])
    Exemption.objects.create(
        participant=row, component=Component.DEBRIEF, reason="产假", granted_by=staff, granted_at=NOON
    )
    Exemption.objects.create(
        participant=person(collecting, people["b"]), component=6, reason="理由", granted_by=staff, granted_at=NOON
    )
    GroupComponent.objects.filter(group__name="机关", component=Component.DEBRIEF).delete()
    gaps = material_gaps(collecting)
    assert [{one.name for one in found} for found in (gaps.lists, gaps.reports)] == [{"甲", "乙", "丙"}, {"乙"}]
    assert gaps.asked_reports == 1


def test_one_query_says_it_of_everybody(collecting, django_assert_num_queries):
    with django_assert_num_queries(1):
        material_gaps(collecting)


def test_a_year_waits_for_what_is_missing(collecting, people, staff):
    hand_in_materials(collecting, staff)
    Checklists.objects.filter(participant=person(collecting, people["b"])).update(state="draft")
    assert refused(lambda: evaluate(collecting, staff)) == "cycle.materials"
    assert fresh(collecting).state == "materials"
    hand_in_materials(collecting, staff)
    assert evaluate(collecting, staff).state == "evaluation"


def test_only_the_step_into_evaluation_asks(cycle, staff):
    assert take_to(cycle, "materials", staff).state == "materials"


# ---- what is left of last year ----------------------------------------------------------
def write(model, participant, by, **values):
    return model.objects.create(participant=participant, written_by=by, written_at=NOON, **values)


def note(participant, kind, content, **values):
    number = ChecklistItem.objects.filter(participant=participant, kind=kind).count() + 1
    return ChecklistItem.objects.create(participant=participant, kind=kind, number=number, content=content, **values)


@pytest.fixture
def next_cycle(cycle, staff):
    """Give the year after."""
    later = NOON.replace(year=YEAR + 1)
    row = prepare_cycle(year=YEAR + 1, by=staff, at=later)
    draw_population(cycle=row, by=staff, at=later)
    return open_cycle(cycle=fresh(row), version=fresh(row).version, by=staff, at=later)


def test_shortcomings_and_plans_that_were_handed_in_are_to_be_closed(cycle, next_cycle, people, staff):
    before, other = person(cycle, people["a"]), person(cycle, people["b"])
    for kind, content in (("plan", "做"), ("strength", "好"), ("shortcoming", "差"), ("shortcoming", "更差")):
        note(before, kind, content)
    note(other, "plan", "别人的")
    now = person(next_cycle, people["a"])
    assert last_items(now) == []
    for row in (before, other):
        write(Checklists, row, staff, state="submitted")
    assert [one.content for one in last_items(now)] == ["差", "更差", "做"]
    assert last_items(before) == []


# ---- the report -------------------------------------------------------------------------
def test_the_parts_of_a_report_begin_with_the_lists(cycle, people):
    row = person(cycle, people["a"])
    for kind, content in (("plan", "做一"), ("plan", "做二。"), ("strength", "好")):
        note(row, kind, content)
    assert drafted_parts(list(row.checklist_items.all())) == {
        "highlights": "1. 好。",
        "gaps": "",
        "measures": "1. 做一。\n2. 做二。",
    }


def test_the_table_of_figures_comes_from_what_is_registered(cycle, next_cycle, people, staff):
    before = person(cycle, people["a"])
    write(Checklists, before, staff, state="received")
    note(before, "plan", "做", outcome="done")
    note(before, "shortcoming", "差")
    facts = facts_of(person(next_cycle, people["a"]), NOON.date())
    told = {(one.whose, one.title): (one.value, one.last) for one in facts}
    assert told["本人", "去年清单已销号"] == ("1/2 条", "—")
    assert told["本人", "任务完成数"] == ("0 个", "0 个")
    assert told["本单位", "村（社区）书记由“两委”兼任占比"] == ("0.0%", "0.0%")
    assert not {title for _, title in told} & {"任务按时办结占比", "逾期任务", "周报填报率"}


# ---- what it asks of whom ---------------------------------------------------------------------
def asked(user):
    """Give what the workbench asks of somebody: word, title, button."""
    scope = scope_of(user, NOON.date())
    return [(one["word"], one["title"], one["verb"]) for one in materials_to_do(user, scope)["items"]]


def test_the_workbench_asks_the_person_until_everything_is_in(own, author, committee):
    assert asked(author) == [("没有写", "2026年度三张清单", "去填写"), ("没有写", "2026年度述职报告", "去填写")]
    hand_in(own, author)
    send_in(own, author)
    assert asked(author) == []
    row = own.debrief_report
    approve_report(report=row, version=row.version, opinion="", by=committee, at=NOON)
    assert asked(author) == [("审核通过", "2026年度述职报告", "去提交")]


def test_before_the_materials_are_collected_only_what_came_back_is_asked(cycle, people, district, staff):
    user = account_of(people["a"], "township_secretary", district.township_a)
    row = person(cycle, people["a"])
    write(Checklists, row, staff, state="draft")
    report = write(DebriefReport, row, staff, state="draft")
    assert asked(user) == []
    DebriefReport.objects.filter(pk=report.pk).update(state="returned")
    assert asked(user) == [("已退回", "2026年度述职报告", "去填写")]


def test_who_is_not_ranked_is_not_asked(own, author):
    Participant.objects.filter(pk=own.pk).update(standing="ungraded")
    assert asked(author) == []


def test_the_workbench_asks_the_committee_and_the_office(own, author, committee, staff, collecting, people):
    hand_in(own, author)
    send_in(own, author)
    assert asked(committee) == [("待审核", "甲的2026年度述职报告", "审核")]
    assert asked(staff) == [("待接收", "2026年度三张清单 1 份", "去接收")]
    for number in range(4):
        cadre = make_cadre(own.organisation, name=f"人{number}")
        other = Participant.objects.get(pk=own.pk)
        other.pk, other.cadre = None, cadre
        other.save()
        write(DebriefReport, other, staff, state="review")
    assert asked(committee) == [("待审核", "述职报告 5 份", "去审核")]
    type(collecting).objects.update(state="evaluation")
    assert (asked(committee), asked(staff), asked(author)) == ([], [], [])


def test_nobody_else_is_asked(own, district):
    auditor = make_user("auditor", district.top)
    assert materials_to_do(auditor, scope_of(auditor, NOON.date())) is None
