"""The encrypted column: plain above the ORM, sealed below it, and never silently the wrong thing."""

import base64
import re

import pytest
from django import forms
from django.core.exceptions import FieldError, ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.db.models import F
from django.db.models.functions import Length
from hypothesis import given
from hypothesis import strategies as st

from tests.protection.probe import Probe
from youthleague.protection.ciphers import SealError
from youthleague.protection.fields import EncryptedTextField, decrypt_value, encrypt_value, is_same_value
from youthleague.protection.keys import keyring

PHONE = "probes.Probe.phone"
SEALED = re.compile(r"v1:k1:[A-Za-z0-9+/]+=*\Z")

table = pytest.mark.usefixtures("probe_table", "db")


class ProbeForm(forms.ModelForm):
    class Meta:
        model = Probe
        fields = ("name", "phone", "note")


def stored(column="phone"):
    """Read what the database itself holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone, note FROM probes_probe ORDER BY id")
        return [row[("phone", "note").index(column)] for row in cursor.fetchall()]


def execute(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@given(text=st.text(min_size=1))
def test_any_text_comes_back(text):
    sealed = encrypt_value(PHONE, text)
    assert SEALED.match(sealed)
    assert decrypt_value(PHONE, sealed) == text


def test_both_suites_encrypt_text(suite):
    assert decrypt_value(PHONE, encrypt_value(PHONE, "19900000001")) == "19900000001"


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_stays_as_it_is(nothing):
    assert encrypt_value(PHONE, nothing) == nothing
    assert decrypt_value(PHONE, nothing) == nothing


@table
def test_the_database_holds_ciphertext_and_the_model_plain_text():
    probe = Probe.objects.create(phone="19900000001", note="备注\0一")
    assert SEALED.match(stored()[0])
    assert "19900000001" not in stored()[0]
    assert (probe.phone, probe.note) == ("19900000001", "备注\0一")
    probe.refresh_from_db()
    assert (probe.phone, probe.note) == ("19900000001", "备注\0一")
    assert list(Probe.objects.values_list("phone", "note")) == [("19900000001", "备注\0一")]


@table
def test_empty_and_null_are_stored_plainly():
    Probe.objects.create()
    assert (stored("phone"), stored("note")) == ([""], [None])
    assert list(Probe.objects.values_list("phone", "note")) == [("", None)]


@table
def test_every_writing_path_encrypts():
    probes = Probe.objects.bulk_create([Probe(phone="19900000001"), Probe(phone="19900000001")])
    first, second = stored()
    assert first != second
    probes[0].phone = "19900000002"
    Probe.objects.bulk_update(probes, ["phone"])
    Probe.objects.update(note="同一备注")
    assert all(SEALED.match(value) for value in [*stored("phone"), *stored("note")])
    assert sorted(Probe.objects.values_list("phone", "note")) == [
        ("19900000001", "同一备注"),
        ("19900000002", "同一备注"),
    ]


@table
def test_what_the_bulk_function_writes_the_model_reads():
    Probe.objects.create()
    execute("UPDATE probes_probe SET phone = %s", encrypt_value(PHONE, "19900000003"))
    assert Probe.objects.get().phone == "19900000003"
    assert Probe._meta.get_field("phone").field_label == PHONE


@table
def test_a_wrong_key_raises_and_never_shows_ciphertext(use_new_keys):
    Probe.objects.create(phone="19900000001")
    sealed = stored()[0]
    use_new_keys()
    with pytest.raises(SealError) as refusal:
        Probe.objects.get()
    assert sealed not in str(refusal.value)
    assert PHONE in str(refusal.value)


@table
def test_a_value_moved_to_another_column_does_not_open():
    Probe.objects.create(phone="19900000001")
    execute("UPDATE probes_probe SET note = phone")
    assert Probe.objects.values_list("phone", flat=True).get() == "19900000001"
    with pytest.raises(SealError):
        Probe.objects.values_list("note", flat=True).get()


@table
def test_the_database_refuses_plain_text():
    Probe.objects.create(phone="19900000001")
    with pytest.raises(IntegrityError), transaction.atomic():
        execute("UPDATE probes_probe SET phone = '19900000001'")
    assert Probe.objects.get().phone == "19900000001"


@pytest.mark.parametrize(
    "value", ["19900000001", "v1", "v1:", "v1:k1", "v1:k1:", "v1:k1:???", "v1:k9:AAAA", "v1:k1:AAAA", "v2:k1:AAAA"]
)
def test_what_was_never_encrypted_is_refused(value):
    with pytest.raises(SealError):
        decrypt_value(PHONE, value)


def test_bytes_that_are_no_text_are_refused():
    key_id, sealed = keyring().encrypt(b"\xff\xfe", PHONE)
    with pytest.raises(SealError):
        decrypt_value(PHONE, f"v1:{key_id}:{base64.b64encode(sealed).decode()}")


@pytest.mark.parametrize(
    "lookup",
    [
        "exact",
        "iexact",
        "contains",
        "icontains",
        "startswith",
        "endswith",
        "gt",
        "lte",
        "regex",
        "length",
        "length__gt",
    ],
)
def test_lookups_are_refused(lookup):
    with pytest.raises(FieldError, match="盲索引"):
        Probe.objects.filter(**{f"phone__{lookup}": "1"})


def test_other_ways_to_compare_are_refused():
    for condition in (
        {"phone": "19900000001"},
        {"phone": F("name")},
        {"phone__in": ["19900000001"]},
        {"phone__range": ("1", "2")},
    ):
        with pytest.raises(FieldError):
            Probe.objects.filter(**condition)
        with pytest.raises(FieldError):
            Probe.objects.exclude(**condition)


def test_a_transform_registered_for_text_is_refused():
    with pytest.raises(FieldError):
        Probe.objects.values("phone__length")
    models.CharField.register_lookup(Length)
    try:
        with pytest.raises(FieldError):
            Probe.objects.values("phone__length")
    finally:
        models.CharField._unregister_lookup(Length)


@table
def test_blank_values_can_be_looked_up():
    Probe.objects.bulk_create([Probe(name="none"), Probe(name="both", phone="19900000001", note="x")])
    assert [probe.name for probe in Probe.objects.filter(phone="")] == ["none"]
    assert [probe.name for probe in Probe.objects.exclude(phone="")] == ["both"]
    assert [probe.name for probe in Probe.objects.filter(note=None)] == ["none"]
    assert [probe.name for probe in Probe.objects.filter(note__isnull=False)] == ["both"]


def test_the_field_can_be_written_into_a_migration():
    field = Probe._meta.get_field("phone")
    name, path, args, kwargs = field.deconstruct()
    assert (name, path, args) == ("phone", "youthleague.protection.fields.EncryptedTextField", [])
    assert kwargs == {"verbose_name": "手机号码", "max_length": 11, "blank": True}
    assert field.clone().deconstruct()[1:] == (path, args, kwargs)


def test_a_label_outlives_a_rename():
    field = EncryptedTextField(label="old.Name.phone")
    assert field.deconstruct()[3] == {"label": "old.Name.phone"}
    assert field.clone().field_label == "old.Name.phone"
    assert field.from_db_value(encrypt_value("old.Name.phone", "19900000001"), None, connection) == "19900000001"


def test_the_length_limits_the_plain_text():
    Probe(phone="1" * 11).clean_fields()
    with pytest.raises(ValidationError) as refusal:
        Probe(phone="1" * 12).clean_fields()
    assert [error.code for error in refusal.value.error_dict["phone"]] == ["max_length"]


def test_forms_know_the_length_and_what_changed():
    form = ProbeForm(instance=Probe(name="a", phone="19900000001", note="x"))
    assert 'maxlength="11"' in str(form["phone"])
    assert 'value="19900000001"' in str(form["phone"])
    assert isinstance(form.fields["note"].widget, forms.Textarea)
    same = {"name": "a", "phone": "19900000001", "note": "x"}
    assert ProbeForm(same, instance=form.instance).changed_data == []
    changed = ProbeForm({**same, "phone": "19900000002"}, instance=form.instance)
    assert changed.changed_data == ["phone"]
    assert ProbeForm({**same, "phone": "1" * 12}).errors.as_data()["phone"][0].code == "max_length"


@table
def test_a_form_saves():
    form = ProbeForm({"name": "a", "phone": "19900000001", "note": ""})
    form.save()
    assert Probe.objects.get().phone == "19900000001"
    assert stored("note") == [None]


def test_a_stored_value_can_be_compared_without_a_model():
    sealed = encrypt_value(PHONE, "19900000001")
    assert is_same_value(PHONE, sealed, "19900000001") is True
    assert is_same_value(PHONE, sealed, "19900000002") is False
    assert is_same_value(PHONE, sealed, None) is False
    assert is_same_value(PHONE, None, None) is True


def test_choices_make_a_drop_down():
    field = EncryptedTextField(choices=[("a", "甲")])
    assert isinstance(field.formfield().widget, forms.Select)


def checked(**options):
    field = EncryptedTextField(**options)
    field.set_attributes_from_name("phone")
    field.model = Probe
    return [message.id for message in field.check(databases=["default"])]


def test_options_that_need_the_plain_text_in_the_database_fail_the_check():
    assert checked() == []
    assert checked(max_length=11) == []
    assert checked(max_length=0) == ["fields.E121"]
    assert checked(unique=True) == ["protection.E001"]
    assert checked(db_index=True) == ["protection.E001"]
    assert checked(db_default="19900000001") == ["protection.E001"]
