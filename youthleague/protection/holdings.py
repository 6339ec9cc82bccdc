"""All that is encrypted or found by a blind index, so that a change of keys misses nothing.

Encrypted columns are found by their class. What is sealed elsewhere its app names in ``AppConfig.ready()``; a test
finds the purpose of ``seal`` that nobody has named.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db import models

from youthleague.protection.fields import EncryptedTextField, decrypt_value, encrypt_value
from youthleague.protection.seal import index_under, seal, unseal

Stored = str | bytes


@dataclass(frozen=True)
class Column:
    """A database column of ciphertexts; ``place`` is what they are bound to."""

    model: type[models.Model]
    field: "models.Field[object, object]"
    place: str
    is_binary: bool

    @property
    def title(self) -> str:
        """Name the column in Chinese."""
        return f"{self.model._meta.verbose_name}·{self.field.verbose_name}"  # noqa: SLF001 - Django's documented meta API

    def begins(self, key_id: str) -> Stored:
        """Give what every ciphertext under a key begins with, as the database holds it."""
        head = f"v1:{key_id}:"
        return head.encode() if self.is_binary else head

    def renew(self, stored: Stored) -> Stored:
        """Encrypt a stored value anew under the newest key; raise SealError for one that does not open."""
        if isinstance(stored, bytes):
            return seal(unseal(stored, purpose=self.place), purpose=self.place)
        return encrypt_value(self.place, decrypt_value(self.place, stored))


@dataclass(frozen=True)
class Folder:
    """A folder of sealed files, one under each name; drafts begin with a dot."""

    title: str
    purpose: str
    path: Callable[[], Path]

    def files(self) -> Iterator[Path]:
        """Give the sealed files."""
        folder = self.path()
        if folder.is_dir():
            yield from (path for path in sorted(folder.iterdir()) if path.is_file() and not path.name.startswith("."))


@dataclass(frozen=True)
class Index:
    """A unique column by which an encrypted one is searched, and the second column for the index under the next key."""

    label: str
    source: str
    column: str
    coming: str
    purpose: str

    @property
    def model(self) -> type[models.Model]:
        """Give the model."""
        return apps.get_model(self.label)

    @property
    def title(self) -> str:
        """Name the column in Chinese."""
        meta = self.model._meta  # noqa: SLF001 - Django's documented meta API
        return f"{meta.verbose_name}·{meta.get_field(self.column).verbose_name}"  # type: ignore[union-attr]

    @property
    def place(self) -> str:
        """Give what the encrypted column's values are bound to."""
        field = self.model._meta.get_field(self.source)  # noqa: SLF001 - Django's documented meta API
        return field.field_label  # type: ignore[union-attr, no-any-return]

    def under(self, key_id: str, stored: str) -> str:
        """Compute the index of a stored ciphertext under a key."""
        return index_under(key_id, decrypt_value(self.place, stored), purpose=self.purpose)


_sealed: dict[tuple[str, str], str] = {}
_folders: dict[str, Folder] = {}
_indexes: dict[str, Index] = {}


def register_sealed_column(label: str, field: str, *, purpose: str) -> None:
    """Name a binary column that holds what ``seal`` returns."""
    _sealed[label, field] = purpose
    columns.cache_clear()


def register_sealed_folder(folder: Folder) -> None:
    """Name a folder of files that hold what ``seal`` returns; whoever deletes one holds ``changing(folder)``."""
    _folders[folder.purpose] = folder


def register_index(index: Index) -> None:
    """Name a blind index."""
    _indexes[index.label] = index


@cache
def columns() -> tuple[Column, ...]:
    """List all columns of ciphertexts."""
    return tuple(_columns())


def folders() -> tuple[Folder, ...]:
    """List all folders of sealed files."""
    return tuple(_folders.values())


def indexes() -> tuple[Index, ...]:
    """List all blind indexes."""
    return tuple(_indexes.values())


def index_of_model(model: type[models.Model]) -> Index:
    """Give the blind index of a model."""
    return _indexes[model._meta.label]  # noqa: SLF001 - Django's documented meta API


def sealed_purposes() -> frozenset[str]:
    """List the purposes of ``seal`` whose values a change of keys reaches."""
    return frozenset(_sealed.values()) | frozenset(_folders)


def _columns() -> Iterator[Column]:
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:  # noqa: SLF001 - Django's documented meta API
            if isinstance(field, EncryptedTextField):
                yield Column(model, field, field.field_label, is_binary=False)
    for (label, name), purpose in _sealed.items():
        model = apps.get_model(label)
        yield Column(model, model._meta.get_field(name), purpose, is_binary=True)  # noqa: SLF001
