"""Sealing bytes, blind indexes and signatures; a purpose keeps the uses of one key apart."""

import hmac
from typing import Literal

from youthleague.protection.ciphers import SealError
from youthleague.protection.keys import keyring, ring_with

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
    name = key_id.decode("ascii", "replace")
    return ring_with("field", name).decrypt(name, body, f"seal:{purpose}")


def blind_index(value: str, *, purpose: str) -> str:
    """Return a keyed digest (64 hexadecimal digits) of something that is counted for a while, such as tries of a name.

    A change of keys starts the counting anew. What is stored for good is kept by ``index_under``.
    """
    ring = keyring()
    return ring.mac("index", ring.newest("index"), purpose).hexdigest(value.encode())


def index_under(key_id: str, value: str, *, purpose: str) -> str:
    """Return ``<key id>:<digest>`` (盲索引), by which equal values are found; the caller normalises first."""
    return f"{key_id}:{ring_with('index', key_id).mac('index', key_id, purpose).hexdigest(value.encode())}"


def indexes_of(value: str, *, purpose: str) -> tuple[str, ...]:
    """Return the index of a value under every key of the ring: whoever looks for any of them finds it at any time."""
    return tuple(index_under(key_id, value, purpose=purpose) for key_id in keyring().ids("index"))


def sign(text: str, *, purpose: str, use: Literal["stamp", "audit"] = "stamp") -> str:
    """Return ``<key id>:<digest>`` of a text; events are signed one after another, with a key that never goes back."""
    ring = keyring(fresh=use == "audit")
    key_id = ring.newest(use)
    return f"{key_id}:{ring.mac(use, key_id, purpose).hexdigest(text.encode())}"


def signatures_of(text: str, *, purpose: str) -> tuple[str, ...]:
    """Return what ``sign`` makes of a text under every stamp key of the ring: whoever looks for any of them finds it.

    Nobody without the key file can tell which text a stored signature is of.
    """
    ring = keyring()
    return tuple(f"{one}:{ring.mac('stamp', one, purpose).hexdigest(text.encode())}" for one in ring.ids("stamp"))


def verify(text: str, signature: str, *, purpose: str, use: Literal["stamp", "audit"] = "stamp") -> bool:
    """Tell whether ``sign`` made this signature, with any key that the ring still holds; compares in constant time."""
    key_id, _, digest = signature.partition(":")
    try:
        mac = ring_with(use, key_id).mac(use, key_id, purpose)
    except SealError:
        return False
    return hmac.compare_digest(mac.hexdigest(text.encode()).encode(), digest.encode())
