"""Sealing, signing and blind indexes over the ring of the installation."""

import shutil
from datetime import UTC, datetime
from time import sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youthleague.protection.ciphers import SealError
from youthleague.protection.fields import decrypt_value, encrypt_value
from youthleague.protection.keyfile import DEFAULT_SUITE, add_keys, remove_key
from youthleague.protection.keys import LOOK_EVERY_SECONDS, _shelves, forget_rings, keyring
from youthleague.protection.seal import blind_index, index_under, indexes_of, seal, sign, unseal, verify

SM = "sm4gcm-hmacsm3"
AT = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)


@given(plain=st.binary(max_size=500), purpose=st.text(max_size=30).filter(lambda text: text.isascii()))
def test_sealed_bytes_come_back(plain, purpose):
    assert unseal(seal(plain, purpose=purpose), purpose=purpose) == plain


def test_both_suites_seal(suite):
    assert unseal(seal(b"rows", purpose="sheets.row"), purpose="sheets.row") == b"rows"


def test_the_purpose_must_be_the_same(suite):
    with pytest.raises(SealError):
        unseal(seal(b"rows", purpose="sheets.row"), purpose="sheets.original")


def test_a_field_and_a_seal_of_one_name_do_not_open_each_other():
    sealed = seal(b"rows", purpose="cadres.Cadre.phone")
    with pytest.raises(SealError):
        keyring().decrypt("k1", sealed.split(b":", 2)[2], "cadres.Cadre.phone")


@pytest.mark.parametrize("sealed", [b"", b"v1", b"v1:k1", b"v1:k1:", b"v2:k1:xxxx", b"v1:k9:" + bytes(40), b"v1:\xff:"])
def test_what_was_never_sealed_is_refused(sealed):
    with pytest.raises(SealError):
        unseal(sealed, purpose="sheets.row")


def test_another_installation_cannot_open(use_new_keys):
    use_new_keys()
    sealed = seal(b"rows", purpose="sheets.row")
    use_new_keys()
    with pytest.raises(SealError):
        unseal(sealed, purpose="sheets.row")


def test_old_values_stay_readable_after_a_change_of_suite(use_new_keys, settings, tmp_path):
    path = use_new_keys()
    sealed, stored = seal(b"rows", purpose="sheets.row"), encrypt_value("cadres.Cadre.phone", "19900000001")
    signature, index = sign("text", purpose="stamp"), blind_index("value", purpose="cadres.identity")
    later = tmp_path / "later.json"
    shutil.copy(path, later)
    add_keys(later, ("field", "stamp"), SM, AT)
    settings.KEY_FILE = later

    assert unseal(sealed, purpose="sheets.row") == b"rows"
    assert decrypt_value("cadres.Cadre.phone", stored) == "19900000001"
    assert verify("text", signature, purpose="stamp")
    assert blind_index("value", purpose="cadres.identity") == index
    assert encrypt_value("cadres.Cadre.phone", "19900000001").startswith("v1:k2:")
    assert unseal(seal(b"new", purpose="sheets.row"), purpose="sheets.row") == b"new"
    assert sign("text", purpose="stamp").startswith("k2:")


def test_the_ring_is_read_once(use_new_keys):
    use_new_keys()
    assert keyring() is keyring()
    assert keyring(fresh=True) is keyring()


def test_a_new_key_is_used_within_a_second(use_new_keys):
    path = use_new_keys()
    assert seal(b"rows", purpose="sheets.row").startswith(b"v1:k1:")
    add_keys(path, ["field"], SM, AT)
    assert seal(b"rows", purpose="sheets.row").startswith(b"v1:k1:")
    sleep(LOOK_EVERY_SECONDS)
    assert seal(b"rows", purpose="sheets.row").startswith(b"v1:k2:")


def test_a_key_that_another_process_has_used_is_looked_for_at_once(use_new_keys):
    path = use_new_keys()
    ours = keyring()
    add_keys(path, ["field", "stamp", "index"], SM, AT)
    forget_rings()
    sealed, signature = seal(b"rows", purpose="sheets.row"), sign("text", purpose="stamp")
    stored, index = encrypt_value("cadres.Cadre.phone", "19900000001"), index_under("k2", "value", purpose="some")
    for open_one in (
        lambda: unseal(sealed, purpose="sheets.row") == b"rows",
        lambda: verify("text", signature, purpose="stamp"),
        lambda: decrypt_value("cadres.Cadre.phone", stored) == "19900000001",
        lambda: index_under("k2", "value", purpose="some") == index,
    ):
        _shelves[path].ring, _shelves[path].mark = ours, (0, 0, 0)
        assert open_one()


def test_events_are_signed_with_the_newest_key_at_once(use_new_keys):
    path = use_new_keys()
    assert sign("event", purpose="audit.event", use="audit").startswith("k1:")
    add_keys(path, ["audit"], SM, AT)
    assert sign("event", purpose="audit.event", use="audit").startswith("k2:")


@pytest.mark.parametrize("spoil", [lambda path: path.write_text("{"), lambda path: path.unlink()])
def test_a_key_file_that_goes_bad_does_not_stop_the_portal(use_new_keys, caplog, spoil):
    path = use_new_keys()
    sealed = seal(b"rows", purpose="sheets.row")
    spoil(path)
    assert keyring(fresh=True).ids("field") == ("k1",)
    assert unseal(sealed, purpose="sheets.row") == b"rows"
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_stamp_verifies_until_its_key_is_taken_out(use_new_keys):
    path = use_new_keys()
    stamp = sign("第 7 行", purpose="sheets.stamp")
    add_keys(path, ["stamp"], DEFAULT_SUITE, AT)
    keyring(fresh=True)
    assert verify("第 7 行", stamp, purpose="sheets.stamp")
    remove_key(path, "stamp", "k1")
    keyring(fresh=True)
    assert not verify("第 7 行", stamp, purpose="sheets.stamp")


def test_a_value_is_looked_for_under_every_index_key(use_new_keys):
    path = use_new_keys()
    before = indexes_of("990101199001010015", purpose="cadres.id_number")
    add_keys(path, ["index"], SM, AT)
    keyring(fresh=True)
    old, new = indexes_of("990101199001010015", purpose="cadres.id_number")
    assert before == (old,)
    assert (old[:3], new[:3]) == ("k1:", "k2:")
    assert old[3:] != new[3:]
    assert len(new) == 67


def test_a_blind_index_is_stable_and_keeps_purposes_apart(suite):
    index = blind_index("990101199001010015", purpose="cadres.identity")
    assert index == blind_index("990101199001010015", purpose="cadres.identity")
    assert len(index) == 64
    assert set(index) <= set("0123456789abcdef")
    assert index != blind_index("990101199001010015", purpose="votes.code")
    assert index != blind_index("990101199001010023", purpose="cadres.identity")


def test_a_blind_index_depends_on_the_key(use_new_keys):
    use_new_keys()
    index = blind_index("value", purpose="cadres.identity")
    use_new_keys()
    assert blind_index("value", purpose="cadres.identity") != index


def test_a_signature_holds_for_its_text_purpose_and_use_only(suite):
    signature = sign("模板第三版", purpose="sheets.template")
    assert verify("模板第三版", signature, purpose="sheets.template")
    assert not verify("模板第四版", signature, purpose="sheets.template")
    assert not verify("模板第三版", signature, purpose="scores.card")
    assert not verify("模板第三版", signature, purpose="sheets.template", use="audit")


@pytest.mark.parametrize("signature", ["", "k1", "k1:", "k9:" + "0" * 64, "k1:" + "0" * 64, "k1:签名"])
def test_a_made_up_signature_is_refused(signature):
    assert verify("text", signature, purpose="stamp") is False


def test_a_signature_by_another_key_is_refused(use_new_keys):
    use_new_keys()
    signature = sign("text", purpose="stamp")
    use_new_keys()
    assert verify("text", signature, purpose="stamp") is False
