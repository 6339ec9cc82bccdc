"""Both suites: what goes in comes out, and nothing else does."""

import hmac
import os
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youthleague.protection.ciphers import SealError, Sha256Mac, Sm3Mac, box_for, mac_for, open_box
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


# ---- published vectors, through the very classes that the portal uses ------------------------------------------
class Fixed:
    """The nonce of a published vector."""

    def __init__(self, nonce: str) -> None:
        self.nonce = bytes.fromhex(nonce)

    def __call__(self, size: int) -> bytes:
        assert size == len(self.nonce)
        return self.nonce


@pytest.mark.parametrize(
    "vector",
    [
        pytest.param(
            (
                "sm4gcm-hmacsm3",
                "0123456789abcdeffedcba9876543210",
                "00001234567800000000abcd",
                (
                    "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
                    "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
                ),
                "feedfacedeadbeeffeedfacedeadbeefabaddad2",
                (
                    "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
                    "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
                    "83de3541e4c2b58177e065a9bf7b62ec"
                ),
            ),
            id="RFC 8998 A.1",
        ),
        pytest.param(
            (
                "aes256gcm-hmacsha256",
                "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
                "cafebabefacedbaddecaf888",
                (
                    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
                ),
                "feedfacedeadbeeffeedfacedeadbeefabaddad2",
                (
                    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                    "76fc6ece0f4e1768cddf8853bb2d551b"
                ),
            ),
            id="GCM specification, case 16",
        ),
    ],
)
def test_published_ciphertexts_come_out(monkeypatch, vector):
    suite, key, nonce, plain, bound_to, sealed = vector
    monkeypatch.setattr(os, "urandom", Fixed(nonce))
    box = box_for(Key("k1", bytes.fromhex(key), suite))
    made = box.encrypt(bytes.fromhex(plain), bytes.fromhex(bound_to))
    assert made.hex() == nonce + sealed
    assert box.decrypt(made, bytes.fromhex(bound_to)) == bytes.fromhex(plain)


@pytest.mark.parametrize(
    ("mac", "key", "message", "digest"),
    [
        pytest.param(
            Sm3Mac,
            bytes(range(1, 0x26)),
            b"\xcd" * 50,
            "220bf579ded555393f0159f66c99877822a3ecf610d1552154b41d44b94db3ae",
            id="GM/T 0042",
        ),
        pytest.param(
            Sha256Mac,
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            id="RFC 4231 case 2",
        ),
    ],
)
def test_published_digests_come_out(mac, key, message, digest):
    assert mac(key, b"").hexdigest(message) == digest
