"""Forms made from columns: every written form is read, what is wrong stands beside its field, by code."""

from datetime import date

import pytest
from django.http import QueryDict

from cadres.fields import COLUMN_BY_NAME
from cadres.forms import AppointForm, CorrectForm, CorrectPostForm, EndForm, RegisterForm, TransferForm
from cadres.forms.columns import ColumnField
from cadres.services.posts import appoint, end_appointment
from tests.factories import NOW, TODAY, cadre_values, make_cadre, valid_identity_number
from youthleague.kernel.dates import PartialDate

pytestmark = pytest.mark.django_db
NUMBER = valid_identity_number(321, date(1995, 6, 15))


def typed(values):
    """Write values as a person fills a form."""
    texts = {
        name: value if name == "organisation" else COLUMN_BY_NAME[name].write(value) for name, value in values.items()
    }
    data = QueryDict(mutable=True)
    data.update(texts)
    return data


def filled(unit, **changes):
    data = typed(cadre_values(unit, 321, id_number=NUMBER))
    data.update(changes)
    return data


def codes(form):
    return {name: [error.code for error in errors] for name, errors in form.errors.as_data().items()}


def register(scope, data):
    return RegisterForm(data, scope=scope, day=TODAY)


def test_a_whole_row_is_read_as_a_sheet_row_would_be(district, secretary_a, scope):
    form = register(scope(secretary_a), filled(district.village_a1))
    assert form.is_valid(), form.errors
    given = {name: value for name, value in form.registered().items() if value is not None}
    assert given == cadre_values(district.village_a1, 321, id_number=NUMBER)


@pytest.mark.parametrize(
    "written",
    [
        "2024.09",
        "2024年9月",
        "2024-9",
        "202409",
        "\uff12\uff10\uff12\uff14\uff0e\uff10\uff19",
        "2024/09",
        "2024.9.1",
        "2024-09-01",
    ],
)
def test_a_date_is_read_in_every_written_form(district, secretary_a, scope, written):
    form = register(scope(secretary_a), filled(district.village_a1, appointed_on=written))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["appointed_on"].value == date(2024, 9, 1)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"name": ""}, {"name": ["required"]}),
        ({"name": "张3"}, {"name": ["name.format"]}),
        ({"id_number": NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1")}, {"id_number": ["identity.check_digit"]}),
        ({"phone": "1380013800"}, {"phone": ["phone.length"]}),
        ({"ethnicity": "火星族"}, {"ethnicity": ["choice.unknown"]}),
        ({"political_status": "党员（保留团籍）"}, {"political_status": ["choice.unknown"]}),
        ({"fulltime_education": "本科在读"}, {"fulltime_education": ["education.studying"]}),
        ({"fulltime_education": ""}, {"fulltime_education": ["education.missing"]}),
        ({"appointed_on": "去年"}, {"appointed_on": ["date.format"]}),
        ({"appointed_on": "2026-11-24"}, {"appointed_on": ["date.future"]}),
        ({"term_ends_on": "2024-08"}, {"term_ends_on": ["date.term_order"]}),
        ({"joined_league_on": "2008-01"}, {"joined_league_on": ["date.league_age"]}),
        ({"retains_league_membership": "是"}, {"retains_league_membership": ["membership.not_party"]}),
        ({"school_major": "长" * 121}, {"school_major": ["column.too_long"]}),
        ({"organisation": "999999"}, {"organisation": ["invalid_choice"]}),
        ({"organisation": ""}, {"organisation": ["required"]}),
    ],
)
def test_what_is_wrong_stands_beside_its_field(district, secretary_a, scope, changes, found):
    form = register(scope(secretary_a), filled(district.village_a1, **changes))
    assert codes(form) == found
    assert NUMBER not in str(form.errors)


def test_a_unit_outside_the_scope_is_no_choice(district, secretary_a, scope):
    form = register(scope(secretary_a), filled(district.village_b1))
    assert codes(form) == {"organisation": ["invalid_choice"]}


def test_somebody_on_the_roster_already_is_named(own, district, secretary_a, scope):
    form = register(scope(secretary_a), filled(district.village_a1, id_number=own.id_number))
    assert codes(form) == {"id_number": ["person.known"]}
    assert form.known == own


def test_somebody_of_another_township_is_not_named(foreign, district, secretary_a, scope):
    form = register(scope(secretary_a), filled(district.village_a1, id_number=foreign.id_number))
    assert form.is_valid()
    assert form.known is None


@pytest.mark.parametrize("text", ["", "  ", "-", "无", "—"])
def test_blank_is_nothing(text):
    assert ColumnField(COLUMN_BY_NAME["native_place"], required=False, day=TODAY).clean(text) is None


def test_a_choice_titled_none_is_a_choice():
    assert ColumnField(COLUMN_BY_NAME["degree"], required=False, day=TODAY).clean("无") == "0"


def correct(cadre, scope, **changes):
    blank = CorrectForm(cadre=cadre, scope=scope, day=TODAY)
    data = QueryDict(mutable=True)
    data.update({name: blank[name].value() or "" for name in blank.fields} | changes)
    return CorrectForm(data, cadre=cadre, scope=scope, day=TODAY)


def test_number_and_phone_are_never_in_the_form(own, secretary_a, scope):
    html = CorrectForm(cadre=own, scope=scope(secretary_a), day=TODAY).as_p()
    assert own.id_number not in html
    assert own.phone not in html
    assert own.masked_phone in html


def test_left_empty_number_and_phone_are_unchanged(own, secretary_a, scope):
    form = correct(own, scope(secretary_a), native_place="湖南长沙")
    assert form.is_valid(), form.errors
    assert {"id_number", "phone"} & form.changed_values().keys() == set()
    assert form.changed_values()["native_place"] == "湖南长沙"


def test_an_emptied_fact_is_cleared(own, secretary_a, scope):
    form = correct(own, scope(secretary_a), fulltime_education="")
    assert form.is_valid(), form.errors
    assert form.changed_values()["fulltime_education"] is None


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"name": ""}, {"name": ["required"]}),
        ({"phone": "12345678901"}, {"phone": ["phone.format"]}),
        ({"version": ""}, {"version": ["required"]}),
        ({"joined_party_on": "2005-01"}, {"joined_party_on": ["date.party_age"]}),
    ],
)
def test_a_correction_is_refused_by_field(own, secretary_a, scope, changes, found):
    assert codes(correct(own, scope(secretary_a), **changes)) == found


def second_post(cadre, organisation, by, post="member"):
    values = {"organisation": organisation.pk, "league_post": post, "employment_mode": "part_time"}
    values["appointed_on"] = PartialDate.from_text("2025-01")
    return appoint(cadre=cadre, values=values, by=by, at=NOW, day=TODAY)


def post_form(form_class, post, scope, **changes):
    blank = form_class(post=post, scope=scope, day=TODAY)
    data = QueryDict(mutable=True)
    data.update({name: blank[name].value() or "" for name in blank.fields} | changes)
    return form_class(data, post=post, scope=scope, day=TODAY)


def test_an_untouched_post_is_valid(own, secretary_a, scope):
    form = post_form(CorrectPostForm, own.appointments.get(), scope(secretary_a))
    assert form.is_valid(), form.errors


def test_a_correction_to_a_post_held_already_is_refused(own, district, secretary_a, scope):
    second = second_post(own, district.village_a1, secretary_a)
    form = post_form(CorrectPostForm, second, scope(secretary_a), league_post="书记")
    assert codes(form) == {"league_post": ["post.held"]}


def test_an_ended_post_may_be_corrected_to_one_held_now(own, district, secretary_a, scope):
    second = second_post(own, district.village_a1, secretary_a)
    end_appointment(post=second, on=TODAY, reason="other", by=secretary_a, at=NOW)
    second.refresh_from_db()
    form = post_form(CorrectPostForm, second, scope(secretary_a), league_post="书记")
    assert form.is_valid(), form.errors
    late = post_form(CorrectPostForm, second, scope(secretary_a), appointed_on="2026-11-23")
    assert late.is_valid(), late.errors


def test_an_ended_post_did_not_begin_after_its_end(own, secretary_a, scope):
    post = own.appointments.get()
    end_appointment(post=post, on=date(2026, 6, 30), reason="other", by=secretary_a, at=NOW)
    post.refresh_from_db()
    form = post_form(CorrectPostForm, post, scope(secretary_a), appointed_on="2026-07")
    assert codes(form) == {"appointed_on": ["date.end_early"]}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, {"reason": ["required"]}),
        ({"reason": "unit_closed"}, {"reason": ["invalid_choice"]}),
        ({"reason": "promoted", "on": "2026-11"}, {"on": ["date.day_needed"]}),
        ({"reason": "promoted", "on": "2026-11-24"}, {"on": ["date.future"]}),
        ({"reason": "promoted", "on": "2024-08-31"}, {"on": ["date.end_early"]}),
        ({"reason": "promoted", "on": ""}, {"on": ["required"]}),
        ({"reason": "promoted", "on": "2024年9月1日"}, {}),
    ],
)
def test_the_end_of_a_post(own, secretary_a, scope, changes, found):
    assert codes(post_form(EndForm, own.appointments.get(), scope(secretary_a), **changes)) == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, {"__all__": ["post.same"]}),
        ({"league_post": "委员", "on": "2024-08-31"}, {"on": ["date.change_needed"]}),
        ({"league_post": "委员", "on": "2024-09-01"}, {"on": ["date.change_needed"]}),
        ({"league_post": "委员", "on": "2026-11-24"}, {"on": ["date.future"]}),
        ({"league_post": "委员", "term_ends_on": "2026-10"}, {"term_ends_on": ["date.term_order"]}),
        ({"league_post": "副书记"}, {"league_post": ["post.held"]}),
        ({"league_post": "委员"}, {}),
        ({"league_post": ""}, {"league_post": ["required"]}),
    ],
)
def test_a_transfer(own, district, secretary_a, scope, changes, found):
    first = own.appointments.get()
    second_post(own, district.village_a1, secretary_a, post="deputy_secretary")
    assert codes(post_form(TransferForm, first, scope(secretary_a), **changes)) == found


def test_a_transfer_offers_no_unit_outside_the_scope(own, district, secretary_a, scope):
    form = post_form(TransferForm, own.appointments.get(), scope(secretary_a), organisation=str(district.village_b1.pk))
    assert "invalid_choice" in codes(form)["organisation"]


def test_a_further_post_is_checked_by_the_rules(own, district, secretary_a, scope):
    make_cadre(district.township_a)
    data = typed({"organisation": district.village_a2.pk, "league_post": "member", "employment_mode": "part_time"})
    data.update({"appointed_on": "2027-01"})
    assert codes(AppointForm(data, scope=scope(secretary_a), day=TODAY)) == {"appointed_on": ["date.future"]}
