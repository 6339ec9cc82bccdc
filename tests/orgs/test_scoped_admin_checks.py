"""What an admin may not declare is refused by ``manage.py check``."""

import pytest
from django.contrib import admin
from django.contrib.admin import RelatedFieldListFilter, SimpleListFilter

from cadres.models import Appointment, Cadre
from orgs.models import PasswordRecord, PolicyValue, User
from orgs.scoped_admin import ScopedInline, ScopedModelAdmin, VisibleRelatedFilter
from tests.orgs import desks


class Sound(ScopedModelAdmin):
    """An admin that declares what it may."""

    fields = ["admin_post"]
    search_fields = ["cadre__name", "=organisation__code"]


class SoundInline(ScopedInline):
    model = Appointment
    fields = ["admin_post"]


class Stock(admin.TabularInline):
    model = Appointment


class ByWord(SimpleListFilter):
    title, parameter_name = "词", "word"

    def lookups(self, *_):
        return [("a", "甲")]


def codes(declared: type, model: type = Appointment) -> list[str]:
    """List our codes that checking an admin class finds."""
    found = declared(model, desks.narrow).check()
    return sorted(one.id for one in found if one.id.startswith("orgs."))


def variant(base: type = Sound, **attributes: object) -> type:
    return type("Variant", (base,), attributes)


def test_a_sound_admin_passes():
    filters = ["league_post", ("organisation", VisibleRelatedFilter), ByWord]
    assert codes(variant(list_filter=filters, inlines=[SoundInline])) == []


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"rows_method": "seen_by"}, "orgs.E101"),
        ({"kept_method": "kept_by"}, "orgs.E101"),
        ({"raw_id_fields": ["cadre"]}, "orgs.E102"),
        ({"fields": None}, "orgs.E103"),
        ({"list_editable": ["admin_post"], "list_display": ["cadre", "admin_post"]}, "orgs.E105"),
        ({"save_as": True}, "orgs.E105"),
        ({"view_on_site": True}, "orgs.E105"),
        ({"list_filter": ["organisation"]}, "orgs.E106"),
        ({"list_filter": ["organisation__name"]}, "orgs.E106"),
        ({"list_filter": [("organisation", RelatedFieldListFilter)]}, "orgs.E106"),
        ({"inlines": [Stock]}, "orgs.E107"),
        ({"allows": frozenset({"add"})}, "orgs.E108"),
    ],
)
def test_a_hole_is_found(attributes, code):
    assert code in codes(variant(**attributes))


def test_rows_of_no_subtree_must_be_said_to_be_shared():
    assert codes(variant(fields=["key"], search_fields=[]), PolicyValue) == ["orgs.E101"]
    assert codes(variant(fields=["key"], search_fields=[], is_shared=True), PolicyValue) == []


@pytest.mark.parametrize(
    ("model", "attributes", "code"),
    [
        (Cadre, {"fields": ["id_number"]}, "orgs.E104"),
        (Cadre, {"fieldsets": [(None, {"fields": ["name", "phone"]})], "fields": None}, "orgs.E104"),
        (Cadre, {"fields": ["name"], "list_display": ["name", "phone"]}, "orgs.E104"),
        (Cadre, {"fields": ["name"], "readonly_fields": ["person_key"]}, "orgs.E104"),
        (User, {"fields": ["username", "password"]}, "orgs.E104"),
        (PasswordRecord, {"fields": ["user"], "is_shared": True, "list_filter": ["password"]}, "orgs.E106"),
        (Cadre, {"fields": ["name"], "search_fields": ["=id_number"]}, "orgs.E109"),
        (Cadre, {"fields": ["name"], "search_fields": ["phone__startswith"]}, "orgs.E109"),
    ],
)
def test_a_secret_is_neither_shown_nor_searched(model, attributes, code):
    assert codes(variant(**{"search_fields": [], **attributes}), model) == [code]


def test_an_inline_is_checked_like_an_admin():
    assert codes(variant(inlines=[variant(SoundInline, raw_id_fields=["cadre"])]), desks.Organisation) == ["orgs.E102"]


def test_writing_below_needs_a_service_as_well():
    below = variant(SoundInline, allows=frozenset({"change"}))
    assert codes(variant(desks.UnitDesk, inlines=[below]), desks.Organisation) == []
    assert codes(variant(fields=["name"], search_fields=[], inlines=[below]), desks.Organisation) == ["orgs.E108"]


def test_all_registered_admins_pass():
    assert [one for row in admin.site._registry.values() for one in row.check()] == []
