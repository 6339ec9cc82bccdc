"""佐证: hand a file in, save it, take it back."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from linkage.access import VIEW
from linkage.forms import EvidenceForm
from linkage.models import TaskEvidence
from linkage.services.evidence import evidence_content, hand_in, take_back
from linkage.views.parts import HandlerMixin, OfPart, PartMixin
from orgs.access import Scope, is_same_person
from orgs.scoped_views import ScopedDetailView, ScopedObjectFormView, ScopedStepView
from orgs.scoped_views.attachments import attachment_response
from youthleague.protection.uploads import media_type_of


class EvidenceAddView(HandlerMixin, PartMixin, ScopedObjectFormView):
    """上传佐证."""

    title = "上传佐证"
    form_class = EvidenceForm
    submit = "上传"
    done = "已上传。"

    def form_arguments(self) -> Mapping[str, Any]:
        return {"files": self.request.FILES or None}

    def save(self, form: Any) -> TaskEvidence:
        return hand_in(assignment=self.object, upload=form.cleaned_data["upload"], by=self.user, at=timezone.now())


class EvidenceMixin(OfPart):
    """A page about a file."""

    model = TaskEvidence

    def rows(self, scope: Scope) -> QuerySet[TaskEvidence]:
        seen = TaskEvidence.objects.visible_to(scope.holding(VIEW))
        related = ("assignment__task", "assignment__parent", "assignment__organisation", "handed_in_by")
        return seen.select_related(*related)


class EvidenceFileView(EvidenceMixin, ScopedDetailView):
    """The file, to be saved: whoever sees the part may have it."""

    permission = VIEW

    def may_open(self) -> bool:
        return True

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Send the file."""
        row = self.object
        try:
            return attachment_response(evidence_content(row), row.title, media_type_of(row.title))
        except FileNotFoundError as error:
            raise Http404 from error


class EvidenceRemoveView(HandlerMixin, EvidenceMixin, ScopedStepView):
    """撤下佐证, by whoever handed it in."""

    done = "已撤下，文件已删除。"

    def may_open(self) -> bool:
        """Whoever handed it in, while the part is theirs."""
        return super().may_open() and is_same_person(self.user, self.object.handed_in_by)

    def perform(self) -> None:
        take_back(evidence=self.object, by=self.user, at=timezone.now())
