"""The stamp (核对码) of an exported row, before it is signed: which record, at which versions, and what was written."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from youthleague.kernel.findings import Finding

STALE = Finding("stamp.stale", "下载后已被他人修改，没有采用您的改动；请重新下载更新模板，在新模板上修改。")
_DIGEST_LENGTH = 16
_STAMP = re.compile(r"([a-z_]{1,24})\.([0-9]{1,18})\.([0-9]{1,9}(?:-[0-9]{1,9})*)\.([0-9a-f]{16})")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a hidden cell says of its row; ``versions`` in the order of the kind, ``digest`` of the texts exported."""

    kind: str
    key: int
    versions: tuple[int, ...]
    digest: str

    def __str__(self) -> str:
        return f"{self.kind}.{self.key}.{'-'.join(map(str, self.versions))}.{self.digest}"


def read_stamp(text: str) -> Stamp | None:
    """Read what ``str()`` wrote; None for anything else."""
    found = _STAMP.fullmatch(text)
    if found is None:
        return None
    kind, key, versions, digest = found.groups()
    return Stamp(kind, int(key), tuple(map(int, versions.split("-"))), digest)


def digest_of(texts: Mapping[str, str]) -> str:
    """Give a short digest of the texts of a row by column name; blank ones do not count, nor does their order."""
    written = json.dumps({name: text for name, text in texts.items() if text}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode("utf-8", "replace")).hexdigest()[:_DIGEST_LENGTH]
