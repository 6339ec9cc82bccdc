"""The pages about undoing: what would happen, asking for it, and what became of each row."""

import pytest
from django.urls import reverse

from cadres.models import Cadre
from cadres.services.posts import correct_cadre
from tests.factories import NOW, TODAY, make_user
from tests.rosters import applied, imported, person, row_of, worked
from tests.sheets.pages import address, page_of, said
from youthleague.sheets.choices import ApplyMode, BatchState
from youthleague.sheets.models import ImportBatch

pytestmark = pytest.mark.django_db


def preview(portal, batch, **query):
    response = portal.get(address("sheet-undo", batch, **query))
    assert response.status_code == 200
    return response


def ask(portal, batch):
    """Press the button of the preview."""
    digest = preview(portal, batch).context["digest"]
    return portal.post(address("sheet-undo", batch), {"digest": digest})


def outcomes(response) -> list[tuple[int, str, str]]:
    return [(line.row.number, line.tone, line.reason) for line in response.context["rows"].lines]


def figures(response) -> dict[str, int]:
    return {one.value: one.count for one in response.context["figures"]}


@pytest.fixture
def written(enter, secretary):
    """Three people entered, of whom one was edited since."""
    batch = enter(row_of(1), row_of(2), row_of(3))
    correct_cadre(cadre=person(2), version=1, values={"remark": "核对过"}, by=secretary, at=NOW)
    return batch


def test_a_written_batch_leads_to_the_preview(portal, written):
    assert f'href="{address("sheet-undo", written)}"' in page_of(portal, written)


def test_the_preview_counts_and_shows_first_what_stays(portal, written):
    before = list(Cadre.objects.values()), list(ImportBatch.objects.values())
    response = preview(portal, written)
    assert figures(response) == {"restored": 2, "kept": 1, "impossible": 0}
    assert outcomes(response) == [(3, "idle", "写入之后有人修改过。")]
    assert outcomes(preview(portal, written, show="restored")) == [(2, "ok", ""), (4, "ok", "")]
    assert outcomes(preview(portal, written, show="impossible")) == []
    assert outcomes(preview(portal, written, show="nonsense")) == outcomes(response)
    assert (list(Cadre.objects.values()), list(ImportBatch.objects.values())) == before


def test_the_button_does_what_the_preview_said(portal, written):
    assert ask(portal, written).url == address("sheet-batch", written)
    written.refresh_from_db()
    assert written.state == BatchState.UNDOING
    assert "正在撤销" in page_of(portal, written)
    worked(written)
    response = portal.get(address("sheet-batch", written))
    assert figures(response) == {"restored": 2, "kept": 1, "impossible": 0}
    assert outcomes(response) == [(3, "idle", "写入之后有人修改过。")]
    assert "已撤销：还原 2 行，保留 1 行。" in response.content.decode()
    assert outcomes(portal.get(address("sheet-batch", written, show="restored"))) == [(2, "ok", ""), (4, "ok", "")]
    assert reverse("cadre", args=[person(2).pk]) in response.content.decode()


def test_a_preview_that_is_no_longer_true_is_refused(portal, written, secretary):
    digest = preview(portal, written).context["digest"]
    correct_cadre(cadre=person(3), version=1, values={"remark": "核对过"}, by=secretary, at=NOW)
    response = portal.post(address("sheet-undo", written), {"digest": digest})
    assert len(said(response)) == 1
    written.refresh_from_db()
    assert written.state == BatchState.APPLIED
    assert Cadre.objects.count() == 3


def test_what_was_given_up_says_so_on_the_page_of_the_batch(portal, written, secretary):
    ask(portal, written)
    correct_cadre(cadre=person(3), version=1, values={"remark": "核对过"}, by=secretary, at=NOW)
    worked(written)
    assert "预览之后又有人改动了其中一些记录" in page_of(portal, written)
    assert figures(preview(portal, written)) == {"restored": 1, "kept": 2, "impossible": 0}


def test_where_nothing_can_be_given_back_there_is_nothing_to_press(portal, enter):
    batch = enter(row_of(1))
    Cadre.objects.update(version=2)
    response = preview(portal, batch)
    assert " disabled" in response.content.decode().partition('name="digest"')[2].partition("</form>")[0]
    assert len(said(ask(portal, batch))) == 1


def test_rows_that_were_never_written_are_still_told(portal, check):
    batch = applied(check(row_of(1), row_of(2, phone="12")), ApplyMode.VALID)
    ask(portal, batch)
    worked(batch)
    text = page_of(portal, batch, show="out")
    assert "手机号码应为 11 位数字" in text
    assert "原来就没有导入的 1 行" in text
    assert "?show=out" in page_of(portal, batch)
    assert address("sheet-errors", batch) in page_of(portal, batch)
    assert portal.post(address("sheet-errors", batch))["Content-Disposition"].startswith("attachment")


def test_numbers_are_shown_on_neither_page(portal, enter):
    batch = enter(row_of(1), row_of(2))
    numbers = [one.id_number for one in Cadre.objects.all()] + [one.phone for one in Cadre.objects.all()]
    texts = [preview(portal, batch, show="restored").content.decode()]
    ask(portal, batch)
    worked(batch)
    texts.append(page_of(portal, batch, show="restored"))
    assert not [number for number in numbers for text in texts if number in text]


@pytest.mark.parametrize("state", [state for state in BatchState if state != BatchState.APPLIED])
def test_in_every_other_state_the_preview_leads_back(portal, check, state):
    batch = check(row_of(1))
    ImportBatch.objects.update(state=state)
    for response in (portal.get(address("sheet-undo", batch)), portal.post(address("sheet-undo", batch))):
        assert (response.status_code, response.url) == (302, address("sheet-batch", batch))
    batch.refresh_from_db()
    assert batch.state == state


@pytest.mark.parametrize("role", ["township_secretary", "district_staff", "village_secretary"])
def test_a_foreign_batch_does_not_exist(signed_in, written, district, role):
    unit = {"district_staff": district.top, "village_secretary": district.village_a1}.get(role, district.township_a)
    other = signed_in(make_user(role, unit))
    assert other.get(address("sheet-undo", written)).status_code == 404
    assert other.post(address("sheet-undo", written), {"digest": ""}).status_code == 404
    assert Cadre.objects.count() == 3


def test_whoever_lost_the_role_undoes_nothing(portal, written, secretary):
    digest = preview(portal, written).context["digest"]
    secretary.assignments.update(ended_on=TODAY)
    assert portal.post(address("sheet-undo", written), {"digest": digest}).status_code in {403, 404}
    assert Cadre.objects.count() == 3


@pytest.mark.parametrize("which", ["preview", "result"])
def test_a_page_asks_the_same_queries_for_one_row_and_for_thirty(
    portal, district, secretary, django_assert_num_queries, which
):
    few = imported([row_of(1)], district.township_a, secretary)
    many = imported([row_of(number) for number in range(2, 32)], district.township_a, secretary)
    if which == "result":
        for batch in (few, many):
            ask(portal, batch)
            worked(batch)
    name = "sheet-undo" if which == "preview" else "sheet-batch"
    portal.get(address(name, few))  # the first page of an account asks more
    for batch, lines in ((few, 1), (many, 30)):
        with django_assert_num_queries({"preview": 20, "result": 12}[which]):
            response = portal.get(address(name, batch, show="restored"))
        assert len(response.context["rows"].lines) == lines
