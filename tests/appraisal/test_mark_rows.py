"""Daily marks by spreadsheet: what a row means, what it may be, what it writes, what is taken back."""

import pytest

from appraisal.choices import Component
from appraisal.models import GroupRater, Participant, PeriodMark
from appraisal.services.marking import MarkEntry, mark_people
from appraisal.services.population import draw_population
from tests.appraisal.conftest import NOON, account_of, person, take_to
from tests.appraisal.mark_sheets import TOWNSHIP_B, checked_file, checked_marks, imported_marks, mark_row, marks
from tests.factories import NOW, make_cadre, make_user
from tests.orgs.unit_sheets import changes, found, loaded, told
from tests.rosters import applied, counts
from tests.sheets.downloads import download
from youthleague.audit.models import AuditEvent
from youthleague.sheets.services.exports import Wanted
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.moving import context_for

pytestmark = pytest.mark.django_db
REVIEW, SCORE = Component.LEADER_REVIEW, Component.STAFF_SCORE
WHOLE = {"conduct": 90, "conduct_reason": "任务办结", "style": "88.5", "style_reason": "作风实"}
BACK = ("restored", "")


@pytest.fixture
def people(district):
    """Give the secretaries of both townships, and an official of the district, with names of two characters."""
    return {
        "a": make_cadre(district.township_a, name="赵甲"),
        "b": make_cadre(district.township_b, name="钱乙"),
        "top": make_cadre(district.top, name="孙丙", league_post="staff"),
    }


@pytest.fixture
def check(cycle, district, leader):
    """Check rows of a leader; nothing is changed by it."""

    def checking(*rows, by=None):
        before = marks()
        batch = checked_marks(rows, district.top, by or leader)
        assert marks() == before
        return batch

    return checking


def give(cycle, who, by, mark, reason, *, component=REVIEW, dimension=1, version=0):
    entry = MarkEntry(who.pk, 3, dimension, mark, reason, version)
    mark_people(cycle=cycle, component=component, entries=[entry], by=by, at=NOW)


def undone(batch):
    before = marks()
    foreseen = told(batch, "foresee_undo")
    assert marks() == before
    assert told(batch, "undo") == foreseen
    return foreseen


# ---- what is meant and what may be -------------------------------------------------------
@pytest.mark.parametrize("period", ["2026年第三季度", "第3季度", "三季度", "2026年 第3季"])
def test_a_row_is_read_as_people_write_it(check, period):
    [row] = loaded(check(mark_row(period=period, **WHOLE)))
    assert (row.change.value, row.errors) == ("new", [])
    assert {name: row.values[name] for name in ("conduct", "style", "component")} == {
        "conduct": 90_000,
        "style": 88_500,
        "component": 1,
    }


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({"name": None}, ["name:column.required"]),
        ({"organisation": None}, ["organisation:column.required"]),
        ({"period": None}, ["period:column.required"]),
        ({"component": None}, ["component:column.required"]),
        ({"name": "无此人"}, ["name:mark.unknown"]),
        ({"organisation": TOWNSHIP_B}, ["name:mark.unknown"]),
        ({"organisation": "没有的团委"}, ["organisation:organisation.unknown"]),
        ({"period": "2025年第三季度"}, ["name:mark.unknown"]),
        ({"period": "上半年"}, ["period:period.format"]),
        ({"period": "13月"}, ["period:mark.period"]),
        ({"period": "9月"}, ["period:mark.period"]),
        ({"component": "机关干事赋分"}, ["component:mark.right"]),
        ({"component": "党政评"}, ["component:choice.unknown"]),
        ({"conduct": 101}, ["conduct:mark.range"]),
        ({"conduct": "88.25"}, ["conduct:mark.step"]),
        ({"conduct": "优"}, ["conduct:mark.format"]),
        ({"conduct": None}, ["conduct:mark.blank"]),
        ({"conduct_reason": None}, ["conduct_reason:mark.reason"]),
        ({"conduct_reason": "字" * 201}, ["conduct_reason:column.too_long"]),
    ],
)
def test_what_may_not_be_is_refused(check, cells, codes):
    assert found(check(mark_row(**{**WHOLE, **cells}))) == [codes]


def test_a_row_about_oneself_is_refused_by_any_account(check, people, district):
    user = account_of(people["top"], "leader", district.top)
    batch = check(mark_row("孙丙", district.top.name, **WHOLE), mark_row(**WHOLE), by=user)
    assert found(batch) == [["name:appraisal.self"], []]


def test_namesakes_are_told_apart_by_the_template_alone(check, cycle, district, staff):
    make_cadre(district.township_a, name="赵甲")
    draw_population(cycle=cycle, by=staff, at=NOON)
    assert found(check(mark_row(**WHOLE))) == [["name:mark.several"]]


def test_the_same_period_of_somebody_stands_once_in_a_file(check):
    batch = check(mark_row(**WHOLE), mark_row(period="三季度", **WHOLE), mark_row(period="第二季度", **WHOLE))
    assert found(batch) == [[], ["name:row.duplicate"], []]


def test_a_group_without_the_component_and_a_year_that_is_over_are_refused(check, cycle, people, staff):
    person(cycle, people["b"]).group.components.filter(component=REVIEW).delete()
    assert found(check(mark_row("钱乙", TOWNSHIP_B, **WHOLE))) == [["component:mark.component"]]
    take_to(cycle, "totalling", staff)
    assert found(check(mark_row(**WHOLE))) == [["period:cycle.state"]]


def test_where_people_were_named_the_others_are_refused_and_get_no_rows(check, cycle, people, district, leader):
    other, group = make_user("leader", district.top), person(cycle, people["a"]).group
    GroupRater.objects.create(group=group, component=REVIEW, rater=other)
    batch = check(mark_row(**WHOLE), mark_row("钱乙", TOWNSHIP_B, **WHOLE))
    assert found(batch) == [["component:mark.rater"], []]
    assert found(check(mark_row(**WHOLE), by=other)) == [[]]
    assert [row["姓名"] for row in download(district.top, leader, kind="marks").rows] == ["钱乙", "孙丙"]


def test_a_period_that_has_not_begun_is_refused(check, cycle):
    type(cycle).objects.filter(pk=cycle.pk).update(year=2027)
    assert found(check(mark_row(period="2027年第一季度", **WHOLE))) == [["period:mark.future"]]


def test_what_is_on_file_is_compared_cell_by_cell_and_is_not_emptied(check, cycle, people, leader):
    a, b = person(cycle, people["a"]), person(cycle, people["b"])
    give(cycle, a, leader, 90_000, "任务办结")
    give(cycle, b, leader, 90_000, "任务办结")
    batch = check(
        mark_row(conduct=91, style=88, style_reason="实"),
        mark_row("钱乙", TOWNSHIP_B, conduct="-", conduct_reason="-"),
        mark_row("孙丙", "共青团示范区委员会"),
    )
    assert [(one.column, one.old, one.new) for one in loaded(batch)[0].differences] == [
        ("conduct", "90", "91"),
        ("style", "", "88"),
        ("style_reason", "", "实"),
    ]
    assert changes(batch) == ["changed", "error", "same"]
    assert found(batch)[1] == ["conduct:mark.blank", "conduct_reason:mark.reason"]


def test_what_a_file_leaves_out_of_its_group_is_named(check, cycle, district, leader, staff):
    make_cadre(district.township_a, name="李戊")
    draw_population(cycle=cycle, by=staff, at=NOON)
    batch = check(mark_row(**WHOLE))
    kind = all_kinds()["marks"]
    context = context_for(batch, kind, NOW)
    words = kind.describe_absent(batch.layout["absent"], context)
    assert [(one.title, one.detail) for one in words] == [("李戊", "2026年第三季度，领导评鉴，还没有评")]
    assert kind.describe_absent([1, 47], context) == []


# ---- writing and taking back ---------------------------------------------------------------
def test_rows_are_written_as_a_grid_is_and_taken_back(cycle, people, district, leader):
    give(cycle, person(cycle, people["a"]), leader, 80_000, "原来的话")
    before = marks()
    rows = [mark_row(**WHOLE), mark_row("钱乙", TOWNSHIP_B, period="第二季度", conduct=70, conduct_reason="偏慢")]
    batch = imported_marks(rows, district.top, leader)
    assert (batch.state, counts(batch)) == ("applied", (1, 1, 0, 0))
    name = leader.username
    assert marks() == [
        ("赵甲", 1, 3, 1, name, 90_000, "任务办结"),
        ("赵甲", 1, 3, 2, name, 88_500, "作风实"),
        ("钱乙", 1, 2, 1, name, 70_000, "偏慢"),
    ]
    assert AuditEvent.objects.filter(action="appraisal.mark").count() == 2
    assert undone(batch) == [BACK, BACK]
    assert (marks(), PeriodMark.objects.get().version) == (before, 3)
    assert AuditEvent.objects.get(action="appraisal.unmark").facts == {"rows": 3}


def test_one_row_of_a_sheet_and_one_cell_of_a_grid_leave_the_same(cycle, people, district, leader):
    give(cycle, person(cycle, people["a"]), leader, 90_000, "任务办结")
    names = ("participant", "component", "period", "dimension", "rater", "mark", "reason", "marked_at", "version")
    single = list(PeriodMark.objects.values_list(*names))
    PeriodMark.objects.all().delete()
    imported_marks([mark_row(conduct=90, conduct_reason="任务办结")], district.top, leader)
    assert list(PeriodMark.objects.values_list(*names)) == single


def test_what_went_on_since_is_kept(cycle, people, district, leader):
    a, b = person(cycle, people["a"]), person(cycle, people["b"])
    batch = imported_marks([mark_row(**WHOLE), mark_row("钱乙", TOWNSHIP_B, **WHOLE)], district.top, leader)
    give(cycle, a, leader, 60_000, "后来改的", version=1)
    PeriodMark.objects.filter(participant=b, dimension=2).delete()
    assert [code for code, _reason in undone(batch)] == ["kept", "kept"]
    assert len(marks()) == 3


def test_marks_are_taken_back_by_whoever_gave_them_while_they_may_be_given(cycle, district, leader, staff):
    batch = imported_marks([mark_row(**WHOLE)], district.top, leader)
    assert told(batch, "foresee_undo", by=make_user("leader", district.top)) == [("impossible", "undo.others")]
    take_to(cycle, "totalling", staff)
    assert undone(batch) == [("impossible", "undo.marks_over")]
    assert len(marks()) == 2


# ---- the template and the export --------------------------------------------------------------
def test_an_export_comes_back_with_no_changes_and_holds_the_own_marks_alone(cycle, people, district, leader):
    a, b = person(cycle, people["a"]), person(cycle, people["b"])
    other = make_user("leader", district.top)
    give(cycle, a, leader, 90_500, "自己的话")
    give(cycle, b, other, 61_500, "别人的话")
    file = download(district.top, leader, Wanted(for_update=True, choice=f"1-{a.group_id}-3"), kind="marks")
    assert [(row["姓名"], row["期次"], row["日常表现"], row["日常表现理由"]) for row in file.rows] == [
        ("赵甲", "2026年第三季度", "90.5", "自己的话")
    ]
    everybody = download(district.top, leader, kind="marks")
    assert [(row["姓名"], row["期次"], row["项目"]) for row in everybody.rows] == [
        ("赵甲", "2026年第四季度", "领导评鉴"),
        ("钱乙", "2026年第四季度", "领导评鉴"),
        ("孙丙", "2026年第四季度", "领导评鉴"),
    ]
    assert "别人的话" not in str(everybody.rows)
    for one in (file, everybody):
        batch = checked_file(one.saved(), district.top, leader)
        assert (set(changes(batch)), {code for codes in found(batch) for code in codes}) == ({"same"}, set())


def test_the_template_of_somebody_who_is_appraised_leaves_that_person_out(cycle, people, district):
    user = account_of(people["top"], "district_staff", district.top)
    assert {row["姓名"] for row in download(district.top, user, kind="marks").rows} == {"赵甲", "钱乙"}


def test_a_template_is_filled_in_and_uploaded(cycle, people, district, leader):
    a = person(cycle, people["a"])
    choice = Wanted(for_update=True, choice=f"1-{a.group_id}-3")
    file = download(district.top, leader, choice, kind="marks")
    file.rows[0] |= {"日常表现": 90, "日常表现理由": "好"}
    batch = applied(checked_file(file.saved(), district.top, leader))
    assert (batch.state, marks()) == ("applied", [("赵甲", 1, 3, 1, leader.username, 90_000, "好")])


def test_a_template_that_was_overtaken_is_refused_cell_by_cell(cycle, people, district, leader):
    a = person(cycle, people["a"])
    choice = Wanted(for_update=True, choice=f"1-{a.group_id}-3")
    file = download(district.top, leader, choice, kind="marks")
    give(cycle, a, leader, 60_000, "在网页上评的")
    file.rows[0] |= {"日常表现": 90, "日常表现理由": "好", "工作作风": 80, "工作作风理由": "实"}
    assert found(checked_file(file.saved(), district.top, leader)) == [
        ["conduct:stamp.stale", "conduct_reason:stamp.stale"]
    ]


def test_a_row_of_a_template_keeps_whom_it_is_about(cycle, people, district, leader):
    file = download(district.top, leader, kind="marks")
    file.rows = [file.rows[0] | {"姓名": "钱乙", "日常表现": 90, "日常表现理由": "好"}]
    assert found(checked_file(file.saved(), district.top, leader)) == [["name:mark.row_moved"]]


def test_a_template_of_another_rater_or_about_who_left_is_not_taken(cycle, people, district, leader, staff):
    file = download(district.top, leader, kind="marks")
    file.rows[0] |= {"日常表现": 90, "日常表现理由": "好"}
    assert found(checked_file(file.saved(), district.top, staff))[0] == ["name:stamp.unknown"]
    Participant.objects.filter(cadre=people["a"]).update(standing="withdrawn")
    assert found(checked_file(file.saved(), district.top, leader))[0] == ["name:stamp.over"]


@pytest.mark.parametrize("count", [1, 30])
def test_more_rows_take_as_many_queries(cycle, district, leader, staff, count, django_assert_num_queries):
    names = [f"吴{chr(0x4E00 + number)}" for number in range(count)]
    for name in names:
        make_cadre(district.top, name=name, league_post="staff")
    draw_population(cycle=cycle, by=staff, at=NOON)
    kind = all_kinds()["marks"]
    batch = checked_marks([mark_row(name, district.top.name, **WHOLE) for name in names], district.top, leader)
    rows, context = loaded(batch), context_for(batch, kind, NOW)
    with django_assert_num_queries(8):
        kind.match(rows, context)
        kind.check(rows, context)
        kind.absent(rows, context)
    assert PeriodMark.objects.count() == 0
