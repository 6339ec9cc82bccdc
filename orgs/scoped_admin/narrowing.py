"""Which rows and which choices of a model an account meets in the back office, and what it may do with them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.admin import AdminSite, RelatedOnlyFieldListFilter
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db.models import ForeignKey, ManyToManyField, Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from orgs.access import Scope, scope_of

if TYPE_CHECKING:
    from django.contrib.admin.options import BaseModelAdmin
    from django.forms import ModelChoiceField, ModelMultipleChoiceField

    _Base = BaseModelAdmin[Any]
else:
    _Base = object

LONGEST_KEY = 18


def scope_of_request(request: HttpRequest) -> Scope:
    """Give the scope that the middleware set, or build today's."""
    scope: Scope | None = getattr(request, "scope", None)
    return scope if scope is not None else scope_of(request.user, timezone.localdate())  # type: ignore[arg-type]


def is_key(text: object) -> bool:
    """Tell whether a text from a browser can be a primary key that both databases take."""
    digits = str(text)
    return digits.isascii() and digits.isdecimal() and len(digits) <= LONGEST_KEY


class RowGuard(_Base):
    """What an admin and an inline share: rows by permission and subtree, choices of relations narrowed alike.

    Deleting is always refused: records are ended, not deleted. Adding and changing are refused unless ``allows`` says
    otherwise; then ``save_model`` names the service that does it.
    """

    allows: frozenset[str] = frozenset()  # of "add", "change"
    is_shared = False  # rows of no subtree (policy values): the permission alone decides
    permission_noun = ""  # of another model, when this one has no permissions of its own
    rows_method = "visible_to"
    kept_method = ""  # where fewer rows may be changed than seen, though the permission is held on them
    if TYPE_CHECKING:
        model: type[Model]
        admin_site: AdminSite

    def permission(self, act: str) -> str:
        """Name the permission for an act (view, add, change)."""
        return f"{self.opts.app_label}.{act}_{self.permission_noun or self.opts.model_name}"

    def rows(self, request: HttpRequest, act: str = "view") -> "QuerySet[Any]":
        """Give the rows in the subtrees on which the account holds the permission for an act."""
        scope = scope_of_request(request).holding(self.permission(act))
        rows = self.model._default_manager.all()  # noqa: SLF001 - Django's documented meta API
        if self.is_shared:
            return rows if scope.grants else rows.none()
        method = self.rows_method if act == "view" else self.kept_method or self.rows_method
        narrowed: QuerySet[Any] = getattr(rows, method)(scope)
        return narrowed

    def holds(self, request: HttpRequest, act: str, row: Model | None = None) -> bool:
        """Tell whether an act is permitted: somewhere, or on a row; asked once a request and row."""
        if row is None:
            return bool(scope_of_request(request).holding(self.permission(act)).grants)
        known: dict[tuple[object, ...], bool] = request.__dict__.setdefault("rows_held", {})
        key = (type(self), act, row.pk)
        if key not in known:
            known[key] = self.holds_now(request, act, row)
        return known[key]

    def holds_now(self, request: HttpRequest, act: str, row: Model) -> bool:
        """Ask the database whether an act is permitted on a row as it stands there."""
        return row.pk is not None and self.rows(request, act).filter(pk=row.pk).exists()

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """Give the rows that may be seen."""
        rows = self.rows(request)
        ordering = self.get_ordering(request)
        return rows.order_by(*ordering) if ordering else rows

    def choices_for(self, related: type[Model], request: HttpRequest) -> "QuerySet[Any]":
        """Give the rows of another model that may be chosen: those that its own admin shows; without one, none."""
        try:
            guard = self.admin_site.get_model_admin(related)
        except NotRegistered:
            return related._default_manager.none()  # noqa: SLF001
        return guard.get_queryset(request) if isinstance(guard, RowGuard) else related._default_manager.none()  # noqa: SLF001

    def formfield_for_foreignkey(
        self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelChoiceField[Any] | None":
        """Narrow the choices of a foreign key."""
        kwargs["queryset"] = self.choices_for(db_field.remote_field.model, request)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KeyCheckingSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> "ModelMultipleChoiceField[Any] | None":
        """Narrow the choices of a many-to-many field."""
        kwargs["queryset"] = self.choices_for(db_field.remote_field.model, request)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KeyCheckingSelectMultiple(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def to_field_allowed(self, request: HttpRequest, to_field: str) -> bool:  # noqa: ARG002 - Django's signature
        """Let pop-ups refer to rows by primary key only."""
        return to_field == self.opts.pk.attname

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Tell whether rows, or this row, may be seen."""
        return self.holds(request, "view", obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Tell whether rows, or this row, may be changed by form."""
        return "change" in self.allows and self.holds(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Refuse: records are ended, not deleted."""
        return False


class KeyCheckingSelect(AutocompleteSelect):
    """An autocomplete select that looks up only what can be a key; Django's own fails on anything else."""

    def optgroups(self, name: str, value: Sequence[Any], attrs: dict[str, Any] | None = None) -> Any:
        """Label the selected rows."""
        return super().optgroups(name, list(filter(is_key, value)), attrs)


class KeyCheckingSelectMultiple(AutocompleteSelectMultiple):
    """The same for several rows."""

    def optgroups(self, name: str, value: Sequence[Any], attrs: dict[str, Any] | None = None) -> Any:
        """Label the selected rows."""
        return super().optgroups(name, list(filter(is_key, value)), attrs)


class VisibleRelatedFilter(RelatedOnlyFieldListFilter):
    """A filter by related rows that offers those in use among the rows shown, and visible themselves."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        """Give keys and titles."""
        related = field.remote_field.model
        used = model_admin.get_queryset(request).order_by().values(f"{self.field_path}__pk")
        rows = model_admin.choices_for(related, request).filter(pk__in=used)
        return [(row.pk, str(row)) for row in rows]
