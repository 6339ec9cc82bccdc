"""What an import of a 周报 writes, what of it is taken back, and what comes back unchanged."""

import random
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from linkage.choices import WeekState
from linkage.models import WeeklyReport
from linkage.models.weekly import CONTENT
from linkage.rules import plain_words
from orgs.access import scope_of
from orgs.services import merge_organisation, move_organisation
from tests.factories import NOW, make_organisation, make_user
from tests.linkage.conftest import THIS, entry, write
from tests.linkage.week_sheets import A1, A2, checked_file, checked_weeks, imported_weeks, reports, week_row
from tests.orgs.unit_sheets import changes, found, loaded, told
from tests.rosters import applied, counts, worked
from tests.sheets.downloads import download
from youthleague.audit.models import AuditEvent
from youthleague.kernel.columns import STAMP
from youthleague.kernel.sheet_kinds import SheetContext
from youthleague.sheets.choices import ApplyMode
from youthleague.sheets.services.errors import error_workbook
from youthleague.sheets.services.exports import Wanted
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.moving import context_for
from youthleague.sheets.services.undoing import forecast_undo, request_undo

pytestmark = pytest.mark.django_db
BACK = ("restored", "")


@pytest.fixture
def enter(district, secretary):
    """Import rows of township A."""
    return lambda *rows: imported_weeks(rows, district.township_a, secretary)


def undone(batch) -> list[tuple[str, str]]:
    """Undo a batch; what was foreseen, which changes nothing, is what is done."""
    before = reports()
    foreseen = told(batch, "foresee_undo")
    assert reports() == before
    assert told(batch, "undo") == foreseen
    return foreseen


# ---- writing -------------------------------------------------------------------------
def test_rows_of_several_weeks_are_written_and_taken_back(enter, district, secretary):
    write(secretary, entry(district.township_a, theme="没动的"), at=NOW)
    before = reports()
    batch = enter(
        week_row(theme="清河", done="清了河\n\n 植了树 ", forces=12, youth_served=0, need="缺人", next_week="植树"),
        week_row(A2, done="本周无重点事项"),
        week_row(week=47, theme="补上周"),
    )
    assert (batch.state, counts(batch)) == ("applied", (3, 0, 0, 0))
    row = WeeklyReport.objects.of_week(THIS).get(organisation=district.village_a1)
    assert [getattr(row, name) for name in CONTENT] == ["清河", "清了河\n植了树", 12, 0, "缺人", "植树"]
    assert (row.state, row.lineage, row.reported_by, row.reported_at) == (
        "done",
        district.village_a1.lineage,
        secretary,
        NOW,
    )
    quiet = WeeklyReport.objects.get(organisation=district.village_a2)
    assert (quiet.is_quiet, quiet.done, quiet.state) == (True, "", "done")
    facts = [event.facts for event in AuditEvent.objects.filter(action="week.report").order_by("pk")]
    assert facts[1:] == [{"rows": 1, "week": "2026-W47"}, {"rows": 2, "week": "2026-W48"}]
    assert undone(batch) == [BACK] * 3
    assert reports() == before
    assert AuditEvent.objects.get(action="week.undo").facts == {"rows": 3, "week": "2026-W47、2026-W48"}


@pytest.mark.parametrize(
    "said",
    [
        {
            "theme": "清河",
            "done": " 清了河\n植了树\n",
            "forces": 12,
            "youth_served": 40,
            "need": "无",
            "next_week": "植树",
        },
        {"done": "本周无重点事项", "need": "缺人"},
        {"theme": "清河"},
        {"is_quiet": True},
        {"done": "还是有事", "is_quiet": True},
    ],
)
def test_one_row_by_file_and_by_form_are_the_same_row(enter, district, secretary, said):
    write(secretary, entry(district.village_a2, **said), at=NOW)
    enter(week_row(**{name: "是" if value is True else value for name, value in said.items()}))
    own = {"organisation_id", "lineage"}
    rows = [{name: value for name, value in row.items() if name not in own} for row in reports()]
    assert rows[0] == rows[1]
    assert set(WeeklyReport.objects.values_list("version", flat=True)) == {1}


def test_what_is_on_file_is_changed_cleared_and_given_back(enter, district, secretary, staff):
    write(staff, entry(district.village_a1, theme="清河", done="清了河", forces=3, need="缺人"), at=NOW)
    write(secretary, entry(district.village_a2, is_exempt=True), at=NOW)
    before = reports()
    batch = enter(week_row(forces="-", need="-", done="本周无重点事项"), week_row(A2, done="还是做了"))
    first, second = WeeklyReport.objects.of_week(THIS).order_by("lineage")
    assert (first.theme, first.done, first.is_quiet, first.forces, first.need) == ("清河", "", True, None, "")
    assert (first.reported_by, second.state, second.version) == (secretary, WeekState.DONE, 2)
    assert undone(batch) == [BACK] * 2
    assert reports() == before
    assert set(WeeklyReport.objects.values_list("version", flat=True)) == {3}


def test_only_right_rows_are_written_when_that_is_asked(district, secretary):
    batch = checked_weeks([week_row(done="好"), week_row(A2, done="一\n二\n三\n四")], district.township_a, secretary)
    file = error_workbook(batch=batch, kind=all_kinds()["weeks"], by=secretary, at=NOW)
    again = checked_file(file.content, district.township_a, secretary)
    assert found(again) == [[], ["done:week.lines"]]
    batch = applied(batch, ApplyMode.VALID)
    assert [row["organisation_id"] for row in reports()] == [district.village_a1.pk]


# ---- others were quicker --------------------------------------------------------------
def test_a_week_that_moved_on_sends_the_batch_back(district, secretary, staff):
    write(secretary, entry(district.village_a1, theme="清河"), at=NOW)
    batch = checked_weeks([week_row(done="好"), week_row(A2, done="好")], district.township_a, secretary)
    write(staff, entry(district.village_a1, version=1, theme="别人写的"), at=NOW)
    before = reports()
    batch = applied(batch)
    assert (batch.message_code, reports()) == ("row.stale", before)
    batch = applied(worked(batch))
    assert WeeklyReport.objects.values_list("theme", "done").get(organisation=district.village_a1) == ("别人写的", "好")


def test_a_week_that_somebody_wrote_meanwhile_sends_the_batch_back(district, secretary, staff):
    batch = checked_weeks([week_row(done="好")], district.township_a, secretary)
    write(staff, entry(district.village_a1, theme="别人写的"), at=NOW)
    assert applied(batch).message_code == "row.stale"


def test_a_unit_that_was_merged_meanwhile_sends_the_batch_back(district, secretary, staff):
    batch = checked_weeks([week_row(done="好"), week_row(A2, done="好")], district.township_a, secretary)
    day = date(2026, 11, 23)
    merge_organisation(organisation=district.village_a2, into=district.village_a1, on=day, by=staff, at=NOW)
    batch = applied(batch)
    assert (batch.message_code, reports()) == ("row.stale", [])
    assert found(worked(batch)) == [[], ["organisation:organisation.unknown"]]


def test_a_week_that_is_over_by_the_time_of_writing_is_refused(district, secretary):
    batch = checked_weeks([week_row(week=44, done="好")], district.township_a, secretary)
    kind = all_kinds()["weeks"]
    context = context_for(batch, kind, NOW + timedelta(days=7))
    with pytest.raises(ValidationError) as refused:
        kind.apply(loaded(batch), context)
    assert (refused.value.code, reports()) == ("week.past", [])


# ---- taking back ------------------------------------------------------------------------
def test_what_somebody_went_on_from_stays(enter, district, secretary, staff):
    batch = enter(week_row(done="一"), week_row(A2, done="二"), week_row("青禾街道团工委", done="三"))
    write(staff, entry(district.village_a1, version=1, done="改过"), at=NOW)
    WeeklyReport.objects.filter(organisation=district.village_a2).delete()
    assert undone(batch) == [("kept", "undo.changed"), ("kept", "undo.gone"), BACK]
    assert [row["done"] for row in reports()] == ["改过"]


def test_what_is_out_of_reach_cannot_be_taken_back(enter, district, secretary, staff):
    batch = enter(week_row(done="一"), week_row(A2, done="二"))
    day = date(2026, 11, 23)
    move_organisation(organisation=district.village_a1, parent=district.township_b, on=day, by=staff, at=NOW)
    merge_organisation(organisation=district.village_a2, into=district.township_a, on=day, by=staff, at=NOW)
    before = reports()
    assert undone(batch) == [("impossible", "undo.scope"), ("impossible", "undo.unit_off")]
    assert reports() == before
    assert not AuditEvent.objects.filter(action="week.undo").exists()


def test_a_week_long_past_is_not_taken_back(enter, secretary):
    batch = enter(week_row(week=44, done="一"), week_row(done="二"))
    forecast = forecast_undo(batch=batch, by=secretary, at=NOW + timedelta(days=7))
    assert [(one.outcome, one.reason.code if one.reason else "") for one in forecast.rows] == [
        ("impossible", "undo.week_past"),
        BACK,
    ]


def test_an_undo_goes_the_whole_way(enter, secretary):
    batch = enter(week_row(done="一"))
    digest = forecast_undo(batch=batch, by=secretary, at=NOW).digest
    request_undo(batch=batch, digest=digest, by=secretary, at=NOW)
    assert (worked(batch).state, reports()) == ("undone", [])


# ---- out and in again ------------------------------------------------------------------
texts = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]) | st.sampled_from("=+-@'\t\r\n＝－*＊~#/无"),
    max_size=40,
)
weeks = st.fixed_dictionaries(
    {},
    optional={
        "theme": texts.map(plain_words).filter(lambda text: "\n" not in text),
        "done": st.lists(texts, max_size=3).map("\n".join),
        "forces": st.none() | st.integers(0, 1_000_000),
        "youth_served": st.none() | st.integers(0, 1_000_000),
        "need": texts.map(plain_words).filter(lambda text: "\n" not in text),
        "next_week": texts.map(plain_words).filter(lambda text: "\n" not in text),
        "is_quiet": st.booleans(),
        "is_exempt": st.booleans(),
    },
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate],  # shrinking would take minutes: each example is a whole import
)
@given(rows=st.lists(weeks, min_size=1, max_size=6), seed=st.integers(0, 10**6))
def test_an_export_imports_back_with_zero_changes(district, rows, seed):
    staff = make_user("district_staff", district.top)
    units = [district.township_a, district.village_a1, district.village_a2, district.village_b1, district.village_b2]
    WeeklyReport.objects.all().delete()
    for unit, said in zip(units, rows, strict=False):
        one = entry(unit, **said)
        lines = plain_words(said.get("done", "")).splitlines()
        if len(lines) <= 3 and (one.is_exempt or one.is_quiet or plain_words(said.get("theme", "")) or lines):
            write(staff, one, at=NOW)
    before = reports()
    file = download(district.top, staff, kind="weeks")
    assert len(file.rows) == 6
    chance = random.Random(seed)
    chance.shuffle(file.rows)
    chance.shuffle(file.titles)
    for content in (file.content, file.saved(), _unstamped(file)):
        batch = checked_file(content, district.top, staff)
        assert found(batch) == [[]] * len(loaded(batch))
        assert set(changes(batch)) == {"same"}
    assert reports() == before


def _unstamped(file) -> bytes:
    """Write the rows of those who have written without their stamps, as somebody copies them."""
    file.rows = [{**row, STAMP.title: None} for row in file.rows if _says_anything(row)] or file.rows
    return file.saved()


def _says_anything(row) -> bool:
    named = {"序号", "周次", "单位", STAMP.title}
    return any(value is not None for title, value in row.items() if title not in named)


def test_this_week_of_every_unit_is_exported_blank_where_nothing_was_written(district, secretary, staff):
    write(
        staff, entry(district.village_b1, done="别街乡的事"), entry(district.village_a1, done="清了河\n植了树"), at=NOW
    )
    file = download(district.township_a, secretary, kind="weeks")
    assert [(row["周次"], row["单位"].rpartition("/")[2], row["本周主要工作"]) for row in file.rows] == [
        ("2026年第48周", "青禾街道团工委", None),
        ("2026年第48周", A1, "清了河\n植了树"),
        ("2026年第48周", A2, None),
    ]


def test_the_template_of_the_week_is_filled_in_and_uploaded(district, secretary):
    file = download(district.township_a, secretary, Wanted(for_update=True), kind="weeks")
    file.rows[0] |= {"本周主要工作": "开了会"}
    file.rows[1] |= {"本周主要工作": "本周无重点事项"}
    batch = checked_file(file.saved(), district.township_a, secretary)
    assert (changes(batch), found(batch)) == (["new", "new", "same"], [[], [], []])
    applied(batch)
    assert [row["state"] for row in reports()] == ["done", "done"]


def test_a_template_that_somebody_was_quicker_than_is_refused(district, secretary, staff):
    file = download(district.township_a, secretary, Wanted(for_update=True), kind="weeks")
    write(staff, entry(district.village_a1, done="别人写的", forces=3), at=NOW)
    write(staff, entry(district.village_a2, done="也写了"), at=NOW)
    file.rows[1] |= {"本周主要工作": "自己写的"}
    batch = checked_file(file.saved(), district.township_a, secretary)
    assert found(batch) == [[], ["done:stamp.stale"], []]
    assert found(batch, blocking=False)[2] == ["organisation:stamp.kept"]


def test_a_week_that_was_taken_back_meanwhile_is_not_written_by_an_old_file(enter, district, secretary):
    batch = enter(week_row(done="一"))
    file = download(district.township_a, secretary, kind="weeks")
    undone(batch)
    file.rows[1] |= {"本周主要工作": "二"}
    assert found(checked_file(file.saved(), district.township_a, secretary)) == [[], ["done:stamp.stale"], []]


@pytest.mark.parametrize(("title", "text"), [("周次", "2026年第47周"), ("单位", A2)])
def test_a_row_of_a_template_keeps_its_unit_and_week(district, secretary, title, text):
    file = download(district.township_a, secretary, kind="weeks")
    file.rows = [file.rows[1] | {title: text, "本周主要工作": "好"}]
    column = {"周次": "week", "单位": "organisation"}[title]
    assert found(checked_file(file.saved(), district.township_a, secretary)) == [[f"{column}:week.row_moved"]]


def test_rows_of_units_that_are_gone_or_foreign_are_refused_by_their_stamps(district, secretary, staff):
    file = download(district.top, staff, kind="weeks")
    day = date(2026, 11, 23)
    merge_organisation(organisation=district.village_a2, into=district.village_a1, on=day, by=staff, at=NOW)
    rows = {row["单位"].rpartition("/")[2]: row | {"本周主要工作": "好"} for row in file.rows}
    file.rows = [rows[A2], rows["石井村团支部"], rows[A1]]
    own = found(checked_file(file.saved(), district.township_a, secretary))
    assert [codes[-1:] for codes in own] == [["organisation:stamp.over"], ["organisation:stamp.unknown"], []]


def test_what_an_export_lists_takes_as_many_queries_with_more_rows(district, staff, django_assert_num_queries):
    kind, day = all_kinds()["weeks"], date(2026, 11, 23)
    for unit, count in ((district.village_a1, 3), (district.top, 3)):
        scope = context_of(kind, unit, staff, day)
        with django_assert_num_queries(count):
            assert list(kind.current_rows(scope))


@pytest.mark.parametrize("villages", [1, 30])
def test_more_rows_take_as_many_queries(district, secretary, villages, django_assert_num_queries):
    names = [f"村{number}团支部" for number in range(villages)]
    for name in names:
        make_organisation(name, district.township_a, 5, "village")
    kind, unit = all_kinds()["weeks"], district.township_a
    batch = checked_weeks([week_row(name, done="好") for name in names], unit, secretary)
    rows, context = loaded(batch), context_for(batch, kind, NOW)
    with django_assert_num_queries(8):
        kind.match(rows, context)
        kind.check(rows, context)
        kind.absent(rows, context)
    with django_assert_num_queries(14):
        written = kind.apply(rows, context)
    with django_assert_num_queries(3):
        kind.foresee_undo(written, context)
    with django_assert_num_queries(3):
        kind.describe_touched([(one.model, one.pk) for row in written for one in row.touched], context)
        kind.describe_absent([row.target["appointment"] for row in rows], context)
    assert WeeklyReport.objects.count() == villages


def context_of(kind, unit, by, day) -> SheetContext:
    """Give the context of an export."""
    scope = scope_of(by, day).holding(kind.permission)
    return SheetContext(by=by, scope=scope, day=day, at=NOW, organisation_id=unit.pk)
