"""What organisations add to pages: the term on an organisation's page, and terms that wait on the workbench."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from orgs.access import Scope, is_same_person
from orgs.choices import ElectionKind, ExtensionState
from orgs.models import Organisation, TermElection, TermExtension, User
from orgs.policies import term_policy
from orgs.reports import EndingTerm, Term, ending_terms, extensions_to_approve, may_approve_extension, term_of
from orgs.rules import has_term
from youthleague.kernel.panels import Panel
from youthleague.kernel.terms import TermStatus

ELECT = "orgs.add_termelection"
SHOWN = 10


def term_of_organisation(user: User, scope: Scope, organisation: Organisation) -> Mapping[str, object] | None:
    """Show the term of an organisation: how it stands, what may be done, elections and extensions so far."""
    if not has_term(organisation.kind, is_temporary=organisation.is_temporary):
        return {"none": _why_none(organisation)}
    term = term_of(organisation, term_policy(scope.day), scope.day)
    elections = list(organisation.elections.order_by("-held_on")[: SHOWN + 1])
    extensions = list(organisation.extensions.select_related("filed_by").order_by("-filed_on", "-pk")[:SHOWN])
    waiting = next((one for one in extensions if one.state == ExtensionState.FILED), None)
    return {
        "term": term,
        "rows": _facts(organisation, term, scope),
        "actions": _actions(user, organisation, term, extensions),
        "waiting": waiting and _waiting(user, organisation, waiting),
        "approved": _approved(user, organisation, extensions),
        "elections": [_election(user, organisation, one) for one in elections[:SHOWN]],
        "has_more": len(elections) > SHOWN,
        "extensions": [_closed(one) for one in extensions if not one.is_open],
    }


def terms_that_wait(user: User, scope: Scope) -> Mapping[str, object] | None:
    """List what waits about terms: elections that are overdue where one may enter them, extensions to approve."""
    items: list[Mapping[str, object]] = []
    electing = scope.holding(ELECT)
    if electing.grants:
        units = Organisation.objects.visible_to(electing).active()
        ending = ending_terms(units, term_policy(scope.day), scope.day)
        items += _ending_items(ending)
    items += _approval_items(extensions_to_approve(user, scope))
    return {"items": items}


# ---- the panel -----------------------------------------------------------------
def _why_none(organisation: Organisation) -> str:
    if organisation.is_temporary:
        return "临时团组织的负责人由上级指定，不设届期，任务结束即撤销。"
    return "团工委是派出机构，负责人由上级任命，不设届期；任职到期见各人的“任期届满”。"


def _facts(organisation: Organisation, term: Term, scope: Scope) -> Sequence[Mapping[str, object]]:
    elected, ends_on = organisation.elected_on, term.ends_on
    ends = f"{ends_on:%Y-%m-%d}" if ends_on else ""
    return [
        {"title": "本届选举", "value": f"{elected:%Y-%m-%d}" if elected else ""},
        {"title": "任期", "value": f"{ends_on.year - elected.year} 年" if elected and ends_on else ""},
        {"title": "届满", "value": ends, "note": term.distance(scope.day)},
        {"title": "延期", "value": term.note},
    ]


def _actions(
    user: User, organisation: Organisation, term: Term, extensions: Sequence[TermExtension]
) -> list[dict[str, object]]:
    """Offer to enter an election, and to put one off that is near or past when none is put off already."""
    if not organisation.is_open:
        return []
    may_file = term.needs_election and not any(one.is_open for one in extensions)
    offers = [
        (user.has_perm(ELECT, organisation), "登记换届", "election-add"),
        (may_file and user.has_perm("orgs.add_termextension", organisation), "申请延期", "extension-add"),
    ]
    return [
        {"title": title, "url": reverse(name, args=[organisation.pk]), "small": True}
        for offered, title, name in offers
        if offered
    ]


def _waiting(user: User, organisation: Organisation, extension: TermExtension) -> dict[str, object]:
    """Show an extension that waits, with what this account may do about it."""
    may_change = user.has_perm("orgs.change_termextension", organisation)
    may_approve = may_approve_extension(user, organisation) and not is_same_person(extension.filed_by, user)
    steps: list[dict[str, object]] = []
    if may_change:
        title = "更正同级党组织批复" if extension.has_party_approval else "登记同级党组织批复"
        steps.append({"title": title, "url": reverse("extension-party", args=[extension.pk])})
    if may_approve and extension.has_party_approval:
        steps.append({"title": "批准", "url": reverse("extension-approve", args=[extension.pk])})
    if may_change:
        steps.append(_withdrawal(extension))
    return {"text": _said(extension), "rows": _approvals(extension), "steps": [one | {"small": True} for one in steps]}


def _approved(user: User, organisation: Organisation, extensions: Sequence[TermExtension]) -> dict[str, object] | None:
    one = next((one for one in extensions if one.state == ExtensionState.APPROVED), None)
    if one is None:
        return None
    is_superior = user.has_perm("orgs.change_termextension", organisation) and may_approve_extension(user, organisation)
    steps = [_withdrawal(one) | {"small": True}] if is_superior else []
    return {"text": _said(one), "rows": _approvals(one), "steps": steps}


def _withdrawal(extension: TermExtension) -> dict[str, object]:
    return {
        "title": "撤销",
        "url": reverse("extension-withdraw", args=[extension.pk]),
        "method": "post",
        "confirm": f"撤销延期至 {extension.extended_to:%Y-%m-%d} 的延期换届？撤销后可以重新申请。",
        "confirm_verb": "撤销延期",
    }


def _said(extension: TermExtension) -> str:
    return f"延期至 {extension.extended_to:%Y-%m-%d}，{extension.reason}"


def _approvals(extension: TermExtension) -> list[dict[str, object]]:
    rows = (
        ("同级党组织", extension.party_number, extension.party_on),
        ("上级团组织", extension.league_number, extension.league_on),
    )
    return [
        {"title": title, "value": f"{number}，{day:%Y-%m-%d}" if day else "尚未批复"} for title, number, day in rows
    ]


def _election(user: User, organisation: Organisation, election: TermElection) -> dict[str, object]:
    ends = f"，到 {election.ends_on:%Y-%m-%d}" if election.ends_on else ""
    may_correct = organisation.is_open and user.has_perm("orgs.change_termelection", organisation)
    return {
        "title": f"{election.get_kind_display()}{ends}",
        "time": f"{election.held_on:%Y-%m-%d}",
        "number": election.number,
        "now": election.kind == ElectionKind.RENEWAL and election.held_on == organisation.elected_on,
        "url": reverse("election-correct", args=[election.pk]) if may_correct else "",
    }


def _closed(extension: TermExtension) -> dict[str, object]:
    ended = f"{extension.closed_on:%Y-%m-%d}" if extension.closed_on else ""
    return {"title": f"延期至 {extension.extended_to:%Y-%m-%d}（{extension.get_state_display()}）", "time": ended}


# ---- the workbench ---------------------------------------------------------------
def _ending_items(ending: Sequence[EndingTerm]) -> list[Mapping[str, object]]:
    """Give one line for each status in which something is to be done, however many organisations there are."""
    wanted = (
        (TermStatus.OVERDUE, "bad", "超期未换届"),
        (TermStatus.ENDED, "bad", "已届满，需要换届或申请延期"),
    )
    items: list[Mapping[str, object]] = []
    for status, tone, said in wanted:
        found = [one for one in ending if one.term.status is status]
        if found:
            items.append(_item(found, status, tone, said))
    return items


def _item(found: Sequence[EndingTerm], status: TermStatus, tone: str, said: str) -> dict[str, object]:
    names = [one.organisation.short_name or one.organisation.name for one in found]
    alone = len(found) == 1
    url = reverse("organisation", args=[found[0].organisation.pk]) if alone else f"{reverse('terms')}?status={status}"
    return {
        "tone": tone,
        "word": status.title(),
        "title": f"{names[0]}{said}" if alone else f"{len(found)} 个团组织{said}",
        "facts": _item_facts(found, names),
        "url": url,
        "verb": "登记换届" if alone else "去办理",
        "due": found[0].ends_on.isoformat(),
    }


def _item_facts(found: Sequence[EndingTerm], names: Sequence[str]) -> list[str]:
    """Say when the first term ended, and of several whose they are."""
    day = f"{found[0].ends_on:%Y-%m-%d} 届满"
    return [day] if len(found) == 1 else [f"最早 {day}", f"{'、'.join(names[:2])}等"]


def _approval_items(waiting: Sequence[TermExtension]) -> list[Mapping[str, object]]:
    return [
        {
            "tone": "warn",
            "word": "待批",
            "title": f"延期换届：{one.organisation.short_name or one.organisation.name}",
            "facts": [f"申请延期至 {one.extended_to:%Y-%m-%d}", one.reason],
            "url": reverse("extension-approve", args=[one.pk]),
            "verb": "批准",
            "due": one.filed_on.isoformat(),
        }
        for one in waiting
    ]


PANELS: tuple[Panel, ...] = (
    Panel("organisation:terms", "任期", "orgs/_terms.html", 5, term_of_organisation),
    Panel("workbench-todo:terms", "换届", "", 20, terms_that_wait),
)
