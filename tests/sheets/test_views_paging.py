"""Long batches: the same few queries for one row and for fifty, and only the rows of a page unsealed."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from orgs.querysets import insert_rows
from tests.rosters import applied, checked, imported, row_of, uploaded
from youthleague.kernel.sheet_kinds import SheetRow
from youthleague.protection.seal import SealError
from youthleague.sheets.choices import BatchState
from youthleague.sheets.models import ImportBatch, ImportRow
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.rows import STORED, stored_values

pytestmark = pytest.mark.django_db


def queries(portal, address: str) -> int:
    """Count the queries of a page; the first request of a session also notes when it was seen."""
    portal.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert portal.get(address).status_code == 200
    return len(asked)


def page(batch: ImportBatch, **query: object) -> str:
    return f"{reverse('sheet-batch', args=[batch.pk])}?{'&'.join(f'{key}={value}' for key, value in query.items())}"


FILTERS = {
    "new": row_of,
    "error": lambda number: row_of(number, phone="12", ethnicity="无名"),
    "changed": lambda number: row_of(number, league_post="副书记", appointed_on="2026.03"),
    "same": row_of,
    "absent": row_of,
}


@pytest.mark.parametrize("show", FILTERS)
def test_a_page_asks_the_same_queries_for_one_row_and_for_fifty(show, portal, district, secretary):
    known = range(1, 103) if show in {"changed", "same", "absent"} else ()
    if known:
        imported([row_of(number) for number in known], district.township_a, secretary)
    asked = []
    for count in (1, 50):
        rows = [FILTERS[show](number) for number in range(1, count + 1)]
        if show == "absent":
            rows = [row_of(number) for number in range(count + 1, 103)]
        batch = checked(rows, district.township_a, secretary)
        assert len(portal.get(page(batch, show=show)).context["rows"].lines) == count
        asked.append(queries(portal, page(batch, show=show)))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("count", [1, 50])
def test_the_queries_of_a_checked_page_are_pinned(count, portal, district, secretary):
    batch = checked([row_of(number) for number in range(1, count + 1)], district.township_a, secretary)
    assert queries(portal, page(batch)) == 10


@pytest.mark.parametrize("count", [1, 50])
def test_the_queries_of_the_result_are_pinned(count, portal, district, secretary):
    batch = imported([row_of(number) for number in range(1, count + 1)], district.township_a, secretary)
    assert queries(portal, page(batch)) == 12


@pytest.mark.parametrize("count", [1, 20])
def test_the_queries_of_the_list_are_pinned(count, portal, district, secretary):
    for number in range(count):
        uploaded([row_of(number + 1)], district.township_a, secretary)
    assert queries(portal, reverse("sheet-batches")) == 8


def test_pages_follow_one_another_with_the_filter_kept(portal, district, secretary):
    batch = checked([row_of(number, phone="12") for number in range(1, 121)], district.township_a, secretary)
    first = portal.get(page(batch, show="error", mode="valid")).context
    assert first["pager"] == {
        "summary": "第 1—50 行，共 120 行",
        "previous_url": "",
        "next_url": "?show=error&page=2&mode=valid",
    }
    last = portal.get(page(batch, show="error", page=3)).context
    assert [row.number for row in last["rows"].lines] == [*range(102, 122)]
    assert last["pager"]["previous_url"] == "?show=error&page=2"


@pytest.mark.parametrize("number", ["0", "99", "x", "-1"])
def test_a_page_that_does_not_exist_is_the_nearest_one(number, portal, district, secretary):
    batch = checked([row_of(one) for one in range(1, 61)], district.township_a, secretary)
    assert portal.get(page(batch, show="new", page=number)).status_code == 200


@pytest.fixture
def long_batch(district, secretary):
    """A checked batch of 20,000 rows, written straight to the table."""
    kind = all_kinds()["cadres"]
    batch = ImportBatch.objects.create(
        kind="cadres",
        organisation=district.township_a,
        uploaded_by=secretary,
        uploaded_at="2026-11-23T02:00:00Z",
        filename="全区.xlsx",
        size=1,
        digest="0" * 64,
        state=BatchState.CHECKED,
        counts={"rows": 20_000, "new": 20_000},
    )
    values = {"name": "测试甲", "organisation": district.village_a1.pk, "league_post": "secretary"}
    rows = (stored_values(batch.pk, SheetRow(number, values), kind.by_name) for number in range(2, 20_002))
    insert_rows(ImportRow, STORED, rows)
    ImportRow.objects.update(change="new")
    return batch


def test_twenty_thousand_rows_are_paged_quickly(long_batch, portal):
    portal.get(page(long_batch))
    started = time.perf_counter()
    context = portal.get(page(long_batch, show="new", page=400)).context
    assert time.perf_counter() - started < 1
    assert [row.number for row in context["rows"].lines] == [*range(19_952, 20_002)]


def test_only_the_rows_of_the_page_are_unsealed(long_batch, portal):
    long_batch.rows.exclude(number__lte=51).update(payload=b"v1:none:broken")
    assert len(portal.get(page(long_batch, show="new")).context["rows"].lines) == 50
    with pytest.raises(SealError):
        portal.get(page(long_batch, show="new", page=2))


def test_a_page_of_fifty_rows_is_light(portal, district, secretary):
    batch = applied(checked([row_of(number) for number in range(1, 51)], district.township_a, secretary))
    assert len(portal.get(page(batch), headers={"accept-encoding": "identity"}).content) < 120_000
