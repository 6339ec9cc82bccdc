"""What an import of the 团组织花名册 writes, what of it is taken back, and what stays as it was."""

from datetime import date, timedelta

import pytest

from orgs.choices import Formation
from orgs.models import Organisation, TermElection
from orgs.services import correct_organisation, found_organisation, rename_organisation
from tests.factories import NOW, TODAY, elect, give_role, make_cadre, make_user
from tests.orgs.trees import events, fresh, placements
from tests.orgs.unit_sheets import checked_units, found, imported_units, only, told, tree, unit_row
from tests.rosters import applied
from youthleague.sheets.choices import ApplyMode
from youthleague.sheets.services.batches import decide_row, leave_out_row

pytestmark = pytest.mark.django_db
BACK = ("restored", "")


@pytest.fixture
def staff(district):
    return make_user("district_staff", district.top, "staff")


@pytest.fixture
def enter(district, staff):
    """Import rows of the district."""
    return lambda *rows: imported_units(rows, district.top, staff)


def named(name: str) -> Organisation:
    return Organisation.objects.get(name=name)


def undone(batch) -> list[tuple[str, str]]:
    """Undo a batch; what was foreseen, which changes nothing, is what is done."""
    before = tree()
    foreseen = told(batch, "foresee_undo")
    assert tree() == before
    assert told(batch, "undo") == foreseen
    return foreseen


# ---- writing -------------------------------------------------------------------------
def test_new_units_are_founded_superiors_first_and_nothing_else_changes(enter, district):
    begun, before = len(events("org.found")), tree()
    batch = enter(
        unit_row(
            "新村三组团支部", "新村团总支", formation="联合", member_count=7, elected_on="2024-05-04", term_years=3
        ),
        unit_row("新村团总支", kind="团总支", village_kind="村", uscc=None, has_youth_home="有"),
    )
    assert batch.state == "applied"
    branch, above = named("新村三组团支部"), named("新村团总支")
    assert (branch.parent, above.parent, above.level) == (above, district.township_b, "village")
    assert (branch.level, branch.is_joint, branch.formation) == ("unit", True, Formation.JOINT)
    assert (branch.member_count, branch.founded_on, above.has_youth_home) == (7, date(2019, 5, 4), True)
    assert (branch.elected_on, branch.term_years, branch.term_ends_on) == (date(2024, 5, 4), None, date(2027, 5, 4))
    assert placements(branch) == [("新村三组团支部", above.pk, date(2019, 5, 4), None)]
    assert len(events("org.found")) == begun + 2
    assert undone(batch) == [BACK, BACK]
    assert tree() == before


def test_an_import_writes_what_the_single_acts_write(enter, district, staff):
    enter(unit_row("甲团支部", member_count=5))
    alone = Organisation(
        parent=district.township_b, name="乙团支部", kind=5, level="unit", sector=15, founded_on=date(2019, 5, 4)
    )
    alone.member_count = 5
    found_organisation(organisation=alone, on=TODAY, by=staff, at=NOW)
    own = {"id", "name", "lineage", "search_keys"}
    rows = [
        {name: value for name, value in row.items() if name not in own}
        for row in Organisation.objects.filter(name__in=["甲团支部", "乙团支部"]).values()
    ]
    assert rows[0] == rows[1]


def test_facts_are_corrected_cleared_and_given_back(enter, district, staff):
    unit = district.village_b1
    values = {"short_name": "石井", "member_count": 4, "is_student": True, "host_unit": "旧单位"}
    correct_organisation(organisation=unit, version=unit.version, values=values, by=staff, at=NOW)
    before = tree()
    batch = enter(
        only(
            name="石井村团支部",
            superior="柳溪镇团委",
            short_name="-",
            member_count=12,
            is_student="否",
            formation="依托",
        ),
        only(name="松涛社区团支部", superior="青禾街道团工委"),
    )
    unit = fresh(unit)
    assert (unit.short_name, unit.member_count, unit.is_student, unit.formation) == ("", 12, False, "leaning")
    assert unit.host_unit == "旧单位"
    assert undone(batch) == [BACK]
    assert tree() == before


def test_another_name_is_a_change_from_a_day_and_can_be_taken_back(enter, district, staff):
    unit, before = district.village_b1, tree()
    correct_organisation(organisation=unit, version=unit.version, values={"code": "1.1"}, by=staff, at=NOW)
    before = tree()
    batch = enter(only(name="石井新村团支部", superior="柳溪镇团委", code="1.1"))
    first = placements(unit)[0]
    assert placements(unit) == [
        ("石井村团支部", unit.parent_id, first[2], TODAY),
        ("石井新村团支部", unit.parent_id, TODAY, None),
    ]
    assert undone(batch) == [BACK]
    assert tree() == before


def test_a_name_that_was_written_wrong_was_never_another(district, staff):
    unit = district.village_b1
    correct_organisation(organisation=unit, version=unit.version, values={"code": "1.1"}, by=staff, at=NOW)
    [(_name, parent, begun, _ended)], before = placements(unit), tree()
    batch = checked_units([only(name="石景村团支部", superior="柳溪镇团委", code="1.1")], district.top, staff)
    decide_row(row=batch.rows.get(), decision="change", on=TODAY + timedelta(days=1), by=staff, at=NOW)
    assert found(batch) == [["name:date.future"]]
    decide_row(row=batch.rows.get(), decision="change", on=begun - timedelta(days=1), by=staff, at=NOW)
    assert found(batch) == [["name:org.date"]]
    decide_row(row=batch.rows.get(), decision="correction", on=None, by=staff, at=NOW)
    assert found(batch) == [[]]
    batch = applied(batch)
    assert placements(unit) == [("石景村团支部", parent, begun, None)]
    assert undone(batch) == [BACK]
    assert tree() == before


def test_a_later_election_begins_a_term_and_is_not_taken_back(enter, district):
    elect(district.village_b1, date(2021, 5, 4))
    batch = enter(only(name="石井村团支部", superior="柳溪镇团委", elected_on="2024-05-06", member_count=3))
    held = TermElection.objects.filter(organisation=district.village_b1).order_by("held_on")
    assert [one.held_on for one in held] == [date(2021, 5, 4), date(2024, 5, 6)]
    unit = fresh(district.village_b1)
    assert (unit.elected_on, unit.term_ends_on, unit.member_count) == (date(2024, 5, 6), date(2027, 5, 6), 3)
    before = tree()
    assert undone(batch) == [("impossible", "undo.election")]
    assert tree() == before


# ---- others were quicker --------------------------------------------------------------
def test_a_unit_that_moved_on_sends_the_batch_back(district, staff):
    rows = [only(name="石井村团支部", superior="柳溪镇团委", member_count=3), unit_row("甲团支部")]
    batch, unit = checked_units(rows, district.top, staff), district.village_b1
    correct_organisation(organisation=unit, version=unit.version, values={"youth_count": 3}, by=staff, at=NOW)
    before = tree()
    batch = applied(batch)
    assert (batch.message_code, tree()) == ("row.stale", before)


def test_a_name_that_was_taken_meanwhile_sends_the_batch_back(district, staff):
    batch = checked_units([unit_row("甲团支部")], district.top, staff)
    alone = Organisation(parent=district.township_b, name="甲团支部", kind=5, level="unit", sector=15)
    found_organisation(organisation=alone, on=TODAY, by=staff, at=NOW)
    before = tree()
    batch = applied(batch)
    assert (batch.message_code, tree()) == ("row.stale", before)


def test_a_superior_that_is_left_out_is_missed(district, staff):
    rows = [unit_row("新村团总支", kind="团总支"), unit_row("一组团支部", "新村团总支")]
    batch, before = checked_units(rows, district.top, staff), tree()
    leave_out_row(row=batch.rows.get(number=2), left_out=True, by=staff)
    batch = applied(batch, ApplyMode.VALID)
    assert (batch.state, batch.message_code, tree()) == ("failed", "org.parent_row", before)


# ---- taking back ------------------------------------------------------------------------
def test_what_is_used_by_now_stays(enter, district, staff):
    batch = enter(
        unit_row("甲团总支", kind="团总支"),
        unit_row("乙团支部", "甲团总支"),
        unit_row("丙团支部"),
        unit_row("丁团支部"),
        unit_row("戊团支部"),
        unit_row("己团支部"),
    )
    make_cadre(named("乙团支部"))
    give_role(make_user("village_secretary", district.village_a1, "sec"), named("丙团支部"), "village_secretary")
    unit = named("丁团支部")
    rename_organisation(organisation=unit, name="新丁团支部", on=TODAY, by=staff, at=NOW)
    elect(named("戊团支部"), date(2024, 5, 4))
    used = ("kept", "undo.unit_used")
    assert undone(batch) == [used, used, used, ("kept", "undo.changed"), ("kept", "undo.changed"), BACK]
    assert not Organisation.objects.filter(name="己团支部").exists()
    assert events("org.remove")[0][1].startswith(district.township_b.lineage)


def test_a_row_that_somebody_changed_since_stays_and_a_taken_name_is_not_given_back(enter, district, staff):
    for unit, code in ((district.village_b1, "1"), (district.village_a1, "2")):
        correct_organisation(organisation=unit, version=unit.version, values={"code": code}, by=staff, at=NOW)
    batch = enter(
        only(name="石井新村团支部", superior="柳溪镇团委", code="1"),
        only(name="松涛社区团支部", superior="青禾街道团工委", member_count=8),
    )
    alone = Organisation(parent=district.township_b, name="石井村团支部", kind=5, level="village", sector=15)
    found_organisation(organisation=alone, on=TODAY, by=staff, at=NOW)
    unit = fresh(district.village_a1)
    correct_organisation(organisation=unit, version=unit.version, values={"youth_count": 8}, by=staff, at=NOW)
    before = tree()
    assert undone(batch) == [("impossible", "undo.name_taken"), ("kept", "undo.changed")]
    assert tree() == before


@pytest.mark.parametrize("page", ["upload", "template", "export"])
def test_only_those_who_keep_the_tree_import_it(district, client, plain_static_files, staff, page):
    client.force_login(make_user("township_secretary", district.township_a), backend="orgs.backends.RoleBackend")
    assert client.get(f"/sheets/organisations/{page}/").status_code == 403
    client.force_login(staff, backend="orgs.backends.RoleBackend")
    assert client.get(f"/sheets/organisations/{page}/").status_code == 200
