"""The key ring: the keys of this installation, each with its cipher ready to use."""

from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings

from youthleague.protection.ciphers import Box, Mac, SealError, box_for, mac_for, open_box
from youthleague.protection.keyfile import KeyFile, load_key_file


class KeyRing:
    """Seals with the newest key of a use and opens with any; cipher objects live as long as the ring."""

    def __init__(self, key_file: KeyFile) -> None:
        self._keys = {(use, key.id): key for use, keys in key_file.keys.items() for key in keys}
        self._newest = {use: keys[-1].id for use, keys in key_file.keys.items()}
        self._boxes: dict[str, Box] = {key.id: box_for(key) for key in key_file.keys["field"]}
        self._field_key = self._newest["field"]
        self._field_box = self._boxes[self._field_key]

    def encrypt(self, plain: bytes, label: str) -> tuple[str, bytes]:
        """Encrypt for one place; return the id of the key and nonce, ciphertext, tag."""
        return self._field_key, self._field_box.encrypt(plain, _bound_to(label, self._field_key))

    def decrypt(self, key_id: str, sealed: bytes, label: str) -> bytes:
        """Open what was sealed for this place, or raise SealError."""
        if key_id not in self._boxes:
            raise SealError("密文所用的密钥不在密钥文件中。")
        return open_box(self._boxes[key_id], sealed, _bound_to(label, key_id))

    def newest(self, use: str) -> str:
        """Return the id of the key that a use works with today."""
        return self._newest[use]

    def mac(self, use: str, key_id: str, purpose: str) -> Mac:
        """Return the digest of one key for one purpose; raise SealError when there is no such key."""
        key = self._keys.get((use, key_id))
        if key is None:
            raise SealError("签名所用的密钥不在密钥文件中。")
        return mac_for(key, purpose)


@lru_cache(maxsize=1024)
def _bound_to(label: str, key_id: str) -> bytes:
    return f"{label}|{key_id}".encode()


@cache
def _load(path: Path) -> KeyRing:
    return KeyRing(load_key_file(path))


def keyring() -> KeyRing:
    """Return the ring of ``settings.KEY_FILE``, read once per process: a new key works from the next start on."""
    return _load(settings.KEY_FILE)
