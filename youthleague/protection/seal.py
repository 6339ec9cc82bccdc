"""Sealing bytes, blind indexes and signatures; a purpose keeps the uses of one key apart."""

import hmac
from typing import Literal

from youthleague.protection.ciphers import SealError
from youthleague.protection.keys import keyring

VERSION = b"v1"


def seal(plain: bytes, *, purpose: str) -> bytes:
    """Encrypt bytes so that only ``unseal`` with the same purpose opens them."""
    key_id, sealed = keyring().encrypt(plain, f"seal:{purpose}")
    return b":".join((VERSION, key_id.encode(), sealed))


def unseal(sealed: bytes, *, purpose: str) -> bytes:
    """Return the plain bytes; raise SealError for a wrong key, a wrong purpose, or an altered byte."""
    version, _, rest = sealed.partition(b":")
    key_id, _, body = rest.partition(b":")
    if version != VERSION:
        raise SealError("这不是本系统的密文。")
    return keyring().decrypt(key_id.decode("ascii", "replace"), body, f"seal:{purpose}")


def blind_index(value: str, *, purpose: str) -> str:
    """Return the keyed digest (64 hexadecimal digits) by which equal values are found; the caller normalises first."""
    ring = keyring()
    return ring.mac("index", ring.newest("index"), purpose).hexdigest(value.encode())


def sign(text: str, *, purpose: str, use: Literal["stamp", "audit"] = "stamp") -> str:
    """Return ``<key id>:<digest>`` of a text."""
    ring = keyring()
    key_id = ring.newest(use)
    return f"{key_id}:{ring.mac(use, key_id, purpose).hexdigest(text.encode())}"


def verify(text: str, signature: str, *, purpose: str, use: Literal["stamp", "audit"] = "stamp") -> bool:
    """Tell whether ``sign`` made this signature, with any key that the ring still holds; compares in constant time."""
    key_id, _, digest = signature.partition(":")
    try:
        mac = keyring().mac(use, key_id, purpose)
    except SealError:
        return False
    return hmac.compare_digest(mac.hexdigest(text.encode()).encode(), digest.encode())
