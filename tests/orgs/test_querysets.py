"""How organisations are picked."""

import pytest

from orgs.choices import Level, OrganisationKind
from orgs.models import Organisation
from tests.factories import make_organisation

FOUND = {
    "松涛": ["松涛社区团支部"],
    " 社区 ": ["松涛社区团支部", "长荷社区团支部"],
    "团区委": ["共青团示范区委员会"],
    "songtao": ["松涛社区团支部"],
    "STSQ": ["松涛社区团支部"],
    "tao": [],  # the beginning only
    "sq": [],
    "cat": ["CATL 团支部"],
    "ATL": ["CATL 团支部"],
    "%": [],
}


@pytest.mark.parametrize(("typed", "found"), FOUND.items())
def test_organisations_are_found_by_a_part_of_the_name_or_the_beginning_of_its_pinyin(district, typed, found):
    make_organisation("CATL 团支部", district.township_b, OrganisationKind.BRANCH, Level.UNIT)
    rows = Organisation.objects.order_by("pk").matching(typed)
    assert [row.name for row in rows] == found
