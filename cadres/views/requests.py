"""申请调入、增加兼任: filing from the form and from a row of an import, the list, deciding, withdrawing."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from cadres.access import DECIDE, may_decide
from cadres.fields import COLUMN_BY_NAME
from cadres.filtersets import RequestFilterSet
from cadres.forms import DecideForm, RequestForm, RequestRowForm
from cadres.forms.requests import ASKED
from cadres.models import Appointment, PostRequest
from cadres.services.fields import POST_COLUMNS, post_values
from cadres.services.known import open_on
from cadres.services.matching import is_elsewhere
from cadres.services.requests import (
    FILE,
    Agreement,
    agree_to_request,
    file_request,
    refuse_request,
    withdraw_request,
)
from cadres.tables import RequestTable
from cadres.tables.requests import TONES
from cadres.views.people import post_card
from orgs.access import Scope, is_same_person
from orgs.scoped_views import (
    ScopedDetailView,
    ScopedFormView,
    ScopedListView,
    ScopedObjectFormView,
    ScopedObjectMixin,
    ScopedStepView,
)
from youthleague.kernel.sheet_kinds import SheetRow
from youthleague.sheets.services.rows import load_row
from youthleague.sheets.views.decisions import own_row
from youthleague.sheets.views.guards import kind_or_404

TITLE = "申请调入、增加兼任"
FILED = "已提出申请，由团区委办理；办结时会通知您。"


class RequestListView(ScopedListView):
    """Requests: of a secretary the own ones, of the district those that it may decide about too."""

    model = PostRequest
    permission = FILE
    title = "调入申请"
    noun = "件"
    filterset_class = RequestFilterSet
    table_class = RequestTable

    def rows(self, scope: Scope) -> QuerySet[Any]:  # noqa: ARG002 - one's own are in no scope
        return PostRequest.objects.visible_to(self.user).select_related("organisation", "requester")

    @property
    def decides(self) -> bool:
        """Tell whether the account decides, to whom nobody is elsewhere."""
        return self.user.has_perm(DECIDE)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        action = {"title": "提出申请", "url": reverse("request-add"), "icon": "plus", "primary": True}
        facts = ["在其他单位任职的人，由团区委办理调入或者增加兼任"]
        actions = [] if self.decides else [action]
        return super().get_context_data(facts=facts, crumbs=[{"title": self.title}], actions=actions, **more)

    def nothing_yet(self) -> Mapping[str, str]:
        if self.decides:
            return {"title": "还没有申请", "text": "街乡和村（社区）提出的申请会列在这里，待办的也在工作台上。"}
        text = "登记或导入时，遇到已在其他单位任职的人，可以从那里申请；也可以直接提出。"
        return {"title": "还没有申请", "text": text, "url": reverse("request-add"), "verb": "提出申请"}


class RequestAddView(ScopedFormView):
    """Filing with everything typed: here, or in the form of a person, which sends on what it holds."""

    permission = FILE
    title = TITLE
    template_name = "cadres/form.html"
    form_class: ClassVar[type[RequestRowForm]] = RequestForm
    submit = "提出申请"
    done = FILED

    def form_arguments(self) -> Mapping[str, Any]:
        return {"scope": self.scope.holding(self.permission), "day": self.scope.day}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """File; what comes from the form of a person is shown first, with what is to be asked besides."""
        if "begin" not in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.form_class(request.POST, **self.form_arguments())
        form.forgive(ASKED)
        return self.render(form=form)

    def save(self, form: Any) -> PostRequest:
        asked = form.asked(form.cleaned_data["id_number"])
        return file_request(asked=asked, by=self.user, at=timezone.now(), day=self.scope.day)

    def back_url(self) -> str:
        return reverse("requests")

    def done_url(self, saved: Any) -> str:
        return reverse("request", args=[saved.pk])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        crumbs = [{"title": "调入申请", "url": reverse("requests")}, {"title": self.title}]
        facts = ["由团区委办理", "此人现在在哪里任职，只有团区委看得到"]
        return super().get_context_data(crumbs=crumbs, facts=facts, **more)


class RequestRowView(RequestAddView):
    """Filing about the person of a row of one's own import; the number is taken from the row, never from the page."""

    form_class = RequestRowForm
    done = f"{FILED}这一行先选“不导入这一行”。"
    row: SheetRow

    def prepare(self) -> None:
        """Find the row, which must have been refused for somebody in office elsewhere."""
        stored = own_row(self.request, self.kwargs["pk"], self.kwargs["number"])
        row = load_row(stored, kind_or_404(stored.batch.kind).by_name)
        if not is_elsewhere(row):
            raise Http404
        self.row = row

    def form_arguments(self) -> Mapping[str, Any]:
        said = {name: self.row.values[name] for name in ("name", *POST_COLUMNS) if name in self.row.values}
        return {**super().form_arguments(), "initial": said}

    def save(self, form: Any) -> PostRequest:
        asked = form.asked(self.row.target["number"])
        return file_request(asked=asked, by=self.user, at=timezone.now(), day=self.scope.day)

    def back_url(self) -> str:
        return reverse("sheet-batch", args=[self.kwargs["pk"]])

    def done_url(self, saved: Any) -> str:  # noqa: ARG002
        return self.back_url()


class RequestPage(ScopedObjectMixin):
    """A page about a request: of whoever filed it, and of those who may decide, who see the person too."""

    model = PostRequest
    permission = FILE
    template_name = "cadres/request.html"
    object: PostRequest

    def rows(self, scope: Scope) -> QuerySet[Any]:  # noqa: ARG002 - one's own are in no scope
        return PostRequest.objects.visible_to(self.user).select_related("organisation", "requester", "cadre")

    @property
    def is_for_me(self) -> bool:
        """Tell whether it waits for this account."""
        return PostRequest.objects.visible_to(self.user).to_decide(self.user).filter(pk=self.object.pk).exists()

    def held(self) -> Sequence[Appointment]:
        """List the posts that the person holds, the main one first; nothing for those who may not decide."""
        if self.object.cadre is None or not may_decide(self.object, self.scope):
            return ()
        posts = Appointment.objects.visible_to(self.scope.holding(DECIDE)).filter(open_on(self.scope.day))
        return list(posts.filter(cadre=self.object.cadre).select_related("organisation").order_by("-is_main", "pk"))

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        request, held = self.object, self.held()
        known = request.cadre if held else None
        return super().get_context_data(
            crumbs=[{"title": "调入申请", "url": reverse("requests")}, {"title": request.get_kind_display()}],
            facts=[f"{request.requester.full_name}，{timezone.localtime(request.filed_at):%Y-%m-%d %H:%M} 提出"],
            light={"tone": TONES[request.state], "word": request.get_state_display()},  # type: ignore[index]
            person=known,
            is_other_name=known is not None and known.name != request.name,
            facts_asked=asked_rows(request),
            outcome=outcome_rows(request),
            compared=compared_rows(request, held[0] if held else None),
            others=[post_card(post, is_changeable=False) for post in held[1:]],
            **{"title": f"{request.get_kind_display()}：{request.name}", **more},
        )


class RequestView(RequestPage, ScopedDetailView):
    """A request, with what came of it."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        return super().get_context_data(actions=self.actions(), **more)

    def actions(self) -> list[dict[str, object]]:
        """Offer what may be done: take one's own back, decide about another's."""
        request, key = self.object, [self.object.pk]
        actions: list[dict[str, object]] = []
        if request.is_open and is_same_person(request.requester, self.user):
            confirm = "撤回以后，团区委不再办理；需要时可以重新申请。"
            url = reverse("request-withdraw", args=key)
            actions.append({"title": "撤回申请", "url": url, "method": "post", "confirm": confirm})
        if self.is_for_me:
            actions.append({"title": "办理", "url": reverse("request-decide", args=key), "primary": True})
        return actions


class RequestDecideView(RequestPage, ScopedObjectFormView):
    """办理: what is held and what is wanted side by side, then 同意 or 不同意."""

    permission = DECIDE
    form_class = DecideForm
    submit = "办理"

    def may_open(self) -> bool:
        return may_decide(self.object, self.scope)

    def form_arguments(self) -> Mapping[str, Any]:
        held = self.held()
        return {"request": self.object, "main": held[0] if held else None, "day": self.scope.day}

    def save(self, form: Any) -> PostRequest:
        said, by, at = form.cleaned_data, self.user, timezone.now()
        if said["verdict"] == "agree":
            agreement = Agreement(said.get("on"), said["answer"])
            agree_to_request(request=self.object, version=said["version"], said=agreement, by=by, at=at)
        else:
            refuse_request(request=self.object, version=said["version"], answer=said["answer"], by=by, at=at)
        return self.object

    def back_url(self) -> str:
        return reverse("request", args=[self.object.pk])

    def done_sentence(self, saved: Any) -> str:  # noqa: ARG002
        return "已办结，申请人会收到通知。"


class RequestWithdrawView(RequestPage, ScopedStepView):
    """撤回: one's own request that is still open."""

    done = "已撤回。"

    def may_open(self) -> bool:
        return is_same_person(self.object.requester, self.user)

    def perform(self) -> None:
        withdraw_request(request=self.object, by=self.user, at=timezone.now())

    def next_url(self) -> str:
        return reverse("request", args=[self.object.pk])


# ---- in words ----------------------------------------------------------------------
def asked_rows(request: PostRequest) -> list[dict[str, str]]:
    """Give what was asked for besides the post."""
    rows = (("申请事项", request.get_kind_display()), ("填写的姓名", request.name), ("申请理由", request.reason))
    return [{"title": title, "value": value} for title, value in rows]


def outcome_rows(request: PostRequest) -> list[dict[str, str]]:
    """Say what came of it; nothing while it waits."""
    if request.decided_at is None:
        return []
    by = request.decided_by.full_name if request.decided_by else ""
    at = f"{timezone.localtime(request.decided_at):%Y-%m-%d %H:%M}"
    rows = (("办结时间", at), ("办理人", by), ("办理意见", request.answer))
    return [{"title": title, "value": value} for title, value in rows if value]


def compared_rows(request: PostRequest, main: Appointment | None) -> list[dict[str, str]]:
    """Set the post asked for beside the main one that is held, column by column; empty on both sides is left out."""
    wanted, held = post_texts(request), post_texts(main) if main else {}
    names = [name for name in POST_COLUMNS if wanted.get(name) or held.get(name)]
    return [
        {"title": COLUMN_BY_NAME[name].title, "held": held.get(name, ""), "wanted": wanted.get(name, "")}
        for name in names
    ]


def post_texts(post: Appointment | PostRequest) -> dict[str, str]:
    """Write the columns of a post, held or asked for."""
    values = post_values(post) | {"organisation": post.organisation.name}
    return {name: _text(name, value) for name, value in values.items()}


def _text(name: str, value: Any) -> str:
    return str(value) if name == "organisation" else COLUMN_BY_NAME[name].write(value)
