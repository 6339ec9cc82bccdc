"""Forms and steps: one service call, refusals beside the fields, a sentence afterwards."""

from typing import Any, ClassVar

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone

from orgs.access import scope_of
from orgs.models import Organisation
from orgs.scoped_views import ScopedFormView, ScopedObjectFormView, ScopedPage, ScopedStepView
from orgs.scoped_views.units import UnitChoiceField
from orgs.services import close_organisation
from tests.factories import TODAY, make_user
from tests.orgs.desks import refusals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


class CloseView(ScopedStepView):
    """Strikes an organisation off."""

    model = Organisation
    permission = "orgs.change_organisation"
    done = "已撤销。"

    def perform(self):
        close_organisation(organisation=self.object, on=TODAY, by=self.user, at=timezone.now())

    def next_url(self):
        return "/organisations/"


class NameForm(forms.Form):
    name = forms.CharField()


class UnitForm(NameForm):
    unit = UnitChoiceField(choices=[(1, "一")], coerce=int)


class NameView(ScopedObjectFormView):
    """Refuses in the ways that services do."""

    model = Organisation
    permission = "orgs.change_organisation"
    form_class = NameForm
    template_name = "400.html"
    shown: ClassVar[dict[str, Any]] = {}

    def get_context_data(self, **more):
        self.shown.update(more)
        return super().get_context_data(**more)

    def save(self, form):
        refusals = {
            "field": ValidationError({"name": ValidationError("不行。", code="name.taken")}),
            "elsewhere": ValidationError({"lineage": ValidationError("不行。", code="org.parent")}),
            "whole": ValidationError("不行。", code="org.state"),
            "stale": ValidationError("变了。", code="row.stale"),
            "own": ValidationError("不行。", code="account.self"),
            "elsewhere registered": ValidationError({"name": ValidationError("不行。", code="person.elsewhere")}),
            "double": IntegrityError("UNIQUE"),
        }
        refusal = refusals.get(form.cleaned_data["name"])
        if refusal:
            raise refusal
        return self.object

    def back_url(self):
        return "/organisations/"


@pytest.fixture
def ask():
    """Give a request of an account."""

    def ask_as(user, method="post", **data):
        request = getattr(RequestFactory(), method)("/somewhere/", data)
        request.user, request.scope = user, scope_of(user, TODAY)
        request._messages = CookieStorage(request)
        return request

    return ask_as


@pytest.fixture
def staff(district):
    return make_user("district_staff", district.top)


def sentences(request):
    return [str(message) for message in get_messages(request)]


def test_a_step_calls_its_service_and_says_so(district, staff, ask):
    request = ask(staff)
    response = CloseView.as_view()(request, pk=district.village_a1.pk)
    assert (response.status_code, response["Location"], sentences(request)) == (302, "/organisations/", ["已撤销。"])
    district.village_a1.refresh_from_db()
    assert district.village_a1.state == "closed"


def test_a_refused_step_says_why(district, staff, ask):
    request = ask(staff)
    response = CloseView.as_view()(request, pk=district.township_a.pk)
    assert (response.status_code, sentences(request)) == (302, ["请先撤销、合并或划转它的下级团组织。"])
    assert refusals() == []


def test_a_step_refused_for_who_asks_is_recorded_once(district, staff, ask, monkeypatch):
    def refuse(_view):
        raise ValidationError("不行。", code="account.self")

    monkeypatch.setattr(CloseView, "perform", refuse)
    CloseView.as_view()(ask(staff), pk=district.village_a1.pk)
    subject = f"orgs.Organisation:{district.village_a1.pk}"
    assert refusals() == [("orgs.change_organisation", subject, ["account.self"])]


def test_a_step_is_not_taken_by_reading(district, staff, ask):
    assert CloseView.as_view()(ask(staff, "get"), pk=district.village_a1.pk).status_code == 405


def test_a_step_outside_the_scope_is_not_there(district, ask):
    user = make_user("township_secretary", district.township_a)
    CloseView.permission, before = "orgs.view_organisation", CloseView.permission
    try:
        with pytest.raises(Http404):
            CloseView.as_view()(ask(user), pk=district.village_b1.pk)
    finally:
        CloseView.permission = before
    subject = f"orgs.Organisation:{district.village_b1.pk}"
    assert refusals() == [("orgs.view_organisation", subject, ["scope.row"])]


def test_a_step_without_permission_is_refused(district, ask):
    user = make_user("township_secretary", district.township_a)
    with pytest.raises(PermissionDenied):
        CloseView.as_view()(ask(user), pk=district.village_a1.pk)
    district.village_a1.refresh_from_db()
    assert district.village_a1.state == "active"
    subject = f"orgs.Organisation:{district.village_a1.pk}"
    assert refusals() == [("orgs.change_organisation", subject, ["permission.missing"])]


def test_reading_what_one_may_not_is_not_recorded(district, ask):
    for pk in (district.village_a1.pk, district.village_b1.pk):
        with pytest.raises(PermissionDenied):
            NameView.as_view()(ask(make_user("leader", district.township_a), "get"), pk=pk)
    assert refusals() == []


@pytest.mark.parametrize(
    ("name", "status", "codes"),
    [
        ("field", 200, {"name": ["name.taken"]}),
        ("elsewhere", 200, {"__all__": ["org.parent"]}),
        ("whole", 200, {"__all__": ["org.state"]}),
        ("stale", 409, {"__all__": ["row.stale"]}),
        ("double", 200, {"__all__": ["row.conflict"]}),
        ("", 200, {"name": ["required"]}),
    ],
)
def test_what_a_service_refuses_stands_in_the_form(district, staff, ask, name, status, codes):
    NameView.shown.clear()
    response = NameView.as_view()(ask(staff, name=name), pk=district.village_a1.pk)
    errors = NameView.shown["form"].errors.as_data()
    assert response.status_code == status
    assert {field: [error.code for error in found] for field, found in errors.items()} == codes
    assert refusals() == []


@pytest.mark.parametrize(("name", "code"), [("own", "account.self"), ("elsewhere registered", "person.elsewhere")])
def test_a_form_refused_for_who_asks_is_recorded_once(district, staff, ask, name, code):
    NameView.as_view()(ask(staff, name=name), pk=district.village_a1.pk)
    assert refusals() == [("orgs.change_organisation", f"orgs.Organisation:{district.village_a1.pk}", [code])]


@pytest.mark.parametrize(("unit", "codes"), [("2", [["scope.relation"]]), ("", []), ("1", [])])
def test_a_unit_that_was_not_offered_is_recorded_once(district, staff, ask, monkeypatch, unit, codes):
    monkeypatch.setattr(NameView, "form_class", UnitForm)
    NameView.as_view()(ask(staff, name="好", unit=unit), pk=district.village_a1.pk)
    assert [found for _action, _subject, found in refusals()] == codes


def test_what_was_saved_is_said(district, staff, ask):
    request = ask(staff, name="好")
    response = NameView.as_view()(request, pk=district.village_a1.pk)
    assert (response.status_code, response["Location"], sentences(request)) == (302, "/organisations/", ["已保存。"])


def test_a_form_is_shown_with_its_words(district, staff, ask):
    view = NameView()
    view.setup(ask(staff, "get"), pk=district.village_a1.pk)
    view.prepare()
    context = view.get_context_data(form=NameForm())
    assert {name: context[name] for name in ("submit", "cancel_url", "object")} == {
        "submit": "保存",
        "cancel_url": "/organisations/",
        "object": district.village_a1,
    }
    assert NameView.as_view()(ask(staff, "get"), pk=district.village_a1.pk).status_code == 200


@pytest.mark.parametrize("method", ["save", "back_url"])
def test_a_form_says_what_it_does(method):
    with pytest.raises(NotImplementedError):
        getattr(ScopedFormView(), method)(*([None] if method == "save" else []))


@pytest.mark.parametrize("method", ["perform", "next_url"])
def test_a_step_says_what_it_does(method):
    with pytest.raises(NotImplementedError):
        getattr(ScopedStepView(), method)()


def test_a_page_without_a_permission_is_open_to_nobody(district, staff, ask):
    with pytest.raises(PermissionDenied):
        ScopedPage.as_view()(ask(staff, "get"))
