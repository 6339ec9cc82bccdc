"""A form that is previewed first: what follows is said in sentences, and only what was seen is done."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from orgs.scoped_views import ScopedFormView
from orgs.scoped_views.refusals import codes_in, note_forbidden

OTHERWISE = ValidationError(
    "在您核对期间，情况有了变化，这次没有办理。请看下面新的说明，确认后再办。", code="row.stale"
)


class PreviewedFormView(ScopedFormView):
    """The form is tried and taken back, then shown as sentences; the confirmation carries a mark of what was seen."""

    is_previewed = False
    submit = "下一步：看看会怎样"
    verb: ClassVar[str] = ""

    def sentences(self, form: Any) -> list[str]:
        """Say what follows, in whole sentences."""
        raise NotImplementedError

    def mark(self, form: Any) -> str:
        """Give what differs when something else would follow than was seen."""
        raise NotImplementedError

    def preview_context(self, form: Any) -> Mapping[str, Any]:  # noqa: ARG002
        """Give what the preview shows besides."""
        return {}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Preview, or do what was previewed."""
        form = self.form_class(request.POST, **self.form_arguments())
        if not form.is_valid() or "back" in request.POST:
            note_forbidden(request, codes_in(form), action=self.permission, subject=self.subject)
            return self.render(form=form)
        if "confirmed" not in request.POST:
            return self.render(form=form) if self.attempt(form, keep=False) is None else self.preview(form)
        if request.POST.get("seen") != self.mark(form):
            form.add_error(None, OTHERWISE)
            return self.preview(form, status=409)
        done = self.attempt(form, keep=True)
        if done is None:
            return self.render(form=form, status=409)
        messages.success(request, self.done_sentence(done))
        return HttpResponseRedirect(self.done_url(done))

    def preview(self, form: Any, *, status: int = 200) -> HttpResponse:
        """Show what follows, and ask."""
        self.is_previewed = True
        return self.render(
            form=form,
            sentences=self.sentences(form),
            verb=self.verb,
            seen=self.mark(form),
            values=[(name, form[name].value()) for name in form.fields],
            status=status,
            **self.preview_context(form),
        )

    def get_template(self) -> str:
        return "orgs/preview.html" if self.is_previewed else self.template_name

    def attempt(self, form: Any, *, keep: bool) -> Any:
        """Save, and take it back at once unless it is to be kept; None where the service refuses."""
        with transaction.atomic():
            saved = self.attempt_to_save(form)
            transaction.set_rollback(not keep or saved is None)
        return saved
