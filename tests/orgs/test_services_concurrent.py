"""Acts on the tree at the same moment: one waits for the other, and no unit is lost from its path."""

import pytest
from django.core.exceptions import ValidationError

from orgs.choices import Level, OrganisationKind
from orgs.models import Organisation, User
from orgs.services import found_organisation, move_organisation
from tests.factories import NOW, TODAY, make_district
from tests.protection.crowd import Crowd

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tree():
    district = make_district()
    for unit in (district.village_a1, district.village_b1):
        Organisation.objects.filter(pk=unit.pk).update(kind=OrganisationKind.GENERAL_BRANCH, level=Level.UNIT)
    for unit in (district.township_a, district.township_b):
        Organisation.objects.filter(pk=unit.pk).update(level=Level.UNIT)
    User.objects.create_user("clerk", None, full_name="经办人")
    return district


def is_sound() -> bool:
    """Tell whether every lineage is the path of the superiors."""
    units = {unit.pk: unit for unit in Organisation.objects.all()}
    return all(
        unit.lineage == (units[unit.parent_id].lineage if unit.parent_id else "") + f"{unit.pk:08d}"
        for unit in units.values()
    )


def attempt(call, **arguments):
    by = User.objects.get(username="clerk")
    try:
        call(**arguments, on=TODAY, by=by, at=NOW)
    except ValidationError as refusal:
        return refusal.code
    return "done"


def test_two_units_that_move_below_one_another(tree, tmp_path):
    pairs = [(tree.township_a, tree.village_b1), (tree.township_b, tree.village_a1)]
    crowd = Crowd(tmp_path)

    def move(number):
        unit, parent = pairs[number]
        return attempt(move_organisation, organisation=unit, parent=parent)

    assert sorted(crowd.run(move, count=2)) == ["done", "org.parent"]
    assert crowd.run(lambda _: is_sound()) == [True]


def test_a_unit_founded_below_one_that_moves(tree, tmp_path):
    crowd = Crowd(tmp_path)

    def act(number):
        if number == 0:
            return attempt(move_organisation, organisation=tree.township_a, parent=tree.township_b)
        parent = Organisation.objects.get(pk=tree.village_a1.pk)
        unit = Organisation(name=f"新{number}", parent=parent, kind=OrganisationKind.BRANCH, level=Level.UNIT)
        return attempt(found_organisation, organisation=unit)

    assert crowd.run(act, count=5) == ["done"] * 5
    assert crowd.run(lambda _: (is_sound(), Organisation.objects.count())) == [(True, 11)]
