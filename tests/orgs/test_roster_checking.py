"""Which unit a row of the 团组织花名册 means, and what the rules say of it."""

from datetime import date

import pytest

from orgs.choices import Level, OrganisationKind
from orgs.models import Organisation
from orgs.services import close_organisation, correct_organisation
from tests.factories import NOW, TODAY, elect, make_organisation, make_user
from tests.orgs.unit_sheets import changes, checked_units, found, loaded, only, tree, unit_row

pytestmark = pytest.mark.django_db
FOREIGN = "superior:organisation.unknown"


@pytest.fixture
def staff(district):
    return make_user("district_staff", district.top, "staff")


@pytest.fixture
def check(district, staff):
    """Check rows of the whole district, or of a unit; nothing is changed by it."""

    def checking(*rows, unit=None):
        before = tree()
        batch = checked_units(rows, unit or district.top, staff)
        assert tree() == before
        return batch

    return checking


def give_code(unit: Organisation, code: str, staff) -> None:
    correct_organisation(organisation=unit, version=unit.version, values={"code": code}, by=staff, at=NOW)
    unit.refresh_from_db()


# ---- who is meant -----------------------------------------------------------------
def test_a_unit_on_file_is_known_by_its_name_under_its_superior(check, district):
    batch = check(
        only(name="石井村团支部", superior="柳溪镇团委", member_count=9),
        only(name=" 石井村 团支部", superior="共青团示范区委员会/青禾街道团工委", kind="团支部"),
    )
    first, second = loaded(batch)
    assert first.target == {"appointment": district.village_b1.pk, "version": district.village_b1.version}
    assert [(one.column, one.old, one.new) for one in first.differences] == [("member_count", "", "9")]
    assert changes(batch) == ["changed", "error"]
    assert (second.target["appointment"], second.target["parent"]) == (None, district.township_a.pk)
    assert found(batch, blocking=False)[1] == ["name:org.namesake"]


def test_a_code_says_more_than_a_name(check, district, staff):
    give_code(district.village_b1, "001.002", staff)
    batch = check(only(name="石井新村团支部", superior="柳溪镇团委", code="001.002"))
    [row] = loaded(batch)
    assert row.target["appointment"] == district.village_b1.pk
    assert ([one.value for one in row.options], row.decision, row.decided_on) == (
        ["correction", "change"],
        "change",
        TODAY,
    )


def test_a_name_that_several_units_bear_wants_the_superior(check, district, staff):
    twin = make_organisation("石井村团支部", district.township_a, OrganisationKind.BRANCH, Level.VILLAGE)
    give_code(twin, "9.9", staff)
    batch = check(
        only(name="石井村团支部", member_count=1),
        only(name="石井村团支部", superior="青禾街道团工委", member_count=2),
    )
    assert found(batch) == [["name:organisation.ambiguous"], []]
    assert loaded(batch)[1].target["appointment"] == twin.pk


def test_new_units_may_stand_under_one_another_in_any_order(check):
    batch = check(
        unit_row("新村三组团支部", "新村团总支"),
        unit_row("新村团总支", "柳溪镇团委", kind="团总支"),
        unit_row("新村四组团支部", "柳溪镇团委/新村团总支"),
    )
    assert (found(batch), changes(batch)) == ([[], [], []], ["new"] * 3)
    assert [row.target["parent_row"] for row in loaded(batch)] == [3, None, 3]


def test_what_stands_in_the_file_twice_is_refused(check, district, staff):
    give_code(district.village_a1, "1.1", staff)
    batch = check(
        only(name="石井村团支部", superior="柳溪镇团委"),
        only(name="石井村团支部", superior="柳溪镇团委"),
        unit_row("甲团支部", code="7"),
        unit_row("甲团支部", code="8"),
        unit_row("乙团支部", code="8"),
        only(name="长荷社区团支部", superior="青禾街道团工委", code="5"),
        unit_row("丙团总支", "丁团总支", kind="团总支"),
        unit_row("丁团总支", "丙团总支", kind="团总支"),
    )
    circle = ["superior:org.parent"]
    twice = ["name:row.duplicate"]
    assert found(batch) == [[], twice, [], twice, ["code:row.duplicate"], [], circle, circle]


# ---- the scope ---------------------------------------------------------------------
def test_units_outside_the_unit_of_the_file_are_as_unknown_as_any_other(check, district):
    batch = check(
        unit_row("甲团支部", "柳溪镇团委"),
        unit_row("乙团支部", "没有的团委"),
        only(name="石井村团支部", superior="柳溪镇团委", member_count=3),
        only(name="松涛社区团支部", superior="没有的团委", member_count=4),
        unit=district.township_a,
    )
    assert found(batch)[:2] == [[FOREIGN], [FOREIGN]]
    assert FOREIGN in found(batch)[2]
    assert FOREIGN in found(batch)[3]
    sentences = {one.finding.sentence for row in loaded(batch) for one in row.errors if one.column == "superior"}
    assert len(sentences) == 1


def test_a_closed_unit_is_no_unit_any_more(check, district, staff):
    close_organisation(organisation=district.village_b1, on=TODAY, by=staff, at=NOW)
    batch = check(unit_row("石井村团支部"), unit_row("一组团支部", "石井村团支部"))
    assert (changes(batch), found(batch)[0]) == (["new", "error"], [])
    assert found(batch)[1] == ["superior:org.parent"]


# ---- the rules ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({"superior": "石井村团支部"}, ["superior:org.parent"]),
        ({"superior": "石井村团支部", "kind": "团委", "township_kind": "街道"}, ["superior:org.parent"]),
        ({"kind": "领导机关团组织"}, ["kind:org.kind"]),
        ({"kind": "团工委", "elected_on": "2024-05-04"}, ["elected_on:org.term"]),
        ({"is_temporary": "是", "elected_on": "2024-05-04"}, ["elected_on:org.term"]),
        ({"elected_on": "2099-05-04"}, ["elected_on:election.future"]),
        ({"founded_on": "2099-05-04"}, ["founded_on:date.future"]),
        ({"founded_on": "2019.05"}, ["founded_on:date.precision"]),
        ({"founded_on": None, "sector": None}, ["sector:column.required", "founded_on:column.required"]),
        ({"superior": None}, ["superior:column.required"]),
        ({"member_count": "九"}, ["member_count:integer.format"]),
        ({"uscc": "1234"}, ["uscc:uscc.length"]),
        ({"office_phone": "13900000000"}, ["office_phone:org.office_phone"]),
        ({"email": "没有"}, ["email:org.email"]),
    ],
)
def test_a_new_unit_that_may_not_be_is_refused(check, cells, codes):
    assert found(check(unit_row("新的团支部", **cells))) == [codes]


def test_levels_stand_below_one_another(check, district):
    village = make_organisation("大村团总支", district.township_b, OrganisationKind.GENERAL_BRANCH, Level.VILLAGE)
    batch = check(
        unit_row("新镇团委", village.name, kind="团委", township_kind="镇"),
        unit_row("新村团支部", village.name, village_kind="村"),
    )
    assert found(batch) == [["superior:org.parent"], []]


def test_a_wrong_row_takes_those_below_it_with_it(check):
    batch = check(
        unit_row("三组团支部", "二组团总支"),
        unit_row("二组团总支", "一组团总支", kind="团总支"),
        unit_row("一组团总支", kind="团总支", member_count="九"),
        unit_row("别的团支部"),
    )
    wrong = ["superior:org.parent_row"]
    assert found(batch) == [wrong, wrong, ["member_count:integer.format"], []]


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({"superior": "青禾街道团工委", "code": "7.7"}, ["superior:org.move"]),
        ({"kind": "团工委"}, ["kind:org.term"]),
        ({"level": "其他单位"}, ["level:org.level"]),
        ({"elected_on": "2023-01-01"}, ["elected_on:org.election"]),
        ({"elected_on": "2099-01-01"}, ["elected_on:election.future"]),
        ({"elected_on": "-"}, ["elected_on:org.election"]),
        ({"kind": "-"}, ["kind:column.required_cleared"]),
        ({"name": "沙滩村团支部", "code": "7.7"}, ["name:org.twin"]),
    ],
)
def test_a_unit_on_file_cannot_become_what_may_not_be(check, district, staff, cells, codes):
    give_code(district.village_b1, "7.7", staff)
    make_organisation("沙滩村团支部", district.township_b, OrganisationKind.BRANCH, Level.VILLAGE)
    elect(district.village_b1, date(2024, 5, 4))
    assert found(check({"name": "石井村团支部", "superior": "柳溪镇团委"} | cells)) == [codes]


def test_a_committee_with_units_below_becomes_no_branch(check, district):
    assert found(check(only(name="柳溪镇团委", superior="共青团示范区委员会", kind="团支部"))) == [["kind:org.parent"]]


def test_a_month_that_holds_the_day_on_file_says_nothing_new(check, district, staff):
    elect(district.village_b1, date(2024, 5, 4))
    unit = Organisation.objects.get(pk=district.village_b1.pk)
    day = date(2015, 6, 7)
    correct_organisation(organisation=unit, version=unit.version, values={"founded_on": day}, by=staff, at=NOW)
    batch = check(
        only(name="石井村团支部", superior="柳溪镇团委", founded_on="2015.06", elected_on="2024.05", term_years=3)
    )
    assert (changes(batch), found(batch), found(batch, blocking=False)) == (["same"], [[]], [[]])


def test_a_code_that_does_not_begin_with_that_above_is_only_told(check, district, staff):
    give_code(district.township_b, "001", staff)
    batch = check(unit_row("甲团支部", code="001.004"), unit_row("乙团支部", code="002.001"))
    assert (changes(batch), found(batch, blocking=False)) == (["new", "new"], [[], ["code:org.code_prefix"]])
