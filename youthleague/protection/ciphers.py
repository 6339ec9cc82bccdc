"""The two suites, international and national (国密): authenticated encryption and keyed digests."""

import hmac
import os
from functools import lru_cache
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SM3
from cryptography.hazmat.primitives.hmac import HMAC

from youthleague.protection.keyfile import Key

NONCE_BYTES = 12
TAG_BYTES = 16


class SealError(Exception):
    """What was sealed cannot be opened: wrong key, wrong place, or altered."""


class Box(Protocol):
    """Encrypts; ``bound_to`` is authenticated but not stored."""

    def encrypt(self, plain: bytes, bound_to: bytes) -> bytes:
        """Return nonce, ciphertext and tag in one piece."""

    def decrypt(self, sealed: bytes, bound_to: bytes) -> bytes:
        """Return the plain bytes; raise InvalidTag for anything that this key did not seal to this place."""


class Mac(Protocol):
    """A keyed digest of 64 hexadecimal digits."""

    def hexdigest(self, message: bytes) -> str:
        """Digest one message."""


class AesBox:
    """AES-256-GCM; the cipher object is kept, for setting it up costs more than using it."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(secret)

    def encrypt(self, plain: bytes, bound_to: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, bound_to)

    def decrypt(self, sealed: bytes, bound_to: bytes) -> bytes:
        return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)


class Sm4Box:
    """SM4-GCM (GB/T 32907)."""

    def __init__(self, secret: bytes) -> None:
        self._algorithm = SM4(secret)

    def encrypt(self, plain: bytes, bound_to: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        work = Cipher(self._algorithm, GCM(nonce)).encryptor()
        work.authenticate_additional_data(bound_to)
        return nonce + work.update(plain) + work.finalize() + work.tag

    def decrypt(self, sealed: bytes, bound_to: bytes) -> bytes:
        mode = GCM(sealed[:NONCE_BYTES], sealed[-TAG_BYTES:])
        work = Cipher(self._algorithm, mode).decryptor()
        work.authenticate_additional_data(bound_to)
        return work.update(sealed[NONCE_BYTES:-TAG_BYTES]) + work.finalize()


class Sha256Mac:
    """HMAC-SHA-256 with the key and a prefix already worked in."""

    def __init__(self, secret: bytes, prefix: bytes) -> None:
        self._base = hmac.new(secret, prefix, "sha256")

    def hexdigest(self, message: bytes) -> str:
        work = self._base.copy()
        work.update(message)
        return work.hexdigest()


class Sm3Mac:
    """HMAC-SM3 (GB/T 32905) with the key and a prefix already worked in."""

    def __init__(self, secret: bytes, prefix: bytes) -> None:
        self._base = HMAC(secret, SM3())
        self._base.update(prefix)

    def hexdigest(self, message: bytes) -> str:
        work = self._base.copy()
        work.update(message)
        return work.finalize().hex()


SUITES: dict[str, tuple[type[AesBox | Sm4Box], type[Sha256Mac | Sm3Mac]]] = {
    "aes256gcm-hmacsha256": (AesBox, Sha256Mac),
    "sm4gcm-hmacsm3": (Sm4Box, Sm3Mac),
}


def box_for(key: Key) -> Box:
    """Build the cipher that this key belongs to."""
    return SUITES[key.suite][0](key.secret)


@lru_cache(maxsize=1024)
def mac_for(key: Key, purpose: str) -> Mac:
    """Build the digest of one key for one purpose; digests for different purposes have nothing in common."""
    if "\0" in purpose:
        raise ValueError("A purpose holds no NUL: it ends the prefix.")
    return SUITES[key.suite][1](key.secret, purpose.encode() + b"\0")


def open_box(box: Box, sealed: bytes, bound_to: bytes) -> bytes:
    """Decrypt, or raise SealError; there is no third outcome."""
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise SealError("密文不完整。")
    try:
        return box.decrypt(sealed, bound_to)
    except InvalidTag as error:
        raise SealError("密文无法用现有密钥解开，或已被改动、移位。") from error
