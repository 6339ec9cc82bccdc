"""票箱 of a year: whom votes are about, codes on paper once, how many have voted; never who, nor what too early."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from appraisal.access import KEEP, VIEW
from appraisal.choices import BALLOT_COMPONENTS, LINK_MODES, BoxMode, BoxState, Screening
from appraisal.forms.boxes import BoxForm, CodesForm
from appraisal.models import BallotBox, BallotComment, ComponentPool, Participant
from appraisal.reports.sight import readable
from appraisal.reports.voting import (
    answers_of,
    comments_of,
    missing_voters,
    named_ratings,
    passed,
    people_of_box,
    turnout_of,
)
from appraisal.rules.voting import BOX, PREPARING_STATES, modes_for, promise, spaced_code
from appraisal.services.balloting import close_box, void_box
from appraisal.services.keeping import holds_district
from appraisal.services.voters import open_and_tell
from appraisal.services.voting import BoxPlan, issue_codes, issue_shared_code, least_of, prepare_box
from appraisal.views.year import KeeperMixin, YearMixin, seen_version
from orgs.scoped_views import ScopedFormView
from orgs.scoped_views.refusals import codes_of, note_forbidden

_STEPS: dict[str, tuple[Callable[..., BallotBox], str, str]] = {
    "share": (issue_shared_code, "共用二维码已经生成，接着开始征集。", ""),
    "open": (open_and_tell, "投票已经开始。", ""),
    "close": (
        close_box,
        "投票已经结束，计分的票数已经写入测评结果。",
        "结束以后不能再投票，计分的票数写入测评结果，不能撤回。",
    ),
    "void": (void_box, "票箱已经作废，投票码和选票已经删除。", "投票码和已经投的票都会删除，不能恢复。"),
}
_NO_POOL, _CONSULTATION = "consultation", "意见征集"


class BoxesMixin(YearMixin):
    """A page for those who see the year of the whole district."""

    tab = "appraisal-boxes"

    def prepare(self) -> None:
        super().prepare()
        if not holds_district(self.scope.holding(VIEW)):
            raise PermissionDenied


class OneBoxMixin(YearMixin):
    """A page about one box, by its number within the year."""

    tab = "appraisal-boxes"
    box: BallotBox

    def prepare(self) -> None:
        super().prepare()
        number = self.kwargs["number"]
        rows = BallotBox.objects.filter(cycle=self.cycle).select_related("cycle", "pool__component__group")
        found = list(rows.order_by("pk")[number - 1 : number]) if 0 < number < 10_000 else []
        if not found:
            raise Http404
        self.box = found[0]

    @property
    def box_url(self) -> str:
        """Give the address of the box."""
        return self.address("appraisal-box", self.kwargs["number"])

    @property
    def reads_all(self) -> bool:
        """Tell whether the visitor reads the results of everybody in the box."""
        keys = list(self.box.people.values_list("participant_id", flat=True))
        return readable(self.user, self.scope).filter(pk__in=keys).count() == len(keys)


class BoxesView(BoxesMixin):
    """The boxes of a year."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/boxes.html"
    title = "票箱"

    def get(self, request: HttpRequest, year: int) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        rows = BallotBox.objects.filter(cycle=self.cycle).select_related("pool__component__group").order_by("pk")
        may_add = self.keeps and self.cycle.state in PREPARING_STATES
        add = {"title": "新建票箱", "url": self.address("appraisal-box-new"), "icon": "plus", "primary": True}
        lines = [self._line(number, row) for number, row in enumerate(rows, start=1)]
        return self.render(boxes=lines, may_add=may_add, actions=[add] if may_add else [])

    def _line(self, number: int, row: BallotBox) -> dict[str, Any]:
        return {
            "title": row.title,
            "url": self.address("appraisal-box", number),
            "pool": _pool_line(row),
            "days": f"{row.opens_on:%Y-%m-%d} 至 {row.closes_on:%Y-%m-%d}",
            "state": row.get_state_display(),
            "codes": row.codes_count,
        }


class BoxNewView(KeeperMixin, ScopedFormView):
    """新建票箱: about people of one group, whose pool ``?pool=`` names; without a pool it is a consultation."""

    template_name = "appraisal/box_form.html"
    form_class = BoxForm
    title = "新建票箱"
    tab = "appraisal-boxes"
    submit = "建立"
    done = "票箱已建立，接着封存：制发投票码，或者确定投票人。"

    def prepare(self) -> None:
        super().prepare()
        if not self.pools:
            raise Http404

    @cached_property
    def pools(self) -> list[ComponentPool]:
        """The pools of the year that vote, 青年议 first."""
        rows = ComponentPool.objects.filter(
            component__group__cycle=self.cycle, component__component__in=BALLOT_COMPONENTS
        )
        rows = rows.select_related("component__group")
        return list(rows.order_by("-component__component", "component__group__position", "number"))

    @property
    def pool(self) -> ComponentPool | None:
        """The pool asked for, or the first; None for a consultation."""
        asked = self.request.GET.get("pool", "")
        if asked == _NO_POOL:
            return None
        return next((one for one in self.pools if str(one.pk) == asked), self.pools[0])

    def form_arguments(self) -> dict[str, Any]:
        rows = Participant.objects.visible_to(self.scope.holding(KEEP)).appraised()
        pool, rows = self.pool, rows.filter(cycle=self.cycle)
        rows = rows.filter(group=pool.component.group_id) if pool else rows
        people = list(rows.select_related("cadre", "organisation").order_by("lineage", "pk"))
        return {"modes": modes_for(pool.component.component if pool else None), "people": people}

    def save(self, form: Any) -> BallotBox:
        said = form.cleaned_data
        pool = self.pool.pk if self.pool else None
        plan = BoxPlan(pool, said["title"], said["people"], said["opens_on"], said["closes_on"], said["mode"])
        return prepare_box(cycle=self.cycle, plan=plan, by=self.user, at=timezone.now())

    def back_url(self) -> str:
        return self.address("appraisal-boxes")

    def done_url(self, saved: BallotBox) -> str:
        number = BallotBox.objects.filter(cycle=self.cycle, pk__lte=saved.pk).count()
        return self.address("appraisal-box", number)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        here = self.address("appraisal-box-new")
        choices = [
            {
                "title": f"{one.component.group.name}，{one.get_ballot_class_display()}",
                "url": f"{here}?pool={one.pk}",
                "is_here": one == self.pool,
            }
            for one in self.pools
        ]
        choices.append({"title": _CONSULTATION, "url": f"{here}?pool={_NO_POOL}", "is_here": self.pool is None})
        return super().get_context_data(pools=choices, **more)


class BoxView(OneBoxMixin, BoxesMixin):
    """One box: whom it is about, what was issued, how many have voted; comments once it is over."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/box.html"
    title = "票箱"

    def get(self, request: HttpRequest, year: int, number: int) -> HttpResponse:  # noqa: ARG002
        """Show the page."""
        box = self.box
        people, is_reader = people_of_box(box), self.reads_all
        comments = comments_of(box) if is_reader else []
        return self.render(
            title=box.title,
            box=box,
            people=[f"{one.cadre.name}，{one.organisation.name}，{one.get_league_post_display()}" for one in people],
            names=[one.cadre.name for one in people],
            pool=_pool_line(box),
            turnout=turnout_of(box) if box.state == BoxState.OPEN else None,
            missing=missing_voters(box) if self.keeps else [],
            is_by_link=box.mode in LINK_MODES,
            is_consultation=box.mode == BoxMode.CONSULTATION,
            promise=promise(box.mode, counted_from=least_of(box)),
            steps=self._steps(),
            may_seal=self.keeps and box.state == BoxState.DRAFT and box.mode == BoxMode.CODES,
            codes_url=self.address("appraisal-box-codes", number),
            answers=answers_of(box) if is_reader else [],
            ratings=named_ratings(box) if is_reader else [],
            **self._about_comments(comments),
        )

    def _steps(self) -> list[dict[str, Any]]:
        if not self.keeps:
            return []
        box, number = self.box, self.kwargs["number"]
        steps = []
        if box.mode in LINK_MODES and box.state == BoxState.DRAFT:
            link = {"title": "确定投票人", "url": self.address("appraisal-box-voters", number), "primary": True}
            steps.append(link)
        if box.mode in LINK_MODES and box.state == BoxState.OPEN:
            steps.append(self._button("提醒没有评的", self.address("appraisal-box-remind", number)))
        if box.shared_code and box.state in {BoxState.SEALED, BoxState.OPEN}:
            steps.append({"title": "打印二维码", "url": self.address("appraisal-box-poster", number)})
        if box.mode == BoxMode.CONSULTATION and box.state == BoxState.DRAFT:
            steps.append(self._step("share", "生成共用二维码"))
        return steps + [
            self._step(one.action, one.title) for one in BOX.actions_from(box.state) if one.action in _STEPS
        ]

    def _step(self, action: str, title: str) -> dict[str, Any]:
        url = self.address("appraisal-box-step", self.kwargs["number"], action)
        said = {"confirm": _STEPS[action][2], "primary": action != "void", "bad": action == "void"}
        return {**self._button(title, url), **said}

    def _button(self, title: str, url: str) -> dict[str, Any]:
        return {"title": title, "url": url, "method": "post", "version": self.box.version}

    def _about_comments(self, comments: list[BallotComment]) -> dict[str, Any]:
        """Give what leaders read, and to those who keep the year how many wait to be screened."""
        states = [one.screening for one in comments]
        return {
            "comments": passed(comments),
            "waiting": states.count(Screening.WAITING),
            "withheld": states.count(Screening.WITHHELD),
            "screening_url": self.address("appraisal-box-screening", self.kwargs["number"])
            if comments and self.keeps
            else "",
        }


class BoxStepView(OneBoxMixin, KeeperMixin):
    """Opens, closes or voids a box."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, year: int, number: int, action: str) -> HttpResponseBase:  # noqa: ARG002
        """Take the step, or say why not."""
        if action not in _STEPS:
            raise Http404
        service, done, _confirm = _STEPS[action]
        try:
            service(box=self.box, version=seen_version(request), by=self.user, at=timezone.now())
        except ValidationError as refusal:
            note_forbidden(request, codes_of(refusal), action=KEEP, subject=self.subject)
            messages.error(request, "".join(refusal.messages))
        else:
            messages.success(request, done)
        return HttpResponseRedirect(self.box_url)


class BoxCodesView(OneBoxMixin, KeeperMixin):
    """Makes the codes and answers with the sheet to print: they are shown here once, and kept nowhere."""

    http_method_names = ["post"]
    template_name = "appraisal/box_sheet.html"
    title = "投票卡"

    def post(self, request: HttpRequest, year: int, number: int) -> HttpResponseBase:  # noqa: ARG002
        """Make the codes, or say why not."""
        form = CodesForm(request.POST)
        if not form.is_valid():
            messages.error(request, "请写投票码的个数，最多 1500 个。")
            return HttpResponseRedirect(self.box_url)
        try:
            codes = issue_codes(box=self.box, **form.cleaned_data, by=self.user, at=timezone.now())
        except ValidationError as refusal:
            note_forbidden(request, codes_of(refusal), action=KEEP, subject=self.subject)
            messages.error(request, "".join(refusal.messages))
            return HttpResponseRedirect(self.box_url)
        return self.render(
            title=f"{self.box.title}：投票卡",
            box=self.box,
            cards=[{"code": spaced_code(one), "picture": _picture(one)} for one in codes],
            site=_site(),
            box_url=self.box_url,
        )


class BoxPosterView(OneBoxMixin, KeeperMixin):
    """The one code of a consultation, to print and put up; it is no secret."""

    http_method_names = ["get", "head"]
    template_name = "appraisal/box_poster.html"

    def get(self, request: HttpRequest, year: int, number: int) -> HttpResponse:  # noqa: ARG002
        """Show the sheet."""
        code = self.box.shared_code
        if not code:
            raise Http404
        title = f"{self.box.title}：二维码"
        said: dict[str, Any] = {
            "code": spaced_code(code),
            "picture": _picture(code),
            "site": _site(),
            "box_url": self.box_url,
        }
        return self.render(title=title, box=self.box, **said)


def _site() -> str:
    return f"{settings.SITE_URL}{reverse('vote')}" if settings.SITE_URL else ""


def _pool_line(box: BallotBox) -> str:
    if box.pool is None:
        return f"{_CONSULTATION}，不计分"
    pool, component = box.pool, box.pool.component
    kind = f"{component.get_component_display()}（{pool.get_ballot_class_display()}）"
    return f"{component.group.name}，{kind}，{box.get_mode_display()}"


def _picture(code: str) -> str:
    """Draw the address with a code behind the #, which browsers send to nobody; the host is that of the settings."""
    if not settings.SITE_URL:
        return ""
    address = f"{settings.SITE_URL}{reverse('vote')}#{code}"
    return str(segno.make_qr(address, error="l").svg_data_uri(scale=4, light="#fff"))
