"""期末成绩单: the page of a person's year for those who run it, and for the person; what stands behind each figure."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import segno
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from appraisal.access import OWN, REMARK, VIEW
from appraisal.forms.remarks import RemarkForm
from appraisal.models import Participant, Remark
from appraisal.querysets import ParticipantQuerySet
from appraisal.reports.explaining import COUNTED, Explanation
from appraisal.reports.facts import facts_of_work
from appraisal.reports.scorecards import Card, card_of, people_with_cards
from appraisal.reports.sight import OF_ONESELF, WHOLE, Sight, own_cards, readable
from appraisal.rules.cycle import REMARK_STATES, REVIEW_STATES
from appraisal.rules.scoring import percent, plain, two_places
from appraisal.rules.voting import spaced_code
from appraisal.services.card_files import export_card
from appraisal.services.remarks import write_remark
from appraisal.views.card_words import (
    ADJUSTMENT,
    SLUGS,
    TOTAL,
    fact_figures,
    head_facts,
    list_boxes,
    numbers,
    other_posts,
    person_facts,
    portrait_words,
    score_rows,
    title_of,
    total_row,
    years_words,
)
from appraisal.views.charts import dots, radar, spoken, years_line
from appraisal.views.verifying import verify_site
from orgs.access import Scope
from orgs.scoped_views import ScopedObjectFormView, ScopedObjectMixin
from orgs.scoped_views.attachments import attachment_response

MOST_DOTS = 60
DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class CardPage(ScopedObjectMixin):
    """A page about somebody's scorecard, as whoever runs the year sees it."""

    http_method_names = ["get", "head"]
    model = Participant
    object: Participant
    permission = VIEW
    section = "appraisal"
    sight: Sight = WHOLE
    names: Mapping[str, str] = {
        "card": "appraisal-scorecard",
        "figure": "appraisal-figure",
        "file": "appraisal-scorecard-file",
    }

    def rows(self, scope: Scope) -> QuerySet[Participant]:
        return people_with_cards(self.readable(scope))

    def readable(self, scope: Scope) -> ParticipantQuerySet:
        """Give the people whose scorecards may be read here."""
        return readable(self.user, scope)

    @cached_property
    def card(self) -> Card:
        """Read the card."""
        return card_of(self.object, self.sight, self.readable(self.scope), day=self.scope.day)

    @property
    def url(self) -> str:
        """Give the address of the card."""
        return reverse(self.names["card"], args=[self.object.pk])

    def figure_url(self, figure: str) -> str:
        """Give the address of what stands behind a figure."""
        return reverse(self.names["figure"], args=[self.object.pk, figure])

    def before(self) -> list[dict[str, str]]:
        """Give the steps of the breadcrumb before the card."""
        cycle = self.object.cycle
        cards = f"{reverse('appraisal-scorecards', args=[cycle.year])}?group={self.object.group_id}"
        return [
            {"title": "年度考核", "url": reverse("appraisal")},
            {"title": f"{cycle.year} 年度{self.object.group.name}组", "url": cards},
        ]

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        crumbs = [*self.before(), {"title": self.object.cadre.name, "url": self.url}]
        return super().get_context_data(**{"section": self.section, "path": [], "crumbs": crumbs, **more})


class ScorecardView(CardPage):
    """The card itself."""

    template_name = "appraisal/scorecard.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Show the card; before the first roll-up only who it is about."""
        card = self.card
        return self.render(
            title=f"{card.person.cycle.year} 年度期末成绩单",
            facts=head_facts(card),
            card=card,
            person=card.person,
            post=title_of(card),
            person_facts=person_facts(card),
            other_posts=other_posts(card),
            numbers=numbers(card, self.figure_url),
            neighbours=self.neighbours(),
            file_url=reverse(self.names["file"], args=[self.object.pk]) if card.row is not None else "",
            actions=self.actions(),
            remark=card.remark,
            lists=list_boxes(card),
            work=fact_figures(facts_of_work(card.person, day=self.scope.day), card, self.user),
            checked=_code_of(card),
            printed=f"{self.user}，{timezone.localtime():%Y-%m-%d %H:%M}",
            **(self.results(card) if card.row is not None else {}),
        )

    def results(self, card: Card) -> dict[str, Any]:
        """Give what there is once the group was rolled up."""
        name, mean_of = card.person.cadre.name, f"{card.person.group.name}组均值"
        shown: dict[str, Any] = {
            "rows": score_rows(card, self.figure_url),
            "total": total_row(card),
            "years_words": years_words(card.years),
            "mean_of": mean_of,
        }
        if card.portrait is not None and len(card.portrait.sides) > 2:
            data = radar([name], [card.portrait], mean_of)
            shown |= {"radar": data, "radar_said": spoken(data), "portrait_words": portrait_words(card.portrait)}
        if len([one for one in card.years if one.total is not None]) > 1:
            data = years_line(card.years, name, mean_of)
            shown |= {"line": data, "line_said": spoken(data)}
        return shown

    def actions(self) -> list[dict[str, object]]:
        """Offer what may be done with the card."""
        is_over = self.object.cycle.state not in REMARK_STATES or self.card.sealed is not None
        if is_over or not self.user.has_perm(REMARK, self.object):
            return []
        title = "改评语" if self.card.remark else "写评语"
        url = reverse("appraisal-remark", args=[self.object.pk])
        return [{"title": title, "url": url, "primary": True}]

    def neighbours(self) -> dict[str, str]:
        """Give the addresses of the people before and after, in the order of the units."""
        rows = self.readable(self.scope).filter(group=self.object.group_id)
        keys = list(rows.order_by("lineage", "pk").values_list("pk", flat=True))
        at = keys.index(self.object.pk)
        around = {"previous": keys[at - 1] if at else None, "next": keys[at + 1] if at + 1 < len(keys) else None}
        return {name: reverse(self.names["card"], args=[key]) if key else "" for name, key in around.items()}


def _code_of(card: Card) -> dict[str, Any]:
    """Give the code by which whoever holds the printed card checks it, once it is locked."""
    if card.sealed is None:
        return {}
    site, code = verify_site(), card.sealed.code
    picture = segno.make_qr(f"{site}#{code}", error="m").svg_data_uri(scale=3, light="#fff") if site else ""
    url = f"{reverse('verify')}#{code}"
    return {
        "version": card.sealed.seal.version,
        "code": spaced_code(code),
        "url": url,
        "site": site,
        "picture": picture,
    }


class CardFileView(CardPage):
    """The card as a document to be saved."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Answer with the file."""
        content = export_card(card=self.card, site=verify_site(), by=self.user, at=timezone.now())
        name = f"{self.object.cadre.name}-{self.object.cycle.year}年度期末成绩单.docx"
        return attachment_response(content, name, DOCUMENT)


class FigureView(CardPage):
    """What stands behind one figure: beside the card, or as a page of its own."""

    template_name = "appraisal/figure.html"

    def get_template(self) -> str:
        return "appraisal/_figure.html" if "HX-Request" in self.request.headers else self.template_name

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """Show it; a figure that the group does not have is 404."""
        figure = kwargs["figure"]
        lines = {one.explained.component: one for one in self.card.lines}
        if figure == TOTAL:
            told = self.total()
        elif figure == ADJUSTMENT:
            told = self.adjustment()
        elif SLUGS.get(figure) in lines:
            told = figure_context(lines[SLUGS[figure]].explained)
        else:
            raise Http404
        crumbs = [*self.before(), {"title": self.object.cadre.name, "url": self.url}, {"title": told["what"]}]
        facts = [self.object.cadre.name, f"{self.object.cycle.year} 年度"]
        return self.render(card_url=self.url, crumbs=crumbs, facts=facts, **told)

    def total(self) -> dict[str, Any]:
        """Say how the total came about."""
        steps = self.card.total_steps
        title = f"总分 {steps[-1].result} 是怎么来的" if steps else "总分还算不出来"
        return {"what": "总分", "title": title, "steps": steps, "missing": self.card.missing, "is_total": True}

    def adjustment(self) -> dict[str, Any]:
        """Say which ± items count, and what caps the grade."""
        items = [
            {"value": one.value / 1000, "is_minus": one.value < 0, "row": one, "text": plain(one.value)}
            for one in self.card.adjustments
        ]
        return {
            "what": "加减分",
            "title": "加减分和一票否决",
            "items": items,
            "vetoes": self.card.vetoes,
            "steps": self.card.adjustment_steps,
        }


def figure_context(told: Explanation) -> dict[str, Any]:
    """Give what the aside of a component shows."""
    title = told.component.label
    return {
        "what": title,
        "title": f"{title} {two_places(told.score)} 是怎么来的" if told.score is not None else f"{title}没有得分",
        "figures": _figures(told),
        "pools": [_pool(told, number) for number in range(len(told.pools))],
        "steps": told.steps,
        "missing": told.missing,
        "exemption": told.exemption,
        "withheld": told.withheld,
        "is_named": any(mark.rater for pool in told.pools for mark in pool.marks),
    }


def _figures(told: Explanation) -> Sequence[Mapping[str, str]]:
    if told.score is None or told.points is None:
        return ()
    return (
        {"title": "原始分", "value": two_places(told.score)},
        {"title": "权重", "value": percent(told.weight).removesuffix("%"), "unit": "%"},
        {"title": "折算分", "value": two_places(told.points)},
    )


def _pool(told: Explanation, number: int) -> dict[str, Any]:
    """Give the marks or votes of a pool; marks of opinion also as dots along an axis."""
    pool = told.pools[number]
    counted = [one.mark for one in pool.marks if one.treatment == COUNTED]
    plot: dict[str, Any] = {}
    if counted and not pool.is_round and len(pool.marks) <= MOST_DOTS:
        mean = 10 * round(sum(counted) / len(counted) / 10)
        plot = dots([(one.mark, one.treatment == COUNTED) for one in pool.marks], mean)
    return {
        "title": pool.title,
        "weight": percent(pool.weight) if len(told.pools) > 1 else "",
        "plot": plot,
        "marks": [
            {
                "row": one,
                "mark": two_places(one.mark),
                "number": at,
                "when": f"第 {one.period} 期" if one.period else "",
                "is_out": one.treatment != COUNTED,
            }
            for at, one in enumerate(pool.marks, start=1)
        ],
        "votes": [{"row": one, "value": plain(one.value) if one.value is not None else "不计入"} for one in pool.votes],
        "most": max((one.count for one in pool.votes), default=0),
    }


class RemarkView(CardPage, ScopedObjectFormView):
    """写评语."""

    http_method_names = ["get", "head", "post"]
    permission = REMARK
    title = "评语"
    form_class = RemarkForm
    done = "已保存评语。"

    def form_arguments(self) -> Mapping[str, Any]:
        last = Remark.objects.visible_to(self.scope).filter(participant=self.object).first()
        return {"version": last.version if last else 0, "initial": {"text": last.text if last else ""}}

    def back_url(self) -> str:
        return self.url

    def save(self, form: Any) -> Remark:
        return write_remark(participant=self.object, by=self.user, at=timezone.now(), **form.cleaned_data)

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        crumbs = [*self.before(), {"title": self.object.cadre.name, "url": self.url}, {"title": self.title}]
        facts = [self.object.cadre.name, f"{self.object.cycle.year} 年度"]
        return super().get_context_data(**{"crumbs": crumbs, "facts": facts, **more})


# ---- one's own ------------------------------------------------------------------------
class OwnMixin(CardPage):
    """One's own card, once the results were fed back: no rank, no names of raters."""

    permission = OWN
    section = "appraisal-mine"
    sight = OF_ONESELF
    names = {
        "card": "appraisal-own-scorecard",
        "figure": "appraisal-own-figure",
        "file": "appraisal-own-scorecard-file",
    }

    def readable(self, scope: Scope) -> ParticipantQuerySet:  # noqa: ARG002
        return own_cards(self.user)

    def may_open(self) -> bool:
        return True

    def before(self) -> list[dict[str, str]]:
        return [{"title": "我的考核", "url": reverse("appraisal-mine")}]


class OwnScorecardView(OwnMixin, ScorecardView):
    """My own card; while the results are under review, with the way to object."""

    def actions(self) -> list[dict[str, object]]:
        if self.object.cycle.state not in REVIEW_STATES:
            return []
        return [{"title": "异议", "url": reverse("appraisal-own-appeals", args=[self.object.pk])}]

    def neighbours(self) -> dict[str, str]:
        return {}


class OwnCardFileView(OwnMixin, CardFileView):
    """My own card as a document."""


class OwnFigureView(OwnMixin, FigureView):
    """What stands behind a figure of my own card."""
