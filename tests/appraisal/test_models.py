"""Rows of the appraisal as people read them: by names, never by keys."""

import pytest
from django.apps import apps

from tests.appraisal.conftest import person
from tests.contract.appraisal_rows import make_year
from tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


def test_every_row_has_a_name_for_people(people, staff):
    make_year(staff, NOW.date())
    rows = [model._base_manager.order_by("pk").last() for model in apps.get_app_config("appraisal").get_models()]
    assert None not in rows
    assert [str(row) for row in rows if "object" in str(row) or not str(row)] == []


def test_a_permission_holds_where_the_unit_of_a_person_stood(cycle, people, district):
    of_a = make_user("leader", district.township_a)
    found = {name: of_a.has_perm("appraisal.review_leader", person(cycle, cadre)) for name, cadre in people.items()}
    assert found == {"a": True, "b": False, "top": False}
