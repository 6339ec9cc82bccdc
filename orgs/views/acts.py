"""The acts on the tree: a form, a preview of what follows, and only then the deed."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.forms import BaseForm
from django.urls import reverse
from django.utils import timezone

from orgs.access import Scope
from orgs.forms.organisations import CloseForm, FactsForm, FoundForm, MergeForm, MoveForm, RenameForm
from orgs.models import Organisation
from orgs.reports.acts import Effects, Merger, effects_of_closing, effects_of_merger, effects_of_move
from orgs.scoped_views import ScopedFormView, ScopedObjectFormView, ScopedStepView, organisation_path
from orgs.scoped_views.refusals import codes_of
from orgs.services import (
    close_organisation,
    correct_organisation,
    found_organisation,
    merge_organisation,
    move_organisation,
    rename_organisation,
    reopen_organisation,
)
from orgs.views.previewed import PreviewedFormView

CHANGE, ADD = "orgs.change_organisation", "orgs.add_organisation"
SECTION = "organisation-tree"
BATCHES = "还没有写入的导入批次，写入之前会按新的隶属重新检查。"


class UnitMixin(ScopedObjectFormView):
    """A page about a unit that may be changed by whoever asks."""

    model = Organisation
    permission = CHANGE
    object: Organisation

    @property
    def keeping(self) -> Scope:
        """The part of the scope where the tree may be changed."""
        return self.scope.holding(CHANGE)

    def back_url(self) -> str:
        return reverse("organisation", args=[self.object.pk])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(
            section=SECTION,
            path=organisation_path(self.object, self.scope),
            crumbs=[{"title": self.title}],
            **{"facts": [self.object.name], **more},
        )


class ActView(PreviewedFormView, UnitMixin):
    """An act: the form is previewed first; the confirmation carries the version and the effects that were seen."""

    _foreseen: Effects | None = None

    def form_arguments(self) -> Mapping[str, Any]:
        return {"scope": self.keeping, "organisation": self.object}

    def act(self, form: Any, version: int) -> None:
        """Call the service."""
        raise NotImplementedError

    def effects(self, form: Any) -> Effects:
        """Tell what follows."""
        raise NotImplementedError

    def merger(self, form: Any) -> Merger | None:  # noqa: ARG002
        """Give the two units of a merger, whose people higher apps tell about."""
        return None

    def foreseen(self, form: Any) -> Effects:
        """Reckon what follows, once a request."""
        if self._foreseen is None:
            self._foreseen = self.effects(form)
        return self._foreseen

    def mark(self, form: Any) -> str:
        return f"{self.object.version}.{self.foreseen(form).mark}"

    def preview_context(self, form: Any) -> Mapping[str, Any]:
        return {"merger": self.merger(form)}

    def attempt(self, form: BaseForm, *, keep: bool) -> Any:
        """Act, and take it back at once unless it is to be kept: what the service refuses stands beside the form."""
        try:
            with transaction.atomic():
                self.act(form, self.object.version)
                transaction.set_rollback(not keep)
        except ValidationError as refusal:
            form.add_error(None, ValidationError(refusal.messages[0], code=codes_of(refusal)[0]))
            return None
        return form

    def unit(self, key: int) -> Organisation:
        """Give a unit that was chosen, from where the tree may be changed; once more, whatever the form offered."""
        found: Organisation | None = Organisation.objects.visible_to(self.keeping).filter(pk=key).first()
        if found is None:
            raise PermissionDenied
        return found


class RenameView(ActView):
    """更名."""

    title = "更名"
    form_class = RenameForm
    verb = "确认更名"

    def act(self, form: Any, version: int) -> None:
        data = form.cleaned_data
        rename_organisation(
            organisation=self.object, name=data["name"], on=data["on"], by=self.user, at=timezone.now(), version=version
        )

    def effects(self, form: Any) -> Effects:  # noqa: ARG002
        return Effects()

    def sentences(self, form: Any) -> list[str]:
        data = form.cleaned_data
        return [
            f"从 {data['on']:%Y-%m-%d} 起，“{self.object.name}”改称“{data['name']}”。",
            f"{data['on']:%Y-%m-%d} 以前的记录、报表和成绩单仍用原名，组织沿革里两个名称都在。",
            "上下级关系、团干部任职和账号的管辖范围都不变。",
        ]

    def done_sentence(self, saved: Any) -> str:
        return f"已更名为“{saved.cleaned_data['name']}”。"


class MoveView(ActView):
    """改隶."""

    title = "改隶（调整隶属关系）"
    form_class = MoveForm
    verb = "确认改隶"

    def act(self, form: Any, version: int) -> None:
        parent, day = self.unit(form.cleaned_data["superior"]), form.cleaned_data["on"]
        move_organisation(
            organisation=self.object, parent=parent, on=day, by=self.user, at=timezone.now(), version=version
        )

    def effects(self, form: Any) -> Effects:
        return effects_of_move(self.object, self.unit(form.cleaned_data["superior"]), self.scope.day)

    def sentences(self, form: Any) -> list[str]:
        effects = self.foreseen(form)
        parent, day = self.unit(form.cleaned_data["superior"]), form.cleaned_data["on"]
        below = len(effects.units) - 1
        along = f"，连同下级 {below} 个团组织一起划转" if below else ""
        return [
            f"从 {day:%Y-%m-%d} 起，“{self.object.name}”的上级改为“{parent.name}”{along}。",
            *_gone_sentence(effects),
            *sight_sentences(effects),
            "团干部任职不变，跟着各自的团组织走；在这些团组织上授予的角色不变。",
            BATCHES,
            f"{day:%Y-%m-%d} 以前的记录、报表和成绩单仍归原上级，名称也不变。",
        ]

    def done_sentence(self, saved: Any) -> str:  # noqa: ARG002
        return f"“{self.object.name}”已改隶。"


class MergeView(ActView):
    """合并."""

    title = "合并"
    form_class = MergeForm
    verb = "确认合并"

    def merger(self, form: Any) -> Merger:
        return Merger(self.object, self.unit(form.cleaned_data["into"]))

    def act(self, form: Any, version: int) -> None:
        into, day = self.unit(form.cleaned_data["into"]), form.cleaned_data["on"]
        merge_organisation(
            organisation=self.object, into=into, on=day, by=self.user, at=timezone.now(), version=version
        )

    def effects(self, form: Any) -> Effects:
        into, day = self.unit(form.cleaned_data["into"]), form.cleaned_data["on"]
        return effects_of_merger(self.object, into, day, self.scope.day)

    def sentences(self, form: Any) -> list[str]:
        effects = self.foreseen(form)
        into, day = self.unit(form.cleaned_data["into"]), form.cleaned_data["on"]
        along = (
            f"它下面的 {len(effects.units)} 个团组织改隶到“{into.name}”之下。"
            if effects.units
            else "它没有下级团组织。"
        )
        return [
            f"从 {day:%Y-%m-%d} 起，“{self.object.name}”并入“{into.name}”，不再在册。",
            along,
            *_gone_sentence(effects),
            *_roles_sentence(effects),
            *sight_sentences(effects),
            BATCHES,
            f"它以前的记录仍在，“{into.name}”看得到；去年的报表和成绩单仍用原名。",
            "合并不能撤回，请核对后再确认。",
        ]

    def done_sentence(self, saved: Any) -> str:  # noqa: ARG002
        return f"“{self.object.name}”已合并。"


class CloseView(ActView):
    """撤销."""

    title = "撤销团组织"
    template_name = "orgs/close.html"
    form_class = CloseForm
    verb = "确认撤销"

    def act(self, form: Any, version: int) -> None:
        close_organisation(
            organisation=self.object, on=form.cleaned_data["on"], by=self.user, at=timezone.now(), version=version
        )

    def effects(self, form: Any) -> Effects:
        return effects_of_closing(self.object, form.cleaned_data["on"], self.scope.day)

    def sentences(self, form: Any) -> list[str]:
        effects = self.foreseen(form)
        day = form.cleaned_data["on"]
        return [
            f"从 {day:%Y-%m-%d} 起，“{self.object.name}”撤销，不再在册。",
            *_roles_sentence(effects),
            "它以前的记录仍在，去年的报表和成绩单仍有它；打开“含已撤销”可以看到。",
            "撤错了，可以在它的页面上“撤回撤销”；收回的角色要由安全管理员另行授予。",
        ]

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        below = Organisation.objects.visible_to(self.scope).filter(parent=self.object).active().order_by("lineage")
        return super().get_context_data(standing=list(below[:20]), **more)

    def done_sentence(self, saved: Any) -> str:  # noqa: ARG002
        return f"“{self.object.name}”已撤销。"


class ReopenView(ScopedStepView):
    """撤回撤销."""

    model = Organisation
    permission = CHANGE
    done = "撤销已撤回，如同没有发生；收回的角色请安全管理员另行授予。"
    object: Organisation

    def perform(self) -> None:
        reopen_organisation(organisation=self.object, version=self.object.version, by=self.user, at=timezone.now())

    def next_url(self) -> str:
        return reverse("organisation", args=[self.object.pk])


class FactsView(UnitMixin):
    """更正: the facts of a unit."""

    title = "更正基本信息"
    form_class = FactsForm
    done = "已更正，改动已记入组织沿革。"

    def form_arguments(self) -> Mapping[str, Any]:
        return {"organisation": self.object}

    def save(self, form: Any) -> Organisation:
        values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        return correct_organisation(
            organisation=self.object,
            version=form.cleaned_data["version"],
            values=values,
            by=self.user,
            at=timezone.now(),
        )


class FoundView(ScopedFormView):
    """新建: a unit under one where units may be added."""

    permission = ADD
    title = "新建团组织"
    form_class = FoundForm
    submit = "新建"

    def form_arguments(self) -> Mapping[str, Any]:
        asked = self.request.GET.get("superior", "")
        return {"scope": self.scope.holding(ADD), "superior": asked if asked.isdecimal() else ""}

    def save(self, form: Any) -> Organisation:
        above = Organisation.objects.visible_to(self.scope.holding(ADD)).get(pk=form.cleaned_data["superior"])
        return found_organisation(organisation=form.organisation(above), on=form.on, by=self.user, at=timezone.now())

    def back_url(self) -> str:
        return reverse("organisation-tree")

    def done_url(self, saved: Any) -> str:
        return reverse("organisation", args=[saved.pk])

    def done_sentence(self, saved: Any) -> str:
        return f"已新建：{saved.name}。"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        crumbs = [{"title": "组织树", "url": self.back_url()}, {"title": self.title}]
        return super().get_context_data(section=SECTION, crumbs=crumbs, **more)


def sight_sentences(effects: Effects) -> list[str]:
    """Say how many accounts see these units from then on, or no longer."""
    if not (effects.gaining or effects.losing):
        return ["各账号的管辖范围不变。"]
    gaining = f"{len(effects.gaining)} 个账号新看到这些团组织" if effects.gaining else ""
    losing = f"{len(effects.losing)} 个账号不再看到这些团组织（以前的记录仍看得到）" if effects.losing else ""
    return ["，".join(filter(None, (gaining, losing))) + "。"]


def _gone_sentence(effects: Effects) -> list[str]:
    return [f"其中已撤销、合并的 {len(effects.gone)} 个也随之划转。"] if effects.gone else []


def _roles_sentence(effects: Effects) -> list[str]:
    if not effects.roles:
        return ["它上面没有授予角色。"]
    return [f"它上面授予的 {len(effects.roles)} 个角色同日收回；需要的话，请安全管理员在别的团组织另行授予。"]
