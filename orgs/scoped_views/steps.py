"""Pages that change something: a form that ends in one service call, and a step that needs no form."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from orgs.scoped_views.pages import ScopedObjectMixin, ScopedPage
from orgs.scoped_views.refusals import codes_in, codes_of, note_forbidden

STALE = ValidationError(
    "在您填写期间，这条记录已被别人改动，这次没有保存。请重新打开本页，核对后再改。", code="row.stale"
)
CONFLICT = ValidationError("与刚刚保存的另一条记录冲突，这次没有保存。请刷新后核对。", code="row.conflict")


class ScopedFormView(ScopedPage):
    """A form whose ``save`` calls one service; what the service refuses comes back beside the fields."""

    template_name = "orgs/form.html"
    form_class: ClassVar[type[BaseForm]]
    submit: ClassVar[str] = "保存"
    done: ClassVar[str] = "已保存。"

    def form_arguments(self) -> Mapping[str, Any]:
        """Give what the form needs besides the data."""
        return {}

    def save(self, form: Any) -> Any:
        """Call the service with what the form read, and give the row that it concerned."""
        raise NotImplementedError

    def back_url(self) -> str:
        """Say where “取消” leads."""
        raise NotImplementedError

    def done_url(self, saved: Any) -> str:  # noqa: ARG002
        """Say where to go when it is done."""
        return self.back_url()

    def done_sentence(self, saved: Any) -> str:  # noqa: ARG002
        """Say what was done."""
        return self.done

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Show the form."""
        return self.render(form=self.form_class(**self.form_arguments()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Save, or show the form again with what is wrong; 409 when somebody else was faster."""
        form = self.form_class(request.POST, **self.form_arguments())
        saved = self.attempt_to_save(form) if form.is_valid() else None
        if saved is None:
            note_forbidden(request, codes_in(form), action=self.permission, subject=self.subject)
            is_stale = form.has_error(NON_FIELD_ERRORS, "row.stale")
            return self.render(form=form, is_stale=is_stale, status=409 if is_stale else 200)
        messages.success(request, self.done_sentence(saved))
        return HttpResponseRedirect(self.done_url(saved))

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(submit=self.submit, cancel_url=self.back_url(), **more)

    def attempt_to_save(self, form: BaseForm) -> Any:
        """Save, or say beside the fields why not, and give None."""
        try:
            return self.save(form)
        except ValidationError as refusal:
            _show(form, refusal)
        except IntegrityError:
            form.add_error(None, CONFLICT)
        return None


class ScopedObjectFormView(ScopedObjectMixin, ScopedFormView):
    """A form about one row."""


class ScopedStepView(ScopedObjectMixin):
    """A step about one row that needs no form: one POST, one service call, a sentence, and back."""

    http_method_names = ["post"]
    done: ClassVar[str] = "已完成。"

    def perform(self) -> None:
        """Call the service; a ValidationError becomes the sentence that says why not."""
        raise NotImplementedError

    def next_url(self) -> str:
        """Say where to go afterwards."""
        raise NotImplementedError

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Take the step."""
        try:
            self.perform()
        except ValidationError as refusal:
            note_forbidden(request, codes_of(refusal), action=self.permission, subject=self.subject)
            messages.error(request, "".join(refusal.messages))
        else:
            messages.success(request, self.done)
        return HttpResponseRedirect(self.next_url())


def _show(form: BaseForm, refusal: ValidationError) -> None:
    """Put a service's refusal beside the fields that it names; what the form does not have goes above them."""
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, STALE if refusal.code == STALE.code else refusal)
        return
    for name, errors in refusal.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
