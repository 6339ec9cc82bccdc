"""一人一档, and the forms of a person: register, correct."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from cadres.access import Sight, is_in_force, sight_of
from cadres.fields import COLUMN_BY_NAME
from cadres.forms import CorrectForm, RegisterForm
from cadres.forms.people import EDUCATION, POLITICS, WHO, WORK
from cadres.models import Appointment, Cadre
from cadres.reports import ChangeEvent, changes_of
from cadres.services.fields import person_values
from cadres.services.posts import correct_cadre, register_cadre
from cadres.services.revealing import Number, open_numbers
from cadres.tables import post_month, work_text
from orgs.access import Scope
from orgs.scoped_views import (
    ScopedDetailView,
    ScopedFormView,
    ScopedObjectFormView,
    ScopedObjectMixin,
    organisation_path,
)
from youthleague.kernel.dates import PartialDate
from youthleague.sheets.models import ImportBatch

CHANGES_SHOWN = 12
MASKED_FACTS = frozenset({"id_number"})
MONTH = len("1998.03")  # the day of birth is part of the identity number


class CadrePage(ScopedObjectMixin):
    """A page about a person: found among the visible ones, opened as far as ``cadres.access`` says."""

    model = Cadre
    object: Cadre

    def rows(self, scope: Scope) -> QuerySet[Any]:
        return Cadre.objects.visible_to(scope)

    @cached_property
    def sight(self) -> Sight:
        """What of the person is open."""
        return sight_of(self.object.appointments.select_related("organisation"), self.scope)

    def page_frame(self, title: str = "") -> dict[str, Any]:
        """Give the breadcrumb: the unit of the newest visible post, then the person, then the page."""
        crumbs = [{"title": self.object.name, "url": reverse("cadre", args=[self.object.pk])}]
        place = main_post(self.sight, self.scope.day).organisation
        return {
            "path": organisation_path(place, self.scope),
            "crumbs": [*crumbs, *([{"title": title}] if title else [])],
        }

    def changes(self, limit: int) -> list[dict[str, Any]]:
        """Give the newest changes; who uploaded an import finds it from there."""
        events = changes_of(self.object, self.sight.posts, limit=limit)
        asked = {event.batch for event in events if event.batch}
        own = ImportBatch.objects.visible_to(self.user).filter(pk__in=asked) if asked else ()
        return change_rows(events, {batch.pk: batch.filename for batch in own})


class CadreView(CadrePage, ScopedDetailView):
    """The page of a person."""

    permission = "cadres.view_cadre"
    template_name = "cadres/cadre.html"

    def may_open(self) -> bool:
        """Visible people may be opened where people may be seen at all; ``sight`` limits what of them."""
        viewing = self.scope.holding(self.permission)
        return any(viewing.covers(post.scope_lineage) for post in self.sight.posts)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        sight, day = self.sight, self.scope.day
        held = [post for post in sight.posts if is_in_force(post, day)]
        held.sort(key=lambda post: not post.is_main)
        numbers = number_rows(self.object, open_numbers(sight.posts, self.scope))
        return super().get_context_data(
            **self.page_frame(),
            sight=sight,
            facts=head_facts(self.object, main_post(sight, day), day) if sight.whole else ["已离任"],
            actions=self.actions(),
            groups=fact_groups(self.object, besides={one["name"] for one in numbers}) if sight.whole else (),
            numbers=numbers,
            reveal_url=reverse("cadre-number", args=[self.object.pk]),
            held=[post_card(post, is_changeable=post.pk in sight.changeable) for post in held],
            events=[post_event(post, sight, day) for post in sight.posts],
            changes=self.changes(CHANGES_SHOWN) if sight.whole else (),
            file_url=reverse("cadre-file", args=[self.object.pk]),
            printed=f"{self.user}，{timezone.localtime():%Y-%m-%d %H:%M}",
            **(more | {"title": self.object.name}),
        )

    def actions(self) -> list[dict[str, object]]:
        """Offer what may be done with the person."""
        key = [self.object.pk]
        offered: tuple[tuple[bool, dict[str, object]], ...] = (
            (
                self.sight.may_correct_facts,
                {"title": "更正信息", "url": reverse("cadre-edit", args=key), "icon": "pencil"},
            ),
            (
                self.sight.may_appoint,
                {"title": "登记任职", "url": reverse("appointment-add", args=key), "primary": True},
            ),
        )
        return [action for may, action in offered if may]


class CadreAddView(ScopedFormView):
    """登记团干部: a person with the first post."""

    permission = "cadres.add_cadre"
    title = "登记团干部"
    template_name = "cadres/form.html"
    form_class = RegisterForm
    submit = "登记"

    def form_arguments(self) -> Mapping[str, Any]:
        asked = self.request.GET.get("organisation", "")
        initial = {"organisation": asked} if asked.isdecimal() else {}
        return {"scope": self.scope.holding(self.permission), "day": self.scope.day, "initial": initial}

    def save(self, form: Any) -> Cadre:
        return register_cadre(values=form.registered(), by=self.user, at=timezone.now(), day=self.scope.day)

    def back_url(self) -> str:
        return reverse("roster")

    def done_url(self, saved: Any) -> str:
        return reverse("cadre", args=[saved.pk])

    def done_sentence(self, saved: Any) -> str:
        return f"已登记：{saved.name}。"

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        crumbs = [{"title": "名册", "url": self.back_url()}, {"title": self.title}]
        facts = ["一次登记一人", "已有花名册表格的，用“导入”更快"]
        return super().get_context_data(crumbs=crumbs, facts=facts, **more)


class CadreEditView(CadrePage, ScopedObjectFormView):
    """更正: the facts of a person, by the unit of the main post."""

    permission = "cadres.change_cadre"
    title = "更正个人信息"
    template_name = "cadres/form.html"
    form_class = CorrectForm
    done = "已更正，改动已记入这个人的档案。"

    def may_open(self) -> bool:
        return self.sight.may_correct_facts

    def form_arguments(self) -> Mapping[str, Any]:
        return {"scope": self.scope.holding(self.permission), "day": self.scope.day, "cadre": self.object}

    def save(self, form: Any) -> Cadre:
        return correct_cadre(
            cadre=self.object,
            version=form.cleaned_data["version"],
            values=form.changed_values(),
            by=self.user,
            at=timezone.now(),
        )

    def back_url(self) -> str:
        return reverse("cadre", args=[self.object.pk])

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        facts = [self.object.name, "改正填错的内容；职务变动请在档案页办理"]
        return super().get_context_data(**self.page_frame(self.title), facts=facts, **more)


def main_post(sight: Sight, day: date) -> Appointment:
    """Give the post that a person is shown by: the main one, else one in force, else the newest."""
    return max(sight.posts, key=lambda post: (post.is_main, is_in_force(post, day), post.appointed_on, post.pk))


def head_facts(cadre: Cadre, post: Appointment, day: date) -> list[str]:
    """Give the line under the name."""
    title = f"{post.organisation.name}{post.get_league_post_display()}"
    return [title, cadre.get_gender_display(), f"{cadre.age(day)} 岁", cadre.get_political_status_display()]


def number_rows(cadre: Cadre, numbers: Sequence[Number]) -> list[dict[str, str]]:
    """Give the numbers that can be shown, as far as the page may hold them."""
    masked = {"phone": cadre.masked_phone}
    return [{"name": one.name, "title": one.title, "value": masked.get(one.name, "不在页面显示")} for one in numbers]


def fact_groups(cadre: Cadre, *, besides: Collection[str] = ()) -> list[dict[str, object]]:
    """Give the facts under the titles of the form; phone masked, the identity number left out."""
    values = person_values(cadre)
    return [
        {"title": title, "rows": [_fact(one, values.get(one)) for one in _shown_names(names) if one not in besides]}
        for title, names in (WHO, POLITICS, EDUCATION, WORK)
    ]


def _shown_names(names: Sequence[str]) -> list[str]:
    shown = [name for name in names if name not in MASKED_FACTS]
    return ["gender", "birth_date", *shown[1:]] if names is WHO[1] else shown


def _fact(name: str, value: Any) -> dict[str, str]:
    column = COLUMN_BY_NAME[name]
    if isinstance(value, PartialDate):
        return {"title": column.title, "value": value.dotted()[:MONTH] if name == "birth_date" else value.dotted()}
    return {"title": column.title, "value": column.mask(value) if value is not None else ""}


def post_card(post: Appointment, *, is_changeable: bool) -> dict[str, object]:
    """Give a post in force with what may be done about it."""
    steps = (("更正", "appointment-edit"), ("变动", "appointment-transfer"), ("离任", "appointment-end"))
    term = post.partial("term_ends_on")
    parts = [
        post.get_employment_mode_display(),
        f"{post_month(post)} 起",
        f"任期至 {term.dotted()}" if term else "",
        work_text(post),
    ]
    links = [{"title": title, "url": reverse(name, args=[post.pk])} for title, name in steps]
    return {"post": post, "facts": [part for part in parts if part], "links": links if is_changeable else []}


def post_event(post: Appointment, sight: Sight, day: date) -> dict[str, object]:
    """Give a post as a line of the time line; one that has ended can still be corrected from there."""
    is_held = is_in_force(post, day)
    may_correct = not is_held and post.pk in sight.changeable
    ended = f"{post.ended_on:%Y.%m.%d}（{post.get_end_reason_display() or '离任'}）" if post.ended_on else "今"
    return {
        "title": f"{post.organisation.name}{post.get_league_post_display()}",
        "time": f"{post_month(post)} 至 {ended}",
        "by": post.get_employment_mode_display(),
        "now": is_held,
        "url": reverse("appointment-edit", args=[post.pk]) if may_correct else "",
    }


def change_rows(events: Sequence[ChangeEvent], batches: Mapping[int, str]) -> list[dict[str, Any]]:
    """Give the changes as the page lists them; ``batches`` names the files of imports that may be opened."""
    return [
        {
            "title": event.title,
            "details": event.details,
            "by": event.by,
            "time": f"{timezone.localtime(event.at):%Y-%m-%d %H:%M}",
            "file": batches.get(event.batch or 0, ""),
            "url": reverse("sheet-batch", args=[event.batch]) if event.batch in batches else "",
        }
        for event in events
    ]
