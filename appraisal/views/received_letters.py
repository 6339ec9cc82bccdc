"""反馈函 for whom they are: 同级党（工）委 its own, 区委组织部 the summary and copies of the others; the receipt."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from appraisal.access import RECEIVE
from appraisal.choices import LetterState
from appraisal.documents.letters import letter_paper
from appraisal.forms.letters import ReceiptForm
from appraisal.models import FeedbackLetter
from appraisal.querysets import LetterQuerySet
from appraisal.reports.letters import received_letters
from appraisal.rules.letters import letter_states_for
from appraisal.services.letter_delivery import acknowledge_letter
from appraisal.services.letter_keeping import receives
from appraisal.views.letter_wording import Next, facts_of, letter_row
from appraisal.views.letters import document_response, page_of
from orgs.access import Scope
from orgs.scoped_views import ScopedDetailView, ScopedObjectFormView, ScopedObjectMixin, ScopedPage

SECTION = "letters"
TITLE = "反馈函"


class ReceivedLettersView(ScopedPage):
    """The letters that were delivered, what waits for a receipt first."""

    http_method_names = ["get", "head"]
    permission = RECEIVE
    title = TITLE
    template_name = "appraisal/received_letters.html"

    def get(self, request: HttpRequest) -> HttpResponse:  # noqa: ARG002
        """Show the list."""
        seen = received_letters(self.scope).with_counts().order_by("-cycle__year", "-kind", "lineage", "-pk")
        rows = sorted(seen, key=lambda one: not self._waits(one))
        waiting = sum(map(self._waits, rows))
        lines = [{**letter_row(one, "letter"), **self._light(one)} for one in rows]
        facts = [f"待回执 {waiting} 份"] if waiting else []
        return self.render(rows=lines, facts=facts, section=SECTION, path=[], crumbs=[{"title": TITLE}])

    def _waits(self, letter: FeedbackLetter) -> bool:
        return letter.state == LetterState.DELIVERED and receives(letter, self.scope)

    def _light(self, letter: FeedbackLetter) -> dict[str, str]:
        """Say of a copy that nothing is to be done with it."""
        is_copy = not receives(letter, self.scope) and letter.state != LetterState.VOID
        return {"tone": "idle", "word": "抄送"} if is_copy else {}


class Received(ScopedObjectMixin):
    """Rows for whom they are addressed to, or copied."""

    model = FeedbackLetter
    permission = RECEIVE

    def rows(self, scope: Scope) -> LetterQuerySet:
        """Give the rows that may be meant."""
        return received_letters(scope)

    def trail(self) -> list[dict[str, str]]:
        """Give the way to the page."""
        return [{"title": TITLE, "url": reverse("letters")}]


class ReceivedLetterView(Received, ScopedDetailView):
    """A letter as it is printed, and whether a receipt is asked for."""

    template_name = "appraisal/letter.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Show the letter."""
        letter = self.object
        return self.render(
            **page_of(letter, letter_paper(letter, letter.people.select_related("card"))),
            crumbs=[*self.trail(), {"title": letter.number_text}],
            section=SECTION,
            actions=[{"title": "下载文档", "url": reverse("letter-document", args=[letter.pk]), "icon": "download"}],
            next=_next(letter, self.scope),
        )


class ReceivedDocumentView(Received, ScopedDetailView):
    """A letter as an official document."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        """Send the document to be saved."""
        return document_response(self.object, self.user)


class ReceiptView(Received, ScopedObjectFormView):
    """回执, by whom the letter is addressed to."""

    title = "填写回执"
    form_class = ReceiptForm
    submit = "提交回执"
    done = "已回执，团区委会收到通知。"

    def rows(self, scope: Scope) -> LetterQuerySet:
        """Give what is addressed to who asks; a copy asks for no receipt."""
        return received_letters(scope, copies=False)

    def form_arguments(self) -> Mapping[str, Any]:
        name = self.user.get_full_name()
        return {"version": self.object.version, "today": self.scope.day, "receiver": name}

    def save(self, form: Any) -> FeedbackLetter:
        version = form.cleaned_data["version"]
        told = {"letter": self.object, "version": version, "by": self.user, "at": timezone.now()}
        return acknowledge_letter(receipt=form.receipt, **told)

    def back_url(self) -> str:
        return reverse("letter", args=[self.object.pk])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        crumbs = [*self.trail(), {"title": self.object.number_text, "url": self.back_url()}, {"title": self.title}]
        shown = {"path": [], "crumbs": crumbs, "facts": facts_of(self.object), "section": SECTION}
        return super().get_context_data(**{**shown, **more})


# ---- parts -----------------------------------------------------------------------------
def _next(letter: FeedbackLetter, scope: Scope) -> Next:
    if letter.state == LetterState.VOID:
        return Next("这份函已经作废", "以更正的函为准。")
    if not receives(letter, scope):
        return Next("抄送件，供了解", "不用回执。")
    if letter.state != LetterState.DELIVERED or letter.cycle.state not in letter_states_for("acknowledge"):
        return Next("已经回执，不用再办")
    button = {"title": "填写回执", "url": reverse("letter-receipt", args=[letter.pk]), "primary": True}
    return Next("请填写回执", "写明签收人和日期；有意见的可以写上。", [button])
