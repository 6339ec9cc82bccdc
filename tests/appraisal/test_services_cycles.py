"""Preparing a year, changing its scheme, opening it, and the steps that are offered."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from appraisal.choices import Component
from appraisal.models import AppraisalCycle, AppraisalGroup, GroupComponent, Participant
from appraisal.reports.schemes import families_of, scheme_of
from appraisal.rules.scheme import DEFAULT_SCHEME, scheme_digest
from appraisal.services.cycles import advance_cycle, change_scheme, open_cycle, prepare_cycle
from appraisal.services.items import exempt
from appraisal.services.population import draw_population
from tests.appraisal.conftest import NOON, YEAR, fresh, person, refused, take_to
from tests.factories import make_user
from youthleague.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


def test_a_year_begins_with_the_usual_scheme(prepared):
    assert (prepared.state, prepared.scheme_digest) == ("preparation", "")
    assert scheme_of(prepared) == DEFAULT_SCHEME
    assert [[one.name for one in family.groups] for family in families_of(prepared)] == [
        ["街道"],
        ["乡镇"],
        ["机关", "学校"],
    ]


def test_a_year_copies_the_scheme_of_another(prepared, staff):
    scheme = replace(DEFAULT_SCHEME, adjustment_cap=3_000, groups=DEFAULT_SCHEME.groups[:2])
    change_scheme(cycle=prepared, version=1, scheme=scheme, by=staff, at=NOON)
    copy = prepare_cycle(year=YEAR + 1, by=staff, at=NOON, copy_of=fresh(prepared))
    assert scheme_of(copy) == scheme
    assert scheme_of(fresh(prepared)) == scheme


def test_a_year_is_prepared_once_and_by_those_who_keep_the_whole_district(prepared, staff, district, leader):
    assert refused(lambda: prepare_cycle(year=YEAR, by=staff, at=NOON)) == "cycle.twice"
    of_township = make_user("district_staff", district.township_a)
    for user in (leader, of_township):
        assert refused(lambda user=user: prepare_cycle(year=2030, by=user, at=NOON)) == "appraisal.scope"
    assert list(AppraisalCycle.objects.values_list("year", flat=True)) == [YEAR]


def test_a_scheme_that_is_not_sound_is_refused_and_the_old_one_stays(prepared, staff):
    broken = replace(DEFAULT_SCHEME, groups=())
    assert refused(lambda: change_scheme(cycle=prepared, version=1, scheme=broken, by=staff, at=NOON)) == "scheme.empty"
    assert scheme_of(fresh(prepared)) == DEFAULT_SCHEME


def test_another_scheme_draws_people_anew(prepared, people, staff):
    draw_population(cycle=prepared, by=staff, at=NOON)
    change_scheme(cycle=prepared, version=2, scheme=DEFAULT_SCHEME, by=staff, at=NOON)
    assert (Participant.objects.count(), fresh(prepared).drawn_on) == (0, None)


def test_opening_fixes_the_scheme_under_its_digest(cycle, staff):
    assert (cycle.state, cycle.scheme_digest) == ("daily", scheme_digest(DEFAULT_SCHEME))

    def change():
        change_scheme(cycle=cycle, version=cycle.version, scheme=DEFAULT_SCHEME, by=staff, at=NOON)

    assert refused(change) == "cycle.state"
    assert [AuditEvent.objects.filter(action=f"cycle.{one}").count() for one in ("prepare", "draw", "open")] == [1] * 3


def test_a_year_without_people_does_not_open(prepared, staff):
    assert refused(lambda: open_cycle(cycle=prepared, version=1, by=staff, at=NOON)) == "cycle.nobody"
    assert fresh(prepared).state == "preparation"


def test_a_year_whose_rows_were_spoilt_does_not_open(prepared, people, staff):
    draw_population(cycle=prepared, by=staff, at=NOON)
    GroupComponent.objects.filter(component=1).update(weight=1)
    assert refused(lambda: open_cycle(cycle=prepared, version=2, by=staff, at=NOON)) == "scheme.weights"


def test_steps_are_taken_in_order_as_far_as_they_are_offered(cycle, staff, leader):
    def step(action, version=None, by=staff):
        row = fresh(cycle)
        return advance_cycle(cycle=row, version=version or row.version, action=action, by=by, at=NOON)

    assert refused(lambda: step("evaluate")) == "cycle.state"
    assert refused(lambda: step("collect", version=99)) == "row.stale"
    assert refused(lambda: step("collect", by=leader)) == "appraisal.scope"
    assert refused(lambda: step("open")) == "cycle.open"
    take_to(cycle, "totalling", staff)
    assert refused(lambda: step("review")) == "cycle.lacking"
    assert refused(lambda: step("archive")) == "cycle.state"
    assert step("reopen").state == "evaluation"


def test_the_database_holds_weights_and_names(prepared):
    group = AppraisalGroup.objects.first()
    for row in (
        AppraisalGroup(cycle=prepared, name=group.name, position=9, excellent_permille=1, minimum_months=0, periods=4),
        GroupComponent(group=group, component=1, weight=1),
        GroupComponent(group=AppraisalGroup.objects.last(), component=9, weight=0),
    ):
        row.bottom_value = 0
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_a_year_is_not_added_up_while_results_are_missing(cycle, people, staff):
    year = take_to(cycle, "evaluation", staff)

    def total():
        return advance_cycle(cycle=year, version=fresh(year).version, action="total", by=staff, at=NOON)

    assert refused(total) == "cycle.results"
    Participant.objects.exclude(cadre=people["a"]).update(standing="ungraded")
    assert refused(total) == "cycle.results"
    for one in (3, 4, 5, 6):
        exempt(participant=person(year, people["a"]), component=Component(one), reason="病假", by=staff, at=NOON)
    assert total().state == "totalling"
