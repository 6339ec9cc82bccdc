"""What the applications declare is collected by place and in order."""

from datetime import date

import pytest

from appraisal.services.cycles import prepare_cycle
from orgs.access import scope_of
from tests.factories import NOW, TODAY, make_user
from youthleague.audit.models import AuditEvent
from youthleague.kernel.navigation import NavigationGroup
from youthleague.workbench.choices import SUBJECT_NAMES
from youthleague.workbench.reports import built_panels, by_urgency, navigation_entries, panels_at, subject_names


def test_navigation_starts_with_the_workbench_and_ends_with_the_system():
    groups = [entry.group for entry in navigation_entries()]
    assert navigation_entries()[0].url_name == "workbench"
    assert groups == sorted(groups, key=list(NavigationGroup).index)
    assert groups[-1] == NavigationGroup.SYSTEM


def test_a_place_gets_its_own_panels_only():
    here = {panel.code for panel in panels_at("workbench")}
    side = {panel.code for panel in panels_at("workbench-side")}
    assert "workbench:units" in here
    assert "workbench-side:terms" in side
    assert here & side == set()
    assert panels_at("nowhere") == ()


@pytest.mark.django_db
def test_an_account_that_sees_no_unit_gets_no_panel_about_units(district):
    auditor = make_user("auditor", district.top)
    built = built_panels("workbench", auditor, scope_of(auditor, TODAY))
    assert [panel.code for panel in built if panel.code == "workbench:units"] == []


@pytest.mark.django_db
def test_a_panel_may_name_itself(district, secretary):
    built = {panel.code: panel for panel in built_panels("workbench", secretary, scope_of(secretary, TODAY))}
    assert built["workbench:units"].title == "青禾街道团工委一览"


def test_what_is_late_stands_before_what_is_near():
    near = {"tone": "warn", "due": date(2026, 11, 24)}
    nearer = {"tone": "warn", "due": date(2026, 11, 23)}
    late = {"tone": "bad", "due": date(2026, 12, 31)}
    calm = {"tone": "ok"}
    assert by_urgency([calm, near, late, nearer]) == [late, nearer, near, calm]


@pytest.mark.django_db
@pytest.mark.parametrize("label", sorted(SUBJECT_NAMES))
def test_whatever_an_event_is_about_can_be_named(label):
    """By columns of the model that exist, whatever type they have."""
    assert subject_names([AuditEvent(subject=f"{label}:1")]) == {}


@pytest.mark.django_db
def test_a_year_is_named_by_its_number(district):
    cycle = prepare_cycle(year=2026, by=make_user("district_staff", district.top), at=NOW)
    assert subject_names([AuditEvent(subject=f"appraisal.AppraisalCycle:{cycle.pk}")]) == {
        f"appraisal.AppraisalCycle:{cycle.pk}": "2026"
    }
