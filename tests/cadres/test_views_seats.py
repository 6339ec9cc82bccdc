"""班子配备: the list of committees, and the seats on an organisation's page."""

import pytest
import time_machine

from orgs.choices import Level, OrganisationKind
from orgs.models import Organisation
from tests.factories import NOW, make_cadre, make_organisation, make_user

pytestmark = pytest.mark.django_db
LIST = "/roster/seats/"
LIST_QUERIES = 13


@pytest.fixture(autouse=True)
def today(settings):
    """Let the clock stand, and the files have their plain names."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def client_of(client):
    def sign_in(user):
        client.force_login(user, backend="orgs.backends.RoleBackend")
        return client

    return sign_in


@pytest.fixture
def committees(district):
    """Give a village with a vacancy, one that is filled, one that nobody counted."""
    make_cadre(district.village_a1)
    make_cadre(district.village_b1)
    Organisation.objects.filter(pk=district.village_a1.pk).update(member_count=30)
    Organisation.objects.filter(pk=district.village_b1.pk).update(member_count=4)
    return district


def listed(page):
    return [(row.name, row.seat.filled, row.seat.word) for row in page.context["table"].shown]


def test_the_committees_of_the_scope_are_listed(committees, client_of):
    page = client_of(make_user("township_secretary", committees.township_a)).get(LIST)
    assert listed(page) == [
        ("青禾街道团工委", 0, "未核定职数"),
        ("松涛社区团支部", 1, "缺 2 人"),
        ("长荷社区团支部", 0, "未填团员数"),
    ]
    assert [(one["title"], one["value"]) for one in page.context["figures"]] == [
        ("缺配", "1"),
        ("不知道应配几人", "2"),
    ]
    assert "石井村" not in page.content.decode()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("status=ok", ["石井村团支部"]),
        ("status=vacant", ["柳溪镇团委", "松涛社区团支部"]),
        ("status=vacant&kind=2", ["柳溪镇团委"]),
        ("status=over", []),
        ("q=松涛", ["松涛社区团支部"]),
        ("status=x", []),
    ],
)
def test_the_conditions_narrow_the_list(committees, client_of, query, names):
    page = client_of(make_user("leader", committees.top)).get(f"{LIST}?{query}")
    assert sorted(name for name, *_rest in listed(page)) == sorted(names)


def test_a_township_is_chosen_by_its_subtree(committees, client_of):
    page = client_of(make_user("leader", committees.top)).get(f"{LIST}?within={committees.township_b.pk}")
    assert [name for name, *_rest in listed(page)] == ["柳溪镇团委", "石井村团支部", "云桥村团支部"]


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_as_often_for_many_as_for_one(district, client_of, django_assert_num_queries, count):
    for number in range(count):
        unit = make_organisation(f"第{number}村团支部", district.township_b, OrganisationKind.BRANCH, Level.VILLAGE)
        make_cadre(unit)
    client = client_of(make_user("township_secretary", district.township_b))
    client.get(LIST)
    with django_assert_num_queries(LIST_QUERIES):
        assert len(client.get(LIST).context["table"].shown) == count + 3


def test_the_list_is_exported_where_the_roster_may_be(committees, client_of):
    asked = [
        client_of(make_user(role, unit)).get(f"{LIST}?export=xlsx").status_code
        for role, unit in (
            ("township_secretary", committees.township_a),
            ("village_secretary", committees.village_a1),
        )
    ]
    assert asked == [200, 403]


def test_an_approved_number_is_set_and_taken_back(committees, client_of):
    village = committees.village_a2
    client = client_of(make_user("district_staff", committees.top))
    url, page = f"/organisations/{village.pk}/seats/", f"/organisations/{village.pk}/"
    assert url in client.get(page).content.decode()
    version = Organisation.objects.get(pk=village.pk).version
    assert client.post(url, {"approved_seats": "4", "version": version}).status_code == 302
    assert "缺 4 人" in client.get(page).content.decode()
    stale = client.post(url, {"approved_seats": "5", "version": version})
    assert (stale.status_code, Organisation.objects.get(pk=village.pk).approved_seats) == (409, 4)
    assert client.post(url, {"approved_seats": "0", "version": version + 1}).context["form"].has_error("approved_seats")
    assert client.post(url, {"approved_seats": "", "version": version + 1}).status_code == 302
    assert Organisation.objects.get(pk=village.pk).approved_seats is None
    own = client_of(make_user("township_secretary", committees.township_a))
    assert url not in own.get(page).content.decode()
    assert own.post(url, {"approved_seats": "4"}).status_code == 403
