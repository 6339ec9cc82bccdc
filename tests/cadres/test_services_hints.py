"""What the import asks for without insisting: a Party member's date, and what a secretary is besides."""

import pytest

from cadres.spreadsheets import KINDS
from tests.factories import make_user
from tests.rosters import applied, checked, row_of
from youthleague.sheets.choices import BatchState
from youthleague.sheets.services.rows import load_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def check(district):
    secretary = make_user("township_secretary", district.township_a, "sec_a")
    return lambda *rows: checked(rows, district.township_a, secretary)


def hints(batch):
    """Give row, column and code of every hint."""
    rows = [load_row(stored, KINDS[0].by_name) for stored in batch.rows.order_by("number")]
    return {(row.number, one.column, one.finding.code) for row in rows for one in row.row_findings if not one.blocking}


def test_a_party_member_without_a_date_is_imported_with_a_hint(check):
    batch = check(
        row_of(1, political_status="中共党员", league_post="委员"),
        row_of(2, political_status="中共党员", league_post="委员", joined_party_on="2020.07"),
    )
    assert hints(batch) == {(2, "joined_party_on", "party.date_missing")}
    assert applied(batch).state == BatchState.APPLIED


def test_secretaries_are_asked_what_they_are_besides(check):
    batch = check(
        row_of(1),
        row_of(2, organisation="长荷社区团支部", is_two_committee_member="否"),
        row_of(3, league_post="副书记"),
        row_of(4, organisation="青禾街道团工委"),
        row_of(5, organisation="青禾街道团工委", league_post="副书记"),
    )
    assert hints(batch) == {
        (2, "is_two_committee_member", "post.committee_unsaid"),
        (5, "is_party_gov_leader", "post.leader_unsaid"),
    }
    assert applied(batch).state == BatchState.APPLIED


def test_a_post_that_goes_on_is_not_asked_about_again_and_one_that_follows_is(check):
    applied(check(row_of(1), row_of(2, league_post="副书记")))
    batch = check(row_of(1, remark="更新"), row_of(2, appointed_on="2026.03"))
    assert hints(batch) == {(3, "is_two_committee_member", "post.committee_unsaid")}
