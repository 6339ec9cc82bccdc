"""The admin of a scoped model: every way to a row goes through the account's scope."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.contrib.admin import SimpleListFilter
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import BaseForm, BaseModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from orgs.models import User
from orgs.scoped_admin.checks import ScopedAdminChecks
from orgs.scoped_admin.field_history import entries_of, has_field_history
from orgs.scoped_admin.narrowing import RowGuard, is_key
from orgs.scoped_admin.refusals import RefusedForm, RowRefused
from orgs.scoped_views.refusals import codes_of, forged_relations, note_refusal, noting_refusals, subject_of

if TYPE_CHECKING:
    _ModelAdmin = admin.ModelAdmin[Any]
else:
    _ModelAdmin = admin.ModelAdmin

HISTORY_PAGE = 50
_COLUMN_LOOKUPS = ("", "__exact", "__isnull", "__gte", "__lt")
_HIERARCHY_LOOKUPS = ("__year", "__month", "__day", "__gte", "__lt")


class ScopedModelAdmin(RowGuard, _ModelAdmin):
    """Base of every admin. Outside the scope is 404, a missing permission 403; a refused write is recorded."""

    checks_class = ScopedAdminChecks
    view_on_site = False
    list_per_page = 50
    object_history_template = "admin/field_history.html"

    # ---- permissions ---------------------------------------------------------
    def has_add_permission(self, request: HttpRequest) -> bool:
        """Tell whether rows may be added by form."""
        return "add" in self.allows and self.holds(request, "add")

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Tell whether actions that change rows are offered, also where the form is read-only."""
        return self.holds(request, "change")

    # ---- lists ---------------------------------------------------------------
    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:  # noqa: ARG002
        """Allow the conditions that the filters of the list send, and no others."""
        return lookup in self._offered_lookups()

    def _offered_lookups(self) -> set[str]:
        offered = {f"{self.date_hierarchy}{tail}" for tail in _HIERARCHY_LOOKUPS if self.date_hierarchy}
        for entry in self.list_filter:
            if isinstance(entry, type) and issubclass(entry, SimpleListFilter):
                offered.add(str(entry.parameter_name))
            else:
                path = entry if isinstance(entry, str) else entry[0]  # type: ignore[index]
                offered |= {f"{path}{tail}" for tail in _lookup_tails(self.model, str(path))}
        return offered

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Any]", search_term: str
    ) -> "tuple[QuerySet[Any], bool]":
        """Search without the character that PostgreSQL refuses."""
        return super().get_search_results(request, queryset, search_term.replace("\0", ""))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the list, or run an action; a refused action is recorded."""
        with noting_refusals(request, action=self.permission("change"), subject=self._label):
            return super().changelist_view(request, extra_context)

    def response_action(self, request: HttpRequest, queryset: "QuerySet[Any]") -> Any:  # type: ignore[override]
        """Refuse an action that is not offered, or on rows that are not on the list."""
        if {name for name in request.POST.getlist("action") if name} - set(self.get_actions(request)):
            raise PermissionDenied
        keys = set(request.POST.getlist(ACTION_CHECKBOX_NAME))
        if not all(map(is_key, keys)) or queryset.filter(pk__in=keys).count() != len(keys):
            raise Http404
        return super().response_action(request, queryset)

    def run_for_each(self, request: HttpRequest, queryset: "QuerySet[Any]", act: Callable[[Any], object]) -> None:
        """Do one service call a row, each in a transaction of its own; tell and record which were refused."""
        rows = list(queryset)
        kept = set(self.rows(request, "change").filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
        done = sum(self._run(request, row, act if row.pk in kept else _refuse) for row in rows)
        if done:
            self.message_user(request, f"已办理 {done} 项。", messages.SUCCESS)

    def _run(self, request: HttpRequest, row: Model, act: Callable[[Any], object]) -> bool:
        try:
            with transaction.atomic():
                act(row)
        except ValidationError as refusal:
            self._note(request, "change", row.pk, codes_of(refusal), row)
            self.message_user(request, f"“{row}”没有办理：{''.join(refusal.messages)}", messages.ERROR)
            return False
        return True

    # ---- forms ---------------------------------------------------------------
    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """Give the form; after a refusal of the service, one that says so."""
        form = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "service_refusal", None)
        return type(form.__name__, (RefusedForm, form), {"refusal": refusal}) if refusal else form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show or take a form. What its service refuses is rolled back, recorded, and shown beside the fields."""
        act = "change" if object_id else "add"
        key = unquote(object_id) if object_id else ""
        with noting_refusals(request, action=self.permission(act), subject=subject_of(self._label, key)):
            try:
                response = super().changeform_view(request, object_id, form_url, extra_context)
            except ValidationError as refusal:
                self._note(request, act, key, codes_of(refusal))
                request.service_refusal = refusal  # type: ignore[attr-defined]
                return super().changeform_view(request, object_id, form_url, extra_context)
        if any(map(forged_relations, _forms_of(response))):
            self._note(request, act, key, ["scope.relation"])
        return response

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:  # noqa: ARG002
        """Store a record: the admin of a model that allows it names the service here."""
        raise PermissionDenied

    def save_form(self, request: HttpRequest, form: Any, change: Any) -> Any:
        """Ask whether all rows that the form refers to are in the scope, before saving can bring them there."""
        self.check_relations(request, form)
        return super().save_form(request, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: Any) -> None:
        """Store the rows of inlines, then ask the database whether everything saved lies in the scope."""
        below = [(formset, one) for formset in formsets for one in formset.forms if one.has_changed()]
        for _formset, one in below:
            self.check_relations(request, one)
        super().save_related(request, form, formsets, change)
        self.check_row(request, self, form, "change" if change else "add")
        guards: dict[Any, Any] = {one.model: one for one in self.get_inline_instances(request, form.instance)}
        for formset, one in below:
            self.check_row(request, guards[formset.model], one, "change" if one in formset.initial_forms else "add")

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: Any) -> None:
        """Store rows of an inline: the admin of a model that allows it names the service here."""
        if formset.has_changed():
            raise PermissionDenied
        super().save_formset(request, form, formset, change)

    def check_relations(self, request: HttpRequest, form: "BaseModelForm[Any]") -> None:
        """Refuse a form that refers to a row outside the scope; raises ``RowRefused``."""
        named = [row for name in form.changed_data for row in _related_rows(form.cleaned_data.get(name))]
        if not all(self._is_visible(request, row) for row in named):
            raise RowRefused("scope.relation")

    def check_row(self, request: HttpRequest, guard: RowGuard, form: "BaseModelForm[Any]", act: str) -> None:
        """Roll back a row that was saved outside the scope; raises ``RowRefused``."""
        if not guard.holds_now(request, act, form.instance):
            raise RowRefused("scope.row")

    def _get_obj_does_not_exist_redirect(self, *_: Any) -> HttpResponse:
        raise Http404

    # ---- deleting: closed ----------------------------------------------------
    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:  # noqa: ARG002
        """Refuse, whatever the row."""
        with noting_refusals(request, action=self.permission("delete"), subject=self._label):
            raise PermissionDenied

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:  # noqa: ARG002
        """Name nothing that would go along."""
        return [], {}, {str(self.opts.verbose_name)}, []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:  # noqa: ARG002
        """Refuse."""
        raise PermissionDenied

    def delete_queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> None:  # noqa: ARG002
        """Refuse."""
        raise PermissionDenied

    # ---- the past ------------------------------------------------------------
    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the field history of a row that may be seen."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        is_kept = has_field_history(self.model)
        entries = list(entries_of(row, is_visible=lambda one: self._is_visible(request, one))) if is_kept else []
        context = {
            **self.admin_site.each_context(request),
            "title": f"字段历史：{row}",
            "page": Paginator(entries, HISTORY_PAGE).get_page(request.GET.get(PAGE_VAR)),
            "is_kept": is_kept,
            "object": row,
            "opts": self.opts,
            "page_var": PAGE_VAR,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def log_addition(self, *_: Any) -> Any:
        """Leave it to the audit event of the service: admin's own log keeps names in plain."""

    def log_change(self, *_: Any) -> Any:
        """Leave it to the audit event of the service."""

    def log_deletions(self, *_: Any) -> Any:
        """Leave it to the audit event of the service."""

    # ---- shared --------------------------------------------------------------
    def account(self, request: HttpRequest) -> User:
        """Give who asks; nobody without an account comes this far."""
        return cast("User", request.user)

    def _is_visible(self, request: HttpRequest, row: Model) -> bool:
        return self.choices_for(type(row), request).filter(pk=row.pk).exists()

    @property
    def _label(self) -> str:
        return f"{self.opts.app_label}.{self.opts.object_name}"

    def _note(self, request: HttpRequest, act: str, key: object, codes: list[str], row: Model | None = None) -> None:
        note_refusal(
            request,
            action=self.permission(act),
            subject=subject_of(self._label, key),
            codes=codes,
            lineage=getattr(row, "scope_lineage", ""),
        )


def _refuse(row: Model) -> None:  # noqa: ARG001 - stands in for an act on it
    raise ValidationError("您可以查看，但无权变动。", code="scope.row")


def _lookup_tails(model: type[Model], path: str) -> Sequence[str]:
    field: Any = model._meta.get_field(path)  # noqa: SLF001 - Django's documented meta API
    return (f"__{field.target_field.name}__exact", "__isnull") if field.is_relation else _COLUMN_LOOKUPS


def _forms_of(response: Any) -> list[BaseForm]:
    """Give the forms of an answer that shows them again."""
    context = getattr(response, "context_data", None) or {}
    if "adminform" not in context or not context["adminform"].form.is_bound:
        return []
    inlines = [one for inline in context["inline_admin_formsets"] for one in inline.formset.forms]
    return [context["adminform"].form, *inlines]


def _related_rows(value: object) -> list[Model]:
    if isinstance(value, Model):
        return [value]
    return list(value) if isinstance(value, QuerySet) else []
