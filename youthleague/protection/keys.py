"""The key ring: the keys of this installation, each with its cipher ready to use."""

from functools import lru_cache
from pathlib import Path
from time import monotonic

import structlog
from django.conf import settings

from youthleague.protection.ciphers import Box, Mac, SealError, box_for, mac_for, open_box
from youthleague.protection.keyfile import Key, KeyFile, KeyFileError, load_key_file

# How long a process may go on with a ring before it looks whether the file is another one.
LOOK_EVERY_SECONDS = 1.0
logger = structlog.get_logger(__name__)


class KeyRing:
    """Seals with the newest key of a use and opens with any; cipher objects live as long as the ring."""

    def __init__(self, key_file: KeyFile) -> None:
        self.keys = key_file.keys
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

    def ids(self, use: str) -> tuple[str, ...]:
        """Return the ids of all keys of a use, the oldest first."""
        return tuple(key.id for key in self.keys[use])

    def key(self, use: str, key_id: str) -> Key | None:
        """Return a key, if the ring holds it."""
        return self._keys.get((use, key_id))

    def mac(self, use: str, key_id: str, purpose: str) -> Mac:
        """Return the digest of one key for one purpose; raise SealError when there is no such key."""
        key = self._keys.get((use, key_id))
        if key is None:
            raise SealError("签名所用的密钥不在密钥文件中。")
        return mac_for(key, purpose)


@lru_cache(maxsize=1024)
def _bound_to(label: str, key_id: str) -> bytes:
    return f"{label}|{key_id}".encode()


class _Shelf:
    """The ring of one file as it was when it was last read, and when that was last looked into."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.mark = _mark(path)
        self._looked = monotonic()
        self.ring = KeyRing(load_key_file(path))

    def look(self, *, fresh: bool) -> KeyRing:
        """Give the ring, read again when the file was replaced; one that cannot be read leaves the old ring in use."""
        now = monotonic()
        if fresh or now - self._looked >= LOOK_EVERY_SECONDS:
            self._looked = now
            self._read_again()
        return self.ring

    def _read_again(self) -> None:
        try:
            mark = _mark(self._path)
            if mark != self.mark:
                self.ring = KeyRing(load_key_file(self._path))
                self.mark = mark
        except KeyFileError as error:
            logger.error("keys.unreadable", problem=str(error))  # noqa: TRY400 - the sentence says all


_shelves: dict[Path, _Shelf] = {}


def keyring(*, fresh: bool = False) -> KeyRing:
    """Return the ring of ``settings.KEY_FILE``; another file there is noticed within a second, or at once (``fresh``).

    So keys change under a running portal: every process goes on with its old ring for a second at most, and asks the
    file at once for a key that it does not know.
    """
    shelf = _shelves.get(settings.KEY_FILE)
    if shelf is None:
        shelf = _shelves[settings.KEY_FILE] = _Shelf(settings.KEY_FILE)
        return shelf.ring
    return shelf.look(fresh=fresh)


def ring_with(use: str, key_id: str) -> KeyRing:
    """Return a ring that holds a key, if the file does."""
    ring = keyring()
    return ring if ring.key(use, key_id) else keyring(fresh=True)


def forget_rings() -> None:
    """Forget what was read, as a process does that ends."""
    _shelves.clear()


def _mark(path: Path) -> tuple[int, int, int]:
    """Tell one state of the file from another; raise KeyFileError when it is gone."""
    try:
        state = path.stat()
    except OSError as error:
        raise KeyFileError(f"没有密钥文件 {path}，请先运行 make keys，或用环境变量 KEY_FILE 指明位置。") from error
    return state.st_ino, state.st_mtime_ns, state.st_size
