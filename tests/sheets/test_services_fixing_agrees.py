"""Whatever is mended in whatever file: the rows are stored as a whole check of that file stores them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import valid_identity_number
from tests.rosters import checked, row_of
from tests.sheets.test_services_fixing import agrees, cell, fix, restore, stored
from youthleague.sheets.services.fixing import fix_cell

pytestmark = pytest.mark.django_db

PEOPLE = (1, 2, 11)  # the second and the third have one name
NUMBERS = [valid_identity_number(one) for one in PEOPLE] + ["12", valid_identity_number(1)[:-1], None]
CELLS = {
    "id_number": NUMBERS,
    "name": ["测试乙", "测试丙", "王", None],
    "organisation": ["松涛社区团支部", "长荷社区团支部", "石井村团支部", None],
    "league_post": ["书记", "副书记", "委员", "主席", None],
    "appointed_on": ["2024.09", "2025.03", "2026.13", "2030.01"],
    "political_status": ["共青团员", "中共党员（保留团籍）", "青年"],
    "retains_league_membership": ["是", "否", "-", None],
    "phone": ["19900000001", "19900000002", "12"],
}
rows = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CELLS.items()}), min_size=2, max_size=5
)
typed = st.sampled_from([(name, value) for name, values in CELLS.items() for value in values if value])
repairs = st.lists(st.tuples(st.integers(0, 4), typed, st.booleans()), min_size=1, max_size=4)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows, repairs=repairs)
def test_mended_rows_are_those_of_a_whole_check(enter_once, district, secretary, rows, repairs):
    batch = checked([row_of(1, **cells) for cells in rows], district.township_a, secretary)
    for place, (column, text), is_taken_back in repairs:
        number = place % len(rows) + 2
        if not batch.rows.filter(number=number).exists():
            continue
        before = stored(batch)
        was_mended = column in dict(before[0][number - 2][1].fixes)
        fix(batch, number, column, text)
        if is_taken_back and not was_mended:
            restore(batch, number, column)
        agrees(batch)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows, place=st.integers(0, 4), repair=typed)
def test_a_mended_file_is_as_good_as_one_that_was_right_from_the_start(
    enter_once, district, secretary, rows, place, repair
):
    column, text = repair
    number = place % len(rows)
    right = [row_of(1, **cells) for cells in rows]
    right[number] |= {column: text}
    mended = checked([row_of(1, **cells) for cells in rows], district.township_a, secretary)
    fix_cell(cell=cell(mended, number + 2, column), text=text, by=secretary, at=mended.uploaded_at)
    mended.refresh_from_db()
    whole = checked(right, district.township_a, secretary)
    assert [_said(one) for one in stored(mended)[0]] == [_said(one) for one in stored(whole)[0]]
    assert stored(mended)[1:3] == stored(whole)[1:3]


def _said(one):
    """Give all that is stored of a row, but for its being mended and the order in which its mistakes were found."""
    plain, row = one
    row.fixes = {}
    row.cell_findings.sort(key=str)
    return {**plain, "codes": sorted(plain["codes"].split("|"))}, row


@pytest.fixture
def enter_once(enter):
    """Two people in office, one of them with two posts."""
    enter(row_of(1), row_of(1, organisation="长荷社区团支部"), row_of(11, organisation="长荷社区团支部"))
