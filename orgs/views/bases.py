"""What work rests on（依据）: the documents with their files, and the duties of a 街乡."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from orgs.access import Scope
from orgs.filtersets import DocumentFilterSet, DutyFilterSet
from orgs.forms.bases import DocumentForm, DutiesForm, DutyEndForm, DutyForm
from orgs.models import DutyItem, PolicyDocument
from orgs.scoped_views import ScopedFilterSet, ScopedFormView, ScopedListView, ScopedPage
from orgs.scoped_views.attachments import attachment_response
from orgs.scoped_views.refusals import subject_of
from orgs.scoped_views.tables import ScopedTable
from orgs.services.bases import add_duties, correct_duty, document_content, end_duty, keep_document
from orgs.tables import DocumentTable, DutyTable
from youthleague.protection.uploads import media_type_of

SEE_DOCUMENTS, SEE_DUTIES = "orgs.view_policydocument", "orgs.view_dutyitem"


class BasesListView(ScopedListView):
    """A list that the whole district shares; whoever keeps it finds an act in each row, and a button above."""

    template_name = "orgs/bases.html"
    add_permission = change_permission = add_url_name = add_title = ""

    def table(self, rows: QuerySet[Any], conditions: ScopedFilterSet) -> ScopedTable:
        table = super().table(rows, conditions)
        if not self.user.has_perm(self.change_permission):
            table.columns.hide("act")
        return table

    def add_action(self) -> Mapping[str, object]:
        """Give the button that adds a row; nothing for those who may not."""
        if not self.user.has_perm(self.add_permission):
            return {}
        return {"title": self.add_title, "url": reverse(self.add_url_name), "icon": "plus", "primary": True}

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        action = self.add_action()
        pages = (("documents", "制度文件", SEE_DOCUMENTS), ("duties", "履职事项", SEE_DUTIES))
        return super().get_context_data(
            crumbs=[{"title": self.title}],
            actions=[action] if action else [],
            pages=[
                {"title": title, "url": reverse(name), "is_current": title == self.title}
                for name, title, permission in pages
                if self.user.has_perm(permission)
            ],
            **more,
        )


class DocumentListView(BasesListView):
    """制度文件: the documents that tasks and rules cite."""

    model = PolicyDocument
    permission = SEE_DOCUMENTS
    title = "制度文件"
    noun = "份"
    filterset_class = DocumentFilterSet
    table_class = DocumentTable
    add_permission, change_permission = "orgs.add_policydocument", "orgs.change_policydocument"
    add_url_name, add_title = "document-add", "登记制度文件"

    def rows(self, scope: Scope) -> QuerySet[Any]:  # noqa: ARG002 - of the district, not of a unit
        return PolicyDocument.objects.all()

    def nothing_yet(self) -> Mapping[str, str]:
        text = (
            "登记以后，布置工作时可以引用它作依据。" if self.add_action() else "由团区委登记，登记后在这里查阅、下载。"
        )
        return {"title": "还没有制度文件", "text": text}


class DutyListView(BasesListView):
    """履职事项: what a 街乡 does itself, helps with, or no longer has to do."""

    model = DutyItem
    permission = SEE_DUTIES
    title = "履职事项"
    noun = "项"
    filterset_class = DutyFilterSet
    table_class = DutyTable
    add_permission, change_permission = "orgs.add_dutyitem", "orgs.change_dutyitem"
    add_url_name, add_title = "duty-add", "登记履职事项"

    def rows(self, scope: Scope) -> QuerySet[Any]:  # noqa: ARG002 - of the district, not of a unit
        return DutyItem.objects.all()

    def note_for(self, conditions: ScopedFilterSet) -> str:  # noqa: ARG002
        return "布置给街乡的工作，要在基本履职或配合履职之内；上级收回的不能再交给街乡。"

    def nothing_yet(self) -> Mapping[str, str]:
        text = (
            "把《乡镇（街道）履行职责事项清单》里与共青团有关的登记进来，布置工作时引用它作依据。"
            if self.add_action()
            else "由团区委登记，登记后在这里查阅。"
        )
        return {"title": "还没有现行的履职事项", "text": text}


class DocumentAddView(ScopedFormView):
    """登记制度文件."""

    permission = "orgs.add_policydocument"
    title = "登记制度文件"
    form_class = DocumentForm
    document: PolicyDocument | None = None

    def form_arguments(self) -> Mapping[str, Any]:
        return {"files": self.request.FILES or None, "instance": self.document}

    def save(self, form: Any) -> PolicyDocument:
        upload = form.cleaned_data["upload"]
        return keep_document(document=form.instance, upload=upload, by=self.user, at=timezone.now())

    def back_url(self) -> str:
        return reverse("documents")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        crumbs = [{"title": "制度文件", "url": reverse("documents")}, {"title": self.title}]
        return super().get_context_data(crumbs=crumbs, **more)


class DocumentCorrectView(DocumentAddView):
    """更正制度文件, and put another file in the place of its file."""

    permission = "orgs.change_policydocument"
    title = "更正制度文件"

    def prepare(self) -> None:
        """Fetch the document."""
        self.document = get_object_or_404(PolicyDocument, pk=self.kwargs["pk"])

    @property
    def subject(self) -> str:
        return subject_of("orgs.PolicyDocument", self.kwargs["pk"])


class DocumentFileView(ScopedPage):
    """The file of a document, to be saved."""

    http_method_names = ["get", "head"]
    permission = SEE_DOCUMENTS
    document: PolicyDocument

    def prepare(self) -> None:
        """Fetch the document; 404 for one without a file."""
        self.document = get_object_or_404(PolicyDocument.objects.exclude(stored_name=""), pk=self.kwargs["pk"])

    @property
    def subject(self) -> str:
        return subject_of("orgs.PolicyDocument", self.kwargs["pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Send the file."""
        name = self.document.file_name
        return attachment_response(document_content(self.document), name, media_type_of(name))


class DutyFormView(ScopedFormView):
    """A form about duty items."""

    def back_url(self) -> str:
        return reverse("duties")

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(
            crumbs=[{"title": "履职事项", "url": reverse("duties")}, {"title": self.title}], **more
        )


class DutyAddView(DutyFormView):
    """登记履职事项, several at once."""

    permission = "orgs.add_dutyitem"
    title = "登记履职事项"
    form_class = DutiesForm

    def form_arguments(self) -> Mapping[str, Any]:
        return {"initial": {"valid_from": self.scope.day}}

    def save(self, form: Any) -> list[DutyItem]:
        read = form.cleaned_data
        rest = {name: read[name] for name in ("kind", "category", "valid_from")}
        return add_duties(titles=read["lines"], **rest, by=self.user, at=timezone.now())

    def done_sentence(self, saved: list[DutyItem]) -> str:
        return f"已登记 {len(saved)} 项。"


class DutyObjectView(DutyFormView):
    """A form about one duty item."""

    permission = "orgs.change_dutyitem"
    duty: DutyItem

    def prepare(self) -> None:
        """Fetch the item."""
        self.duty = get_object_or_404(DutyItem, pk=self.kwargs["pk"])

    @property
    def subject(self) -> str:
        return subject_of("orgs.DutyItem", self.kwargs["pk"])


class DutyCorrectView(DutyObjectView):
    """更正履职事项."""

    title = "更正履职事项"
    form_class = DutyForm

    def form_arguments(self) -> Mapping[str, Any]:
        return {"instance": self.duty}

    def save(self, form: Any) -> DutyItem:
        return correct_duty(duty=form.instance, by=self.user, at=timezone.now())


class DutyEndView(DutyObjectView):
    """终止履职事项."""

    title = "终止履职事项"
    form_class = DutyEndForm
    submit = "终止"
    done = "已终止。"

    def form_arguments(self) -> Mapping[str, Any]:
        return {"initial": {"on": self.scope.day}}

    def save(self, form: Any) -> DutyItem:
        return end_duty(duty=self.duty, on=form.cleaned_data["on"], by=self.user, at=timezone.now())

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(facts=[str(self.duty)], **more)
