"""How posts of secretary are covered, unit by unit."""

import pytest

from cadres.models import Appointment
from cadres.reports import Cover, SecretaryCover, secretary_cover, vacant_units
from orgs.choices import Level
from orgs.models import Organisation
from tests.factories import TODAY, make_cadre

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("missing", "text"),
    [
        ((), "已全部覆盖"),
        (("石井村",), "缺：石井村"),
        (("石井村", "云桥村"), "缺：石井村、云桥村"),
        (("石井村", "云桥村", "北塔"), "缺：石井村、云桥村等 3 个"),
    ],
)
def test_what_is_missing_is_named(missing, text):
    assert Cover(2, missing).missing_text() == text


def test_every_village_counts_and_those_that_are_missing_are_named(district):
    make_cadre(district.village_a1, is_two_committee_member=True)
    make_cadre(district.village_a2, league_post="member", is_two_committee_member=True)
    make_cadre(district.village_b1, is_two_committee_member=False)
    make_cadre(district.township_a, is_party_gov_leader=True)
    make_cadre(district.township_b, is_two_committee_member=True)  # which is not what is asked there
    make_cadre(district.top, is_party_gov_leader=True)
    found = secretary_cover(Organisation.objects.all(), Appointment.objects.in_force(TODAY))
    assert found.villages == Cover(1, ("长荷社区团支部", "石井村团支部", "云桥村团支部"))
    assert found.townships == Cover(1, ("柳溪镇团委",))
    assert (found.villages.total, found.villages.rate.fraction) == (4, "1 / 4")
    assert found.facts() == [
        {"title": "村（社区）书记由“两委”兼任", "value": "1 / 4", "note": "缺：长荷社区团支部等 3 个"},
        {"title": "街乡书记进党政班子", "value": "1 / 2", "note": "缺：柳溪镇团委"},
    ]


def test_where_there_are_no_such_units_nothing_is_said(district):
    found = secretary_cover(Organisation.objects.filter(level=Level.DISTRICT), Appointment.objects.all())
    assert (found, found.facts()) == (SecretaryCover(Cover(0, ()), Cover(0, ())), [])


def test_the_cover_is_one_query(district, django_assert_num_queries):
    with django_assert_num_queries(1):
        secretary_cover(Organisation.objects.all(), Appointment.objects.in_force(TODAY))


def test_units_without_a_secretary(district):
    make_cadre(district.village_a1)
    make_cadre(district.village_a2, league_post="deputy_secretary")
    villages = Organisation.objects.filter(level=Level.VILLAGE)
    posts = Appointment.objects.in_force(TODAY)
    assert vacant_units(villages, posts) == [district.village_a2, district.village_b1, district.village_b2]
