"""What an admin class may not declare: ``manage.py check`` refuses it, so that no such list ever goes on line."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin import RelatedOnlyFieldListFilter, SimpleListFilter
from django.contrib.admin.checks import InlineModelAdminChecks, ModelAdminChecks
from django.contrib.admin.utils import flatten_fieldsets
from django.core.checks import CheckMessage, Error
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.db.models.constants import LOOKUP_SEP

from orgs.scoped_admin.narrowing import RowGuard
from youthleague.protection.fields import EncryptedTextField

FORBIDDEN = ("list_editable", "raw_id_fields", "save_as", "view_on_site")
SECRET_NAMES = frozenset({"password", "person_key"})


class ScopedAdminChecks(ModelAdminChecks):
    """Checks of an admin."""

    def check(self, admin_obj: Any, **kwargs: Any) -> list[CheckMessage]:
        """Run Django's checks and ours."""
        return [*super().check(admin_obj, **kwargs), *_faults(admin_obj), *_admin_faults(admin_obj)]


class ScopedInlineChecks(InlineModelAdminChecks):
    """Checks of an inline."""

    def check(self, inline_obj: Any, **kwargs: Any) -> list[CheckMessage]:  # type: ignore[override]
        """Run Django's checks and ours."""
        return [*super().check(inline_obj, **kwargs), *_faults(inline_obj)]


def _faults(guard: Any) -> Iterator[CheckMessage]:
    """Find what holds for admins and inlines alike."""
    rows = guard.model._default_manager.all()  # noqa: SLF001 - Django's documented meta API
    wanted = [] if guard.is_shared else [name for name in (guard.rows_method, guard.kept_method) if name]
    for name in [name for name in wanted if not hasattr(rows, name)]:
        yield _error(guard, f"{guard.model.__name__} has no {name}(): say is_shared, or scope it", "E101")
    if guard.raw_id_fields:
        yield _error(guard, "raw_id_fields label foreign rows", "E102")
    if not guard.fields and not guard.fieldsets:
        yield _error(guard, "the fields of the form must be named", "E103")
    for name in _shown(guard):
        if _is_secret(guard.model, name):
            yield _error(guard, f"{name} is kept secret: show its mask", "E104")


def _admin_faults(guard: Any) -> Iterator[CheckMessage]:
    """Find what holds for admins alone."""
    yield from _list_faults(guard)
    own = _own_names(guard)
    if guard.allows and "save_model" not in own:
        yield _error(guard, "save_model must name the service that stores the record", "E108")
    if any(inline.allows for inline in _inlines(guard)) and "save_formset" not in own:
        yield _error(guard, "save_formset must name the service that stores the rows below", "E108")
    for inline in set(guard.inlines) - set(_inlines(guard)):
        yield _error(guard, f"{inline.__name__} is not scoped", "E107")


def _list_faults(guard: Any) -> Iterator[CheckMessage]:
    for name in FORBIDDEN:
        if getattr(guard, name):
            yield _error(guard, f"{name} is not for the back office", "E105")
    for entry in guard.list_filter:
        if not _is_safe_filter(guard.model, entry):
            yield _error(guard, f"the filter {entry!r} would list rows of others", "E106")
    for path in guard.search_fields:
        if _is_secret(guard.model, path.lstrip("^=@").partition(LOOKUP_SEP)[0]):
            yield _error(guard, f"{path} is kept secret: nothing may search it", "E109")


def _inlines(guard: Any) -> list[Any]:
    return [inline for inline in guard.inlines if issubclass(inline, RowGuard)]


def _own_names(guard: Any) -> set[str]:
    """Collect what the classes between ours and this one define."""
    classes = [one for one in type(guard).__mro__ if not one.__module__.startswith(("orgs.scoped_admin", "django."))]
    return {name for one in classes for name in vars(one)}


def _shown(guard: Any) -> set[str]:
    named = flatten_fieldsets(guard.fieldsets) if guard.fieldsets else list(guard.fields or ())
    columns = [*named, *guard.readonly_fields, *getattr(guard, "list_display", ())]
    return {name for name in columns if isinstance(name, str)}


def _is_secret(model: type[Model], name: str) -> bool:
    try:
        field = model._meta.get_field(name)  # noqa: SLF001 - Django's documented meta API
    except FieldDoesNotExist:
        return False
    return name in SECRET_NAMES or isinstance(field, EncryptedTextField)


def _is_safe_filter(model: type[Model], entry: Any) -> bool:
    """A relation needs a filter that offers rows in use; a path through one lists a column of every row."""
    if isinstance(entry, str):
        if LOOKUP_SEP in entry or _is_secret(model, entry):
            return False
        return not model._meta.get_field(entry).is_relation  # noqa: SLF001
    chosen = entry[1] if isinstance(entry, tuple | list) else entry
    return isinstance(chosen, type) and issubclass(chosen, SimpleListFilter | RelatedOnlyFieldListFilter)


def _error(guard: Any, sentence: str, code: str) -> CheckMessage:
    return Error(sentence, obj=type(guard), id=f"orgs.{code}")
