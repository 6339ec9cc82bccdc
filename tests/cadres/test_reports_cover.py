"""How posts of secretary are covered, unit by unit."""

import pytest
from django.db.models import Q

from cadres.models import Appointment
from cadres.reports import Cover, cover, vacant_units
from orgs.choices import Level
from orgs.models import Organisation
from tests.factories import TODAY, make_cadre

pytestmark = pytest.mark.django_db
MEMBER = Q(is_two_committee_member=True)


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


def test_villages_whose_secretary_is_a_committee_member_are_covered(district):
    make_cadre(district.village_a1, is_two_committee_member=True)
    make_cadre(district.village_a2, league_post="member", is_two_committee_member=True)
    make_cadre(district.village_b1, is_two_committee_member=False)
    villages = Organisation.objects.filter(level=Level.VILLAGE)
    found = cover(villages, Appointment.objects.in_force(TODAY), MEMBER)
    assert found == Cover(1, ("长荷社区团支部", "石井村团支部", "云桥村团支部"))
    assert (found.total, found.rate.fraction) == (4, "1 / 4")


def test_units_without_a_secretary(district):
    make_cadre(district.village_a1)
    make_cadre(district.village_a2, league_post="deputy_secretary")
    villages = Organisation.objects.filter(level=Level.VILLAGE)
    posts = Appointment.objects.in_force(TODAY)
    assert vacant_units(villages, posts) == [district.village_a2, district.village_b1, district.village_b2]
