"""What is decided about rows: left out or taken in, and what a changed post means."""

from datetime import date

import pytest

from cadres.models import Appointment, Cadre
from cadres.rules import CHANGE_DATE
from cadres.services.posts import appoint
from tests.factories import NOW, TODAY
from tests.rosters import applied, row_of, worked
from tests.sheets.pages import address, page_of, said
from youthleague.kernel.dates import PartialDate
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch

pytestmark = pytest.mark.django_db


# ---- leaving rows out ---------------------------------------------------------
def test_a_wrong_row_is_left_out_and_the_rest_is_written(portal, check):
    batch = check(row_of(1), row_of(2, phone="12"))
    response = portal.post(address("sheet-leave-out", batch, 3, show="error"), {"left_out": "1"})
    assert response["Location"] == address("sheet-batch", batch, show="error")
    batch.refresh_from_db()
    assert (batch.counts["error"], batch.counts["left_out"]) == (0, 1)
    assert "可以写入" in page_of(portal, batch)
    portal.post(address("sheet-apply", batch), {"mode": "all"})
    assert worked(batch).state == BatchState.APPLIED
    assert Cadre.objects.count() == 1
    text = page_of(portal, batch, show="out")
    assert "没有导入的 1 行" in text
    assert "手机号码应为 11 位数字" in text


def test_a_row_is_taken_in_again(portal, check):
    batch = check(row_of(1, phone="12"))
    portal.post(address("sheet-leave-out", batch, 2), {"left_out": "1"})
    assert [row.number for row in portal.get(address("sheet-batch", batch, show="left_out")).context["rows"].lines] == [
        2
    ]
    portal.post(address("sheet-leave-out", batch, 2), {"left_out": "0"})
    batch.refresh_from_db()
    assert (batch.counts["error"], batch.counts["left_out"]) == (1, 0)


def test_a_row_that_does_not_exist_is_404(portal, check):
    batch = check(row_of(1))
    assert portal.post(address("sheet-leave-out", batch, 99), {"left_out": "1"}).status_code == 404
    assert portal.post(address("sheet-decide", batch, 99), {"decision": "change"}).status_code == 404


def test_a_batch_that_is_being_written_takes_no_decisions(portal, check):
    batch = check(row_of(1), row_of(2, phone="12"))
    ImportBatch.objects.filter(pk=batch.pk).update(state=BatchState.APPLYING)
    response = portal.post(address("sheet-leave-out", batch, 2), {"left_out": "1"})
    assert said(response) == ["这个批次的状态已经变了，请刷新页面看最新情况。"]
    assert not batch.rows.filter(left_out=True).exists()


# ---- what a changed post means ------------------------------------------------
def test_a_changed_post_is_shown_old_and_new_with_change_preset(portal, enter, check):
    enter(row_of(1))
    batch = check(row_of(1, league_post="副书记", appointed_on="2025.03"))
    response = portal.get(address("sheet-batch", batch))
    [row] = response.context["rows"].lines
    assert [(one.column, one.old, one.new) for one in row.changes] == [
        ("团内职务", "书记", "副书记"),
        ("任职时间", "2024-09", "2025-03"),
    ]
    assert [(one.value, one.chosen) for one in row.decisions] == [
        ("correction", False),
        ("change", True),
        ("addition", False),
    ]
    assert (row.asks_date, row.decided_on) == (True, "2025.03")


def test_choosing_correction_corrects_the_post(portal, enter, check):
    enter(row_of(1))
    batch = check(row_of(1, league_post="副书记"))
    response = portal.post(address("sheet-decide", batch, 2, show="changed"), {"decision": "correction"})
    assert response["Location"] == address("sheet-batch", batch, show="changed")
    assert batch.rows.get().decision == "correction"
    applied(batch)
    assert [post.league_post for post in Appointment.objects.all()] == ["deputy_secretary"]


def test_the_date_of_a_change_is_read_as_rosters_write_it(portal, enter, check):
    enter(row_of(1))
    batch = check(row_of(1, league_post="副书记"))
    portal.post(address("sheet-decide", batch, 2), {"decision": "change", "on": "2026.9"})
    assert batch.rows.get().decided_on == date(2026, 9, 1)
    [row] = portal.get(address("sheet-batch", batch)).context["rows"].lines
    assert row.decided_on == "2026.09"
    portal.post(address("sheet-decide", batch, 2), {"decision": "change", "on": "2026-09-15"})
    assert portal.get(address("sheet-batch", batch)).context["rows"].lines[0].decided_on == "2026.09.15"


def test_a_date_that_is_none_is_said_and_changes_nothing(portal, enter, check):
    enter(row_of(1))
    batch = check(row_of(1, league_post="副书记"))
    before = batch.rows.get().decided_on
    response = portal.post(address("sheet-decide", batch, 2), {"decision": "change", "on": "2026.13"})
    assert "月份不存在" in said(response)[0]
    assert batch.rows.get().decided_on == before


def test_a_change_before_the_post_began_becomes_an_error_that_can_be_decided_anew(portal, enter, check):
    enter(row_of(1))
    batch = check(row_of(1, league_post="副书记"))
    portal.post(address("sheet-decide", batch, 2), {"decision": "change", "on": "2020.01"})
    batch.refresh_from_db()
    assert batch.counts["error"] == 1
    [row] = portal.get(address("sheet-batch", batch)).context["rows"].lines
    assert [fault.reason for fault in row.faults] == [CHANGE_DATE.sentence]
    assert [one.value for one in row.decisions] == ["correction", "change", "addition"]
    portal.post(address("sheet-decide", batch, 2), {"decision": "correction"})
    batch.refresh_from_db()
    assert batch.counts["error"] == 0


def test_an_unknown_decision_is_refused(portal, enter, check):
    enter(row_of(1))
    batch = check(row_of(1, league_post="副书记"))
    assert said(portal.post(address("sheet-decide", batch, 2), {"decision": "delete"}))
    assert batch.rows.get().decision == "change"


@pytest.fixture
def two_posts(enter, check, district, secretary):
    """A person with two posts in force, neither of which the new file mentions."""
    enter(row_of(1))
    values = {
        "organisation": district.village_a2.pk,
        "league_post": "member",
        "employment_mode": "part_time",
        "appointed_on": PartialDate.from_text("2024-10"),
    }
    appoint(cadre=Cadre.objects.get(), values=values, by=secretary, at=NOW, day=TODAY)
    return check(row_of(1, league_post="副书记", appointed_on="2025.03"))


def test_of_several_posts_the_one_that_changed_is_chosen(portal, two_posts):
    [row] = portal.get(address("sheet-batch", two_posts)).context["rows"].lines
    assert {one.title for one in row.posts} == {"松涛社区团支部，书记", "长荷社区团支部，委员"}
    chosen = next(one for one in row.posts if one.title.endswith("委员"))
    portal.post(address("sheet-decide", two_posts, 2), {"decision": "change", "post": chosen.value})
    [row] = portal.get(address("sheet-batch", two_posts, show="changed")).context["rows"].lines
    assert [one.title for one in row.posts if one.chosen] == [chosen.title]
    two_posts.refresh_from_db()
    applied(two_posts)
    ended = Appointment.objects.get(ended_on__isnull=False)
    assert (ended.pk, ended.organisation.name) == (int(chosen.value), "长荷社区团支部")


def test_without_a_choice_of_the_post_nothing_is_decided(portal, two_posts):
    response = portal.post(address("sheet-decide", two_posts, 2), {"decision": "change", "post": ""})
    assert said(response) == ["此人有几个现任职务，请先选择是哪一个变了。"]
    two_posts.refresh_from_db()
    assert two_posts.counts["error"] == 1


def test_a_post_that_is_no_candidate_is_refused(portal, two_posts):
    response = portal.post(address("sheet-decide", two_posts, 2), {"decision": "change", "post": "999999"})
    assert said(response) == ["这一行不能这样选择。"]


def test_one_more_post_needs_no_choice(portal, two_posts):
    portal.post(address("sheet-decide", two_posts, 2), {"decision": "addition"})
    two_posts.refresh_from_db()
    applied(two_posts)
    assert Appointment.objects.filter(ended_on__isnull=True).count() == 3
