"""What the roster adds to other pages: people and vacancies on the workbench, people in search and on a unit."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from cadres.filtersets import PARTY
from cadres.models import Appointment, Cadre
from cadres.reports import RosterSummary, SecretaryCover, roster_summary, secretary_cover, vacant_units
from orgs.access import Scope
from orgs.choices import Level
from orgs.models import Organisation
from youthleague.kernel.panels import Panel

if TYPE_CHECKING:
    from orgs.models import User

SEE_PEOPLE = "cadres.view_cadre"
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
    return {
        "posts": held[:SHOWN],
        "has_more": len(held) > SHOWN,
        "add_url": f"{reverse('cadre-add')}?organisation={organisation.pk}" if may_add else "",
        "links": [{"title": "连同下级的名册", "url": everybody}],
    }


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
    Panel("search:people", "团干部", "", 10, find_people),
    Panel("organisation:people", "团干部", "cadres/_people.html", 10, people_of_organisation),
)
