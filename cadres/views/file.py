"""一人一档, complete: everything on file of one person, as a page to print and as a workbook."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from cadres.models import Account
from cadres.services.filing import CHANGES_KEPT, EXPORT, FULL, FileWanted, export_file, may_export
from cadres.views.people import CadrePage, fact_groups, head_facts, main_post, post_event
from orgs.middleware import is_verified
from orgs.models import OrgAssignment
from orgs.roles import ROLE_BY_CODE
from orgs.scoped_views.exports import workbook_response
from orgs.scoped_views.refusals import codes_of, note_refusal
from orgs.views.confirmation import is_confirmed


class FileExportForm(forms.Form):
    """Whether whole numbers are wanted, and why."""

    full = forms.BooleanField(label="含完整的身份证号、手机号码和出生日期", required=False)
    reason = forms.CharField(
        label="事由", required=False, max_length=200, help_text="含完整号码时必须写，至少 6 个字。"
    )

    def __init__(self, *args: Any, may_full: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_full:
            self.fields.clear()


class CadreFileView(CadrePage):
    """The file to read and to print; only of somebody whose facts are open."""

    http_method_names = ["get", "head"]
    permission = "cadres.view_cadre"
    title = "完整档案"
    template_name = "cadres/file.html"

    def may_open(self) -> bool:
        return may_export(self.sight.posts, self.scope, self.permission)

    def account_rows(self) -> list[dict[str, str]]:
        """Give whether the person has an account, and the roles held with it that the reader may know of."""
        links = Account.objects.visible_to(self.scope).filter(cadre=self.object).select_related("user")
        users = [link.user for link in links]
        if not users:
            return [{"title": "登录账号", "value": "没有关联账号"}]
        held = OrgAssignment.objects.visible_to(self.scope).in_force(self.scope.day).filter(user__in=users)
        rows = held.select_related("organisation").order_by("organisation__lineage", "role")
        state = "启用" if any(user.is_active for user in users) else "停用"
        return [
            {"title": "登录账号", "value": state},
            *({"title": ROLE_BY_CODE[one.role].title, "value": one.organisation.name} for one in rows),
        ]

    def form(self, data: Any = None) -> FileExportForm:
        """Give the form of the export."""
        return FileExportForm(data, may_full=may_export(self.sight.posts, self.scope, FULL))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Show the file."""
        return self.render(form=self.form())

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        sight, day, person = self.sight, self.scope.day, self.object
        return super().get_context_data(
            **self.page_frame(self.title),
            facts=head_facts(person, main_post(sight, day), day),
            groups=fact_groups(person),
            events=[post_event(post, sight, day) for post in sight.posts],
            changes=self.changes(CHANGES_KEPT),
            accounts=self.account_rows(),
            may_take=may_export(self.sight.posts, self.scope),
            take_url=reverse("cadre-file-export", args=[person.pk]),
            printed=f"{self.user}，{timezone.localtime():%Y-%m-%d %H:%M}",
            **(more | {"title": f"{person.name}：{self.title}"}),
        )


class CadreFileExportView(CadreFileView):
    """The file to take away."""

    http_method_names = ["post"]
    permission = EXPORT

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Send the workbook; whole numbers want the second factor and the password once more."""
        form = self.form(request.POST)
        wants_full = bool(request.POST.get("full"))
        if wants_full and "full" not in form.fields:
            raise PermissionDenied
        if not form.is_valid():
            return self.render(form=form)
        if wants_full and not (is_verified(request) and is_confirmed(request, timezone.now())):
            first = "password-confirm" if is_verified(request) else "otp-verify"
            return HttpResponseRedirect(f"{reverse(first)}?next={reverse('cadre-file', args=[self.object.pk])}")
        return self.answer(form, FileWanted(full=wants_full, reason=form.cleaned_data.get("reason", "")))

    def answer(self, form: FileExportForm, wanted: FileWanted) -> HttpResponse:
        """Send what is wanted, or say why not."""
        at = timezone.now()
        try:
            content = export_file(cadre=self.object, wanted=wanted, by=self.user, at=at)
        except ValidationError as refusal:
            note_refusal(self.request, action="cadre.export", subject=self.subject, codes=codes_of(refusal))
            form.add_error("reason" if refusal.code == "export.reason" else None, refusal)
            return self.render(form=form)
        return workbook_response(content, f"{self.object.name}一人一档-{timezone.localdate(at):%Y%m%d}.xlsx")
