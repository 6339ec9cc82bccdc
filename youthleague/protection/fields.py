"""The encrypted text column, and the same format for writers that go round the ORM."""

import binascii
from typing import TYPE_CHECKING, Any, TypeVar, overload

from django import forms
from django.core import checks
from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Exact, IsNull, Lookup

from youthleague.protection.ciphers import SealError
from youthleague.protection.keys import keyring, ring_with

VERSION = "v1"
_Set_contra = TypeVar("_Set_contra", contravariant=True)
_Get_co = TypeVar("_Get_co", covariant=True)

if TYPE_CHECKING:
    # Django's own classes take type arguments in their stubs only.
    TextColumn = models.CharField
    ExactText = Exact[str]
else:
    ExactText = Exact

    class TextColumn(models.CharField):
        """The same class, made to take them."""

        def __class_getitem__(cls, _types):
            return cls


@overload
def encrypt_value(field_label: str, text: str) -> str: ...
@overload
def encrypt_value(field_label: str, text: None) -> None: ...
def encrypt_value(field_label: str, text: str | None) -> str | None:
    """Return what the column ``app.Model.field`` stores: ``v1:<key id>:<base64>``; None and "" stay as they are."""
    if not text:
        return text
    key_id, sealed = keyring().encrypt(text.encode(), field_label)
    return f"{VERSION}:{key_id}:{binascii.b2a_base64(sealed, newline=False).decode('ascii')}"


@overload
def decrypt_value(field_label: str, stored: str) -> str: ...
@overload
def decrypt_value(field_label: str, stored: None) -> None: ...
def decrypt_value(field_label: str, stored: str | None) -> str | None:
    """Return the plain text; raise SealError for anything that was not sealed for this very column."""
    if not stored:
        return stored
    version, _, rest = stored.partition(":")
    key_id, _, body = rest.partition(":")
    if version != VERSION:
        raise SealError(f"字段 {field_label} 中存有未加密或格式不明的内容。")
    try:
        sealed = binascii.a2b_base64(body, strict_mode=True)
        return ring_with("field", key_id).decrypt(key_id, sealed, field_label).decode()
    except (SealError, ValueError) as error:
        raise SealError(f"字段 {field_label} 的密文无法用现有密钥解开，或已被改动、移位。") from error


def is_same_value(field_label: str, stored: str | None, text: str | None) -> bool:
    """Tell whether a stored ciphertext holds this text; two encryptions of one text never look alike."""
    return decrypt_value(field_label, stored) == text


class BlankExact(ExactText):
    """``exact`` for nothing but the empty string, the one value that is stored as it is."""

    def __init__(self, lhs: Any, rhs: Any) -> None:
        if rhs is not None and rhs != "":
            raise _lookup_refused("exact")
        super().__init__(lhs, rhs)


class EncryptedTextField(TextColumn[_Set_contra, _Get_co]):
    """Text that the database sees encrypted; no searching, sorting or uniqueness (keep a blind index beside it).

    The ciphertext is bound to ``app.Model.field``. After renaming the model or the field pass the old name as
    ``label``, else stored values no longer open. A constraint keeps plain text out of the column.
    """

    description = "加密文本"

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label = label

    @property
    def field_label(self) -> str:
        """Name the column that values are bound to; the argument of ``encrypt_value``."""
        return self.label or str(self)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.label:
            kwargs["label"] = self.label
        return name, path, args, kwargs

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if self.unique or self.db_index or self.has_db_default():  # type: ignore[attr-defined]
            sentence = "加密字段不能设为唯一、建索引或由数据库给默认值，请另设盲索引字段。"
            found.append(checks.Error(sentence, obj=self, id="protection.E001"))
        return found

    def _check_max_length_attribute(self, **kwargs: Any) -> list[checks.CheckMessage]:
        # The column is of type text on every engine, so that the length may stay open.
        return [] if self.max_length is None else super()._check_max_length_attribute(**kwargs)  # type: ignore[misc]

    def get_internal_type(self) -> str:
        return "TextField"

    def db_check(self, connection: BaseDatabaseWrapper) -> str:
        column = connection.ops.quote_name(str(self.column))
        return f"{column} = '' OR substr({column}, 1, {len(VERSION) + 1}) = '{VERSION}:'"

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        prepared = super().get_db_prep_save(value, connection)
        return encrypt_value(self.field_label, prepared) if isinstance(prepared, str) else prepared

    def from_db_value(self, value: str | None, _expression: object, _connection: BaseDatabaseWrapper) -> str | None:
        return decrypt_value(self.field_label, value)

    def get_lookup(self, lookup_name: str) -> "type[Lookup[Any]]":
        if lookup_name == "isnull":
            return IsNull
        if lookup_name == "exact":
            return BlankExact
        raise _lookup_refused(lookup_name)

    def get_transform(self, lookup_name: str) -> None:
        raise _lookup_refused(lookup_name)

    def formfield(self, **kwargs: Any) -> Any:
        if self.max_length is None and not self.choices:
            kwargs.setdefault("widget", forms.Textarea)
        return super().formfield(**kwargs)


def _lookup_refused(lookup_name: str) -> FieldError:
    return FieldError(f"加密字段不能用 {lookup_name} 查找，请用盲索引字段。")
