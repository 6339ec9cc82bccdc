"""The table of the audit page."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import django_tables2 as tables
from django.apps import apps
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from orgs.choices import POLICY_KEYS
from orgs.roles import ROLE_BY_CODE
from orgs.scoped_views import ListColumn, PlainTable
from youthleague.audit.models import AuditEvent
from youthleague.sheets.services.kinds import all_kinds
from youthleague.workbench.choices import (
    ACTION_TITLES,
    FACT_TITLES,
    FACT_WORDS,
    KEY_FACTS,
    PERMISSION_VERBS,
    REFUSAL_WORDS,
    SUBJECT_NAMES,
)

LONGEST_LIST = 6


class AuditTable(PlainTable):
    """Events, the newest first."""

    at = tables.Column("时间", attrs={"td": {"class": "m-sub nw"}})
    actor_name = tables.Column("操作人", attrs={"td": {"class": "m-end nw"}})
    action = tables.Column("操作", attrs={"td": {"class": "nw"}})
    result = tables.Column("结果", attrs={"td": {"class": "m-end nw"}})
    subject = tables.Column("对象", default="", attrs={"td": {"class": "m-full nw"}})
    facts = tables.Column("事实", default="", attrs={"td": {"class": "m-full ink2 wrap"}})
    ip = tables.Column("网络地址", default="", attrs={"td": {"class": "m-0 nw"}})
    seq = tables.Column("序号", attrs={"th": {"class": "num"}, "td": {"class": "num m-0"}})

    class Meta:
        model = AuditEvent
        fields = ("seq", "at", "actor_name", "action", "result", "subject", "facts", "ip")
        orderable = False
        attrs = {"class": "t-dense t-cards", "label": "审计事件"}
        empty_text = {"title": "没有符合条件的事件", "text": "换一个日期或去掉条件再看。"}

    def __init__(self, events: Sequence[AuditEvent], *, names: Mapping[str, str], **options: Any) -> None:
        super().__init__(events, **options)
        self.names = names

    def render_at(self, value: datetime) -> str:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"

    def render_action(self, value: str) -> str:
        return action_title(value)

    def render_result(self, value: str, record: AuditEvent) -> SafeString:
        tone = "c-bad" if record.result == AuditEvent.Result.REFUSED else ""
        return format_html('<span class="chip {}">{}</span>', tone, value)

    def render_subject(self, value: str) -> str:
        return subject_title(value, self.names)

    def render_facts(self, value: dict[str, object]) -> SafeString | str:
        facts = ((FACT_TITLES.get(name, name), fact_words(name, fact, self.names)) for name, fact in value.items())
        return format_html_join("，", "{} {}", facts)


def export_columns(names: Mapping[str, str]) -> tuple[ListColumn, ...]:
    """Give the columns of the audit log in a workbook, in the words of the page."""

    def facts_of(event: AuditEvent) -> str:
        facts = ((FACT_TITLES.get(name, name), fact_words(name, fact, names)) for name, fact in event.facts.items())
        return "，".join(f"{title} {words}" for title, words in facts)

    return (
        ListColumn("序号", lambda event: str(event.seq), 10),
        ListColumn("时间", lambda event: f"{timezone.localtime(event.at):%Y-%m-%d %H:%M:%S}", 20),
        ListColumn("操作人", lambda event: event.actor_name, 16),
        ListColumn("操作", lambda event: action_title(event.action), 20),
        ListColumn("结果", lambda event: event.get_result_display(), 10),
        ListColumn("对象", lambda event: subject_title(event.subject, names), 30),
        ListColumn("事实", facts_of, 50),
        ListColumn("网络地址", lambda event: event.ip, 16),
        ListColumn("签名", lambda event: event.mac, 40),
    )


def fact_words(name: str, fact: object, names: Mapping[str, str]) -> str:
    """Write a fact: the name of the record where it is a key, else its words."""
    return subject_title(f"{KEY_FACTS[name]}:{fact}", names) if name in KEY_FACTS else fact_text(fact)


def action_title(code: str) -> str:
    """Name an action; one that has no word is shown as it stands in the log."""
    app, _, rest = code.partition(".")
    verb, _, model = rest.partition("_")
    if code not in ACTION_TITLES and verb in PERMISSION_VERBS and model:
        return f"{PERMISSION_VERBS[verb]}{model_title(f'{app}.{model}')}"
    return ACTION_TITLES.get(code, code)


def subject_title(subject: str, names: Mapping[str, str]) -> str:
    """Name what an event is about: “app.Model:12” by the model's Chinese name and the record's own, if it has one."""
    label, _, key = subject.partition(":")
    title = model_title(label)
    if not key or label not in SUBJECT_NAMES:
        return title
    return f"{title} {fact_text(names[subject])}" if subject in names else f"已不存在的{title}"


def model_title(label: str) -> str:
    """Name a model by its label; one that is no more keeps its label."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)  # noqa: SLF001  # Django's public name
    except (LookupError, ValueError):
        return label


def fact_text(fact: object) -> str:
    """Write a count, a code or a list of them; of a long list only how many they are."""
    if isinstance(fact, bool):
        return "是" if fact else "否"
    if fact is None or fact == []:
        return "无"
    if isinstance(fact, list):
        return "、".join(map(fact_text, fact)) if len(fact) <= LONGEST_LIST else f"{len(fact)} 项"
    return code_words().get(str(fact), str(fact))


@cache
def code_words() -> dict[str, str]:
    """Give the words for the codes of roles, kinds of spreadsheets and policy numbers, and for those of the log."""
    roles = {code: role.title for code, role in ROLE_BY_CODE.items()}
    kinds = {code: kind.title for code, kind in all_kinds().items()}
    return roles | kinds | {policy.key: policy.title for policy in POLICY_KEYS} | FACT_WORDS | REFUSAL_WORDS
