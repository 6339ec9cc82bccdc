"""What is done with a 反馈函: written anew, reviewed, signed, returned, delivered, its receipt entered, withdrawn."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.urls import reverse
from django.utils import timezone

from appraisal.access import DECIDE, KEEP, VIEW
from appraisal.forms.letters import DeliveryForm, LetterForm, ReceiptForm
from appraisal.forms.pledges import ReturnForm
from appraisal.models import FeedbackLetter
from appraisal.services.letter_delivery import deliver_letter, enter_receipt
from appraisal.services.letter_keeping import receivers_of
from appraisal.services.letters import change_letter, return_letter, review_letter, sign_letter, void_letter
from appraisal.views.letter_wording import facts_of
from appraisal.views.letters import OfLetter
from appraisal.views.year import seen_version
from orgs.scoped_views import ScopedObjectFormView, ScopedStepView


class LetterActMixin(OfLetter):
    """A page that does something with a letter, and goes back to it."""

    def back_url(self) -> str:
        """Give the address of the letter."""
        return reverse("appraisal-letter", args=[self.object.pk])

    def next_url(self) -> str:
        """Go back to the letter."""
        return self.back_url()

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        letter = self.object
        crumbs = [*self.trail(), {"title": letter.addressee, "url": self.back_url()}, {"title": self.title}]
        shown = {"path": [], "crumbs": crumbs, "facts": facts_of(letter), "section": self.section}
        return super().get_context_data(**{**shown, **more})


class LetterStepPage(LetterActMixin, ScopedStepView):
    """A step of one click, at the version that was seen."""

    service: ClassVar[Callable[..., FeedbackLetter]]

    def perform(self) -> None:
        version = seen_version(self.request)
        type(self).service(letter=self.object, version=version, by=self.user, at=timezone.now())


class LetterReviewView(LetterStepPage):
    """审核."""

    permission = VIEW
    service = staticmethod(review_letter)
    done = "审核通过，等领导签发。"


class LetterSignView(LetterStepPage):
    """签发."""

    permission = DECIDE
    service = staticmethod(sign_letter)
    done = "已签发并编号。"


class LetterFormPage(LetterActMixin, ScopedObjectFormView):
    """A form about a letter that carries the version that was seen."""

    def form_arguments(self) -> Mapping[str, Any]:
        return {"version": self.object.version}

    def told(self, form: Any) -> dict[str, Any]:
        """Give what every act on a letter is told."""
        version = form.cleaned_data["version"]
        return {"letter": self.object, "version": version, "by": self.user, "at": timezone.now()}


class LetterEditView(LetterFormPage):
    """修改拟稿."""

    permission = KEEP
    title = "修改反馈函"
    form_class = LetterForm

    def form_arguments(self) -> Mapping[str, Any]:
        return {"letter": self.object}

    def save(self, form: Any) -> FeedbackLetter:
        read = form.cleaned_data
        return change_letter(addressee=read["addressee"], suggestion=read["suggestion"], **self.told(form))


class LetterReturnView(LetterFormPage):
    """退回, with the reason."""

    permission = VIEW
    title = "退回反馈函"
    form_class = ReturnForm
    submit = "退回"
    done = "已退回，拟稿人会收到通知。"

    def save(self, form: Any) -> FeedbackLetter:
        return return_letter(reason=form.cleaned_data["reason"], **self.told(form))


class LetterVoidView(LetterFormPage):
    """作废, with the reason."""

    permission = VIEW
    title = "作废反馈函"
    form_class = ReturnForm
    submit = "作废"
    done = "已作废；需要的，重新拟稿。"

    def save(self, form: Any) -> FeedbackLetter:
        return void_letter(reason=form.cleaned_data["reason"], **self.told(form))


class LetterDeliverView(LetterFormPage):
    """送达, through the portal or on paper."""

    permission = KEEP
    title = "送达反馈函"
    form_class = DeliveryForm
    submit = "送达"
    done = "已送达，等对方回执。"

    def form_arguments(self) -> Mapping[str, Any]:
        has = bool(receivers_of(self.object, self.scope.day))
        return {**super().form_arguments(), "today": self.scope.day, "has_account": has}

    def save(self, form: Any) -> FeedbackLetter:
        return deliver_letter(way=form.cleaned_data["way"], day=form.cleaned_data["day"], **self.told(form))


class LetterReceiptView(LetterFormPage):
    """登记书面回执."""

    permission = KEEP
    title = "登记书面回执"
    form_class = ReceiptForm
    submit = "登记"
    done = "已登记回执。"

    def form_arguments(self) -> Mapping[str, Any]:
        return {**super().form_arguments(), "today": self.scope.day}

    def save(self, form: Any) -> FeedbackLetter:
        return enter_receipt(receipt=form.receipt, **self.told(form))
