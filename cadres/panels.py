"""What the roster adds to other pages: people and vacancies on the workbench, people in search and on a unit."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from cadres.access import DECIDE, VIEW_GRADE
from cadres.choices import RequestState
from cadres.filtersets import PARTY
from cadres.models import Appointment, Cadre, PostRequest, YearGrade
from cadres.reports import (
    RosterSummary,
    SecretaryCover,
    committee_seats,
    roster_summary,
    secretary_cover,
    vacant_units,
)
from cadres.reports.fates import fate_of_posts
from cadres.reports.grades import grade_lines
from cadres.tables.requests import TONES
from orgs.access import Scope
from orgs.choices import Level
from orgs.models import Organisation
from orgs.policies import seat_policy
from orgs.reports.acts import Merger
from youthleague.kernel.panels import Panel

if TYPE_CHECKING:
    from orgs.models import User

SEE_PEOPLE = "cadres.view_cadre"
FILE = "cadres.add_cadre"
FOUND = 8
SHOWN = 10
VACANT = 6


def people_at_a_glance(user: "User", scope: Scope) -> Mapping[str, object] | None:
    """Count the people in office in the scope, and how the posts of secretary are covered."""
    if not user.has_perm(SEE_PEOPLE):
        return None
    viewing = scope.holding(SEE_PEOPLE)
    posts = _in_office(viewing)
    summary = roster_summary(posts.one_per_person(), scope.day)
    cover = secretary_cover(Organisation.objects.visible_to(viewing).active(), posts)
    figures = [*_people_figures(summary), *_cover_figures(cover)]
    return {"figures": figures, "links": [{"title": "名册", "url": reverse("roster")}]}


def vacancies(user: "User", scope: Scope) -> Mapping[str, object] | None:
    """List the units in which nobody is secretary, to those who may enter people there."""
    if not user.has_perm("cadres.add_cadre"):
        return None
    writing = scope.holding("cadres.add_cadre")
    found = vacant_units(Organisation.objects.visible_to(writing).active(), _in_office(writing))
    rows = [
        {"title": unit.short_name or unit.name, "url": reverse("organisation", args=[unit.pk]), "unit": unit}
        for unit in found[:VACANT]
    ]
    return {"rows": rows, "total": len(found), "has_more": len(found) > VACANT} if rows else None


def find_people(user: "User", scope: Scope, typed: str) -> Mapping[str, object] | None:
    """Find people by a part of the name, or by the beginning of its pinyin."""
    if not user.has_perm(SEE_PEOPLE):
        return None
    viewing = scope.holding(SEE_PEOPLE)
    people = list(Cadre.objects.visible_to(viewing).matching(typed).order_by("name", "pk")[:FOUND])
    posts = Appointment.objects.visible_to(viewing).filter(cadre__in=people).select_related("organisation")
    shown: dict[int, Appointment] = {}
    for post in sorted(posts, key=_weight):
        shown[post.cadre_id] = post
    return {"rows": [_found(person, shown[person.pk]) for person in people]}


def people_of_organisation(user: "User", scope: Scope, organisation: Organisation) -> Mapping[str, object] | None:
    """List the people in office in a unit, by the rank of their posts."""
    if not user.has_perm(SEE_PEOPLE, organisation):
        return None
    posts = _in_office(scope.holding(SEE_PEOPLE)).filter(organisation=organisation).select_related("cadre")
    held = list(posts.order_by("post_order", "cadre__name", "pk")[: SHOWN + 1])
    everybody = f"{reverse('roster')}?organisation={organisation.pk}"
    may_add = user.has_perm("cadres.add_cadre", organisation)
    seat = committee_seats([organisation], posts, seat_policy(scope.day))[organisation.pk]
    may_approve = user.has_perm("orgs.change_organisation", organisation) and organisation.is_open
    return {
        "seat": seat,
        "seats_url": reverse("approved-seats", args=[organisation.pk]) if may_approve else "",
        "posts": held[:SHOWN],
        "has_more": len(held) > SHOWN,
        "add_url": f"{reverse('cadre-add')}?organisation={organisation.pk}" if may_add else "",
        "links": [{"title": "连同下级的名册", "url": everybody}],
    }


def posts_of_merger(user: "User", _scope: Scope, merger: Merger) -> Mapping[str, object] | None:
    """Say what becomes of the posts in a unit that is merged into another, before it is."""
    if not user.has_perm(SEE_PEOPLE, merger.organisation):
        return None
    fate = fate_of_posts(merger.organisation.pk, merger.into.pk)
    return {"fate": fate, "organisation": merger.organisation, "into": merger.into}


def requests_to_decide(user: "User", _scope: Scope) -> Mapping[str, object] | None:
    """Tell whoever decides how many requests wait, and since when."""
    if not user.has_perm(DECIDE):
        return None
    waiting = list(PostRequest.objects.visible_to(user).to_decide(user).order_by("filed_at").values("pk", "filed_at"))
    if not waiting:
        return {"items": []}
    since, alone = timezone.localdate(waiting[0]["filed_at"]), len(waiting) == 1
    url = reverse("request-decide", args=[waiting[0]["pk"]]) if alone else f"{reverse('requests')}?state=open"
    item = {
        "tone": "warn",
        "word": "待办",
        "title": "调入、兼任申请",
        "facts": [f"{len(waiting)} 件", f"{'' if alone else '最早 '}{since} 提出"],
        "due": f"{since}",
        "url": url,
        "verb": "去办理",
    }
    return {"items": [item]}


def requests_about_person(user: "User", _scope: Scope, person: Cadre) -> Mapping[str, object] | None:
    """List the requests about a person to those who filed them, and those who decide about them."""
    if not user.has_perm(FILE):
        return None
    found = PostRequest.objects.visible_to(user).filter(cadre=person).select_related("organisation")[:SHOWN]
    rows = [
        {
            "title": str(one),
            "url": reverse("request", args=[one.pk]),
            "tone": TONES[RequestState(one.state)],
            "word": one.get_state_display(),
            "day": f"{timezone.localdate(one.filed_at)}",
        }
        for one in found
    ]
    return {"rows": rows} if rows else None


def grades_of_person(user: "User", _scope: Scope, person: Cadre) -> Mapping[str, object] | None:
    """List the grades of a person's past years to those who may read them; without any there is no panel."""
    if not user.has_perm(VIEW_GRADE):
        return None
    rows = grade_lines(person, YearGrade.objects.visible_to(user))
    return (
        {"rows": [{"title": f"{one.year}年度", "value": one.word, "note": one.note} for one in rows]} if rows else None
    )


def _in_office(scope: Scope) -> Any:
    return Appointment.objects.visible_to(scope).in_force(scope.day)


def _people_figures(summary: RosterSummary) -> list[dict[str, object]]:
    roster = reverse("roster")
    party = summary.share(summary.party)
    return [
        {
            "title": "团干部",
            "value": f"{summary.people:,}",
            "unit": "人",
            "url": roster,
            "note": f"平均 {summary.average_age} 岁，女性 {summary.share(summary.women).text}",
        },
        {
            "title": "中共党员",
            "value": party.text,
            "url": f"{roster}?politics={PARTY}",
            "note": f"含预备党员，{party.fraction} 人",
        },
    ]


def _cover_figures(cover: SecretaryCover) -> list[dict[str, object]]:
    secretaries = f"{reverse('roster')}?post=secretary&level="
    rows = (("“两委”兼任书记", cover.villages, Level.VILLAGE), ("书记进党政班子", cover.townships, Level.TOWNSHIP))
    return [
        {
            "title": title,
            "value": one.covered,
            "unit": f"/ {one.total}",
            "url": f"{secretaries}{level}",
            "note": one.missing_text(shown=1),
        }
        for title, one, level in rows
        if one.total
    ]


def _weight(post: Appointment) -> tuple[bool, bool, date, int]:
    """Rank the posts of a person by which one tells best who it is."""
    return post.ended_on is None, post.is_main, post.appointed_on, post.pk


def _found(person: Cadre, post: Appointment) -> dict[str, str]:
    note = f"{post.organisation.name}{post.get_league_post_display()}"
    ended = "（已离任）" if post.ended_on else ""
    return {"title": person.name, "url": reverse("cadre", args=[person.pk]), "note": note + ended}


PANELS: tuple[Panel, ...] = (
    Panel("workbench:roster", "团干部一览", "cadres/_glance.html", 30, people_at_a_glance),
    Panel("workbench-side:vacancies", "书记空缺", "cadres/_vacancies.html", 10, vacancies),
    Panel("workbench-todo:requests", "调入申请", "", 15, requests_to_decide),
    Panel("person:requests", "调入、兼任申请", "cadres/_requests.html", 10, requests_about_person),
    Panel("person:grades", "年度考核等次", "cadres/_grades.html", 35, grades_of_person),
    Panel("search:people", "团干部", "", 10, find_people),
    Panel("organisation:people", "团干部", "cadres/_people.html", 10, people_of_organisation),
    Panel("organisation-act:people", "本级在任的团干部", "cadres/_people.html", 10, people_of_organisation),
    Panel("organisation-merger:posts", "团干部任职", "cadres/_fate.html", 10, posts_of_merger),
)
