"""The list of an account's batches: of one kind or state, with whom each of them touched."""

import pytest
from django.urls import reverse

from orgs.services import move_organisation
from tests.factories import NOW, TODAY, make_user
from tests.rosters import row_of
from tests.sheets.test_views_paging import queries
from youthleague.sheets.services.batches import cancel_batch

pytestmark = pytest.mark.django_db

A2 = "长荷社区团支部"


@pytest.fixture
def three(enter, check):
    """A written batch, one that waits and one that was given up."""
    written, waits, gone = enter(row_of(1), row_of(2, organisation=A2)), check(row_of(3, phone="12")), check(row_of(4))
    cancel_batch(batch=gone, by=gone.uploaded_by, at=NOW)
    return {"applied": written, "open": waits, "cancelled": gone}


def listed(portal, query=""):
    """Give the keys of the batches on the page."""
    return [line["batch"].pk for line in portal.get(reverse("sheet-batches") + query).context["lines"]]


def touched(portal):
    """Give whom the batches on the page touched, by batch."""
    lines = portal.get(reverse("sheet-batches")).context["lines"]
    return {line["batch"].pk: [record.title for record in line["records"]] for line in lines}


@pytest.mark.parametrize("state", ["applied", "open", "cancelled"])
def test_one_state_lists_its_batches_alone(portal, three, state):
    assert listed(portal, f"?state={state}") == [three[state].pk]
    assert listed(portal, f"?state={state}&kind=cadres") == [three[state].pk]
    assert set(listed(portal)) == {one.pk for one in three.values()}


def test_what_nobody_has_says_so_and_leads_back(portal, three):
    for query in ("?state=failed", "?state=nothing", "?kind=nothing"):
        assert listed(portal, query) == []
        assert "没有这样的导入" in portal.get(reverse("sheet-batches") + query).content.decode()


def test_without_any_batch_there_is_nothing_to_filter(portal):
    text = portal.get(reverse("sheet-batches")).content.decode()
    assert "还没有导入过" in text
    assert "全部状态" not in text


def test_whom_a_batch_touched_is_named_as_long_as_they_are_in_sight(portal, three, district):
    assert touched(portal)[three["applied"].pk] == ["测试乙", "测试丙"]
    assert touched(portal)[three["open"].pk] == []
    staff = make_user("district_staff", district.top)
    move_organisation(organisation=district.village_a2, parent=district.township_b, on=TODAY, by=staff, at=NOW)
    assert touched(portal)[three["applied"].pk] == ["测试乙"]


def test_three_of_many_are_named_and_the_filter_stays_from_page_to_page(portal, enter):
    batch = enter(*(row_of(number) for number in range(1, 6)))
    assert touched(portal)[batch.pk] == ["测试乙", "测试丙", "测试丁"]


def test_the_list_asks_the_same_for_one_written_batch_and_for_many(portal, enter):
    enter(row_of(1))
    once = queries(portal, reverse("sheet-batches"))
    for number in range(2, 6):
        enter(row_of(number), row_of(number + 10))
    assert queries(portal, reverse("sheet-batches")) == once == 11
