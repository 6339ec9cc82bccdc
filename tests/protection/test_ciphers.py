"""Both suites: what goes in comes out, and nothing else does."""

import hmac
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youthleague.protection.ciphers import SealError, box_for, mac_for, open_box
from youthleague.protection.keyfile import FIELD_KEY_BYTES, Key

KEYS = [Key("k1", bytes(range(size)), suite) for suite, size in FIELD_KEY_BYTES.items()]
suites = pytest.mark.parametrize("key", KEYS, ids=lambda key: key.suite)


@suites
@given(plain=st.binary(max_size=300), place=st.binary(max_size=40))
def test_a_round_trip_gives_the_same_bytes(key, plain, place):
    box = box_for(key)
    assert open_box(box, box.encrypt(plain, place), place) == plain


@suites
def test_any_altered_byte_is_noticed(key):
    box = box_for(key)
    sealed = box.encrypt(b"990101199001010015", b"place")
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        with pytest.raises(SealError):
            open_box(box, bytes(altered), b"place")


@suites
def test_another_place_or_key_does_not_open(key):
    sealed = box_for(key).encrypt(b"secret", b"place")
    with pytest.raises(SealError):
        open_box(box_for(key), sealed, b"another place")
    with pytest.raises(SealError):
        open_box(box_for(Key("k1", secrets.token_bytes(len(key.secret)), key.suite)), sealed, b"place")


@suites
@pytest.mark.parametrize("length", [0, 11, 27])
def test_a_fragment_is_refused(key, length):
    with pytest.raises(SealError):
        open_box(box_for(key), bytes(length), b"place")


@suites
def test_two_encryptions_of_one_text_differ(key):
    box = box_for(key)
    assert box.encrypt(b"same", b"place") != box.encrypt(b"same", b"place")


@suites
@given(message=st.binary(max_size=200))
def test_digests_agree_with_the_standard_library(key, message):
    name = {"aes256gcm-hmacsha256": "sha256", "sm4gcm-hmacsm3": "sm3"}[key.suite]
    assert mac_for(key, "stamp").hexdigest(message) == hmac.new(key.secret, b"stamp\0" + message, name).hexdigest()


@suites
def test_a_digest_object_serves_many_messages(key):
    mac = mac_for(key, "stamp")
    assert mac.hexdigest(b"a") == mac.hexdigest(b"a") != mac.hexdigest(b"b")


def test_a_purpose_cannot_smuggle_in_the_end_of_the_prefix():
    with pytest.raises(ValueError, match="NUL"):
        mac_for(KEYS[0], "stamp\0")
