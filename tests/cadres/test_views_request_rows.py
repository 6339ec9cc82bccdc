"""Filing from a row of an import: offered where somebody is elsewhere, about the number of the row and no other."""

import pytest

from cadres.models import PostRequest
from orgs.models import PolicyValue
from tests.factories import TODAY, make_cadre, make_user, valid_identity_number
from tests.orgs.desks import refusals
from tests.rosters import applied, checked, codes, row_of
from tests.sheets.downloads import download, uploaded_again
from tests.sheets.pages import address

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files", "today")]
MORE = {"kind": "addition", "reason": "工作需要", "name": "石某"}
POST = {"league_post": "书记", "employment_mode": "兼职", "appointed_on": "2024.09"}


@pytest.fixture
def elsewhere(district):
    """People of township B with the numbers 1 and 2."""
    return [make_cadre(district.village_b1, id_number=valid_identity_number(one), name=f"别处{one}") for one in (1, 2)]


@pytest.fixture
def upload(district, secretary_a, elsewhere):
    def uploaded(*rows, by=secretary_a):
        return checked(rows, district.township_a, by)

    return uploaded


def text(response):
    return response.content.decode()


def sent(district, **more):
    return {**POST, **MORE, "organisation": district.village_a1.pk, **more}


def test_the_preview_leads_to_a_request_about_that_person(upload, district, elsewhere, secretary_a, signed_in):
    batch, client = upload(row_of(1, name="石某", term_ends_on="2029.09"), row_of(10)), signed_in(secretary_a)
    page = f"/roster/requests/add/{batch.pk}/2/"
    assert f'href="{page}"' in text(client.get(address("sheet-batch", batch)))
    form = client.get(page)
    values = {name: form.context["form"][name].value() for name in ("name", "league_post", "term_ends_on")}
    assert values == {"name": "石某", "league_post": "书记", "term_ends_on": "2029-09"}
    assert [number for number in map(valid_identity_number, (1, 2)) if number in text(form)] == []
    done = client.post(page, sent(district, id_number=valid_identity_number(2)))
    assert (done.status_code, done["Location"]) == (302, address("sheet-batch", batch))
    request = PostRequest.objects.get()
    assert (request.cadre, request.name, request.organisation) == (elsewhere[0], "石某", district.village_a1)
    again = client.post(page, sent(district)).context["form"]
    assert again.has_error("__all__", "request.twice")
    batch.refresh_from_db()
    assert batch.counts["error"] == 1


def test_other_rows_and_the_batches_of_others_lead_nowhere(upload, district, secretary_a, signed_in):
    PolicyValue.objects.create(key="roster.elsewhere_per_day", value=1, effective_from=TODAY, source="测试")
    batch = upload(row_of(1), row_of(10, appointed_on="x"), row_of(11), row_of(2), row_of(77))
    assert {(row, code) for row, _column, code in codes(batch) if row != 3} == {
        (2, "person.elsewhere"),
        (4, "elsewhere.limit"),
        (5, "elsewhere.limit"),
        (6, "elsewhere.limit"),
    }
    client = signed_in(secretary_a)
    page = text(client.get(address("sheet-batch", batch, show="error")))
    assert page.count("/roster/requests/add/") == 1
    assert [client.get(f"/roster/requests/add/{batch.pk}/{row}/").status_code for row in (2, 3, 4, 5, 6, 99)] == [
        200,
        *[404] * 5,
    ]
    second = make_user("township_secretary", district.township_a)
    for user in (second, make_user("district_staff", district.top)):
        for response in (signed_in(user).get, signed_in(user).post):
            assert response(f"/roster/requests/add/{batch.pk}/2/", sent(district)).status_code == 404
    assert not PostRequest.objects.exists()
    assert len(refusals()) == 2


def test_a_number_corrected_to_that_of_somebody_elsewhere_asks_for_nobody(district, elsewhere, secretary_a, signed_in):
    make_cadre(district.village_a1, id_number=valid_identity_number(30), name="程甲")
    file = download(district.township_a, secretary_a)
    file.of("程甲")["身份证号"] = valid_identity_number(1)
    batch = uploaded_again(file.saved(), district.township_a, secretary_a)
    [row] = {row for row, _column, code in codes(batch) if code == "person.elsewhere"}
    client = signed_in(secretary_a)
    assert "/roster/requests/add/" not in text(client.get(address("sheet-batch", batch, show="error")))
    assert client.get(f"/roster/requests/add/{batch.pk}/{row}/").status_code == 404


def test_a_row_that_was_not_written_still_leads_there(upload, district, secretary_a, signed_in):
    batch = applied(upload(row_of(1), row_of(10)), "valid")
    client = signed_in(secretary_a)
    assert f"/roster/requests/add/{batch.pk}/2/" in text(client.get(address("sheet-batch", batch, show="out")))
    assert client.post(f"/roster/requests/add/{batch.pk}/2/", sent(district)).status_code == 302
    assert PostRequest.objects.count() == 1
