"""Each component renders what it is given, escaped, with its roles and labels."""

import re

import django_tables2 as tables
import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory

from orgs.scoped_views import PlainTable
from tests.architecture.source import ROOT
from youthleague.workbench.reports import navigation_entries

pytestmark = pytest.mark.usefixtures("plain_static_files")
SPRITE = (ROOT / "static/vendor/tabler-icons-3.51.0/icons-3.51.0.svg").read_text(encoding="utf-8")
ICONS = set(re.findall(r'<symbol id="([a-z0-9-]+)"', SPRITE))


def part(name, **context):
    return " ".join(render_to_string(f"components/{name}.html", context).split())


class PeopleTable(PlainTable):
    name = tables.Column("姓名", attrs={"td": {"class": "nw"}})
    place = tables.Column("团组织", orderable=False, attrs={"td": {"class": "m-full", "data-k": "团组织"}})

    class Meta:
        attrs = {"class": "t-dense t-cards", "label": "名册"}
        empty_text = {"title": "没有人", "text": "去掉条件再看。", "url": "?", "verb": "清除"}


def people(rows, query=""):
    request = RequestFactory().get(f"/roster/?{query}")
    table = PeopleTable(rows, request=request, order_by=request.GET.get("sort"))
    return " ".join(table.as_html(request).split())


class PersonForm(forms.Form):
    name = forms.CharField(label="姓名", help_text="与证件一致。")
    party = forms.ChoiceField(label="政治面貌", choices=[("03", "共青团员")])


class ConditionForm(forms.Form):
    q = forms.CharField(label="姓名、拼音首字母", required=False)
    one = forms.ChoiceField(label="职务", choices=[("", "团内职务")], required=False)
    since = forms.DateField(label="任职自", required=False)


@pytest.mark.parametrize(
    ("tone", "icon"),
    [
        ("ok", "circle-check"),
        ("warn", "alert-triangle"),
        ("bad", "alert-octagon"),
        ("run", "clock"),
        ("idle", "circle-minus"),
    ],
)
def test_a_light_is_colour_icon_and_word(tone, icon):
    text = part("light", tone=tone, word="逾期 2 天")
    assert f"l-{tone}" in text
    assert f"#{icon}" in text
    assert "逾期 2 天" in text


def test_words_are_escaped_everywhere():
    bad = "<b>x"
    rendered = [
        part("chip", word=bad, remove_url=bad),
        part("empty", title=bad, text=bad, url=bad, verb=bad),
        part("note", text=bad, title=bad),
        part("head", title=bad, facts=[bad], actions=[{"title": bad, "url": bad}]),
        part("todo", items=[{"tone": "ok", "word": bad, "title": bad, "facts": [bad], "url": bad, "verb": bad}]),
        part("kv", rows=[{"title": bad, "value": bad}]),
        part("figs", figures=[{"title": bad, "value": bad, "unit": bad, "note": bad, "url": bad}]),
        part("crumb", path=[{"title": bad, "url": bad}], crumbs=[{"title": bad}]),
        part("line", events=[{"title": bad, "time": bad, "by": bad}]),
        people([{"name": bad, "place": bad}]),
    ]
    assert [text for text in rendered if bad in text] == []


def test_an_action_that_changes_something_is_a_form_that_may_ask_first():
    action = {"title": "作废", "url": "/x/", "method": "post", "bad": True, "confirm": "作废后不能恢复。"}
    text = part("action", action=action, csrf_token="token")
    assert '<form method="post" action="/x/">' in text
    assert 'name="csrfmiddlewaretoken" value="token"' in text
    assert 'data-confirm="作废后不能恢复。" data-confirm-verb="作废" data-confirm-bad' in text


def test_steps_before_now_are_done():
    text = part("steps", steps=["上传", "检查", "写入"], now=2)
    assert re.findall(r'<li class="(\w*)"', text) == ["done", "now", ""]
    assert text.count('aria-current="step"') == 1


def test_an_empty_value_is_a_dash():
    assert "<dd>—</dd>" in part("kv", rows=[{"title": "籍贯", "value": ""}])


def test_a_figure_opens_its_rows():
    text = part(
        "figs", figures=[{"title": "错误", "value": 7, "tone": "bad", "url": "?bad"}, {"title": "新增", "value": 5}]
    )
    assert '<a class="fig" href="?bad">' in text
    assert "l-bad" in text
    assert text.count('<div class="fig">') == 1


def test_a_pager_says_where_it_ends():
    text = part("pager", summary="第 1—25 人，共 61 人", previous_url="", next_url="?after=3")
    assert 'rel="next" href="?after=3"' in text
    assert "disabled>上一页" in text
    assert "<nav" not in part("pager", summary="共 3 人")


def test_a_table_keeps_its_roles_and_labels_for_cards():
    text = people([{"name": "林知远", "place": "青禾街道团工委"}], "q=lin&page=3")
    assert '<table role="table" class="t t-dense t-cards" aria-label="名册">' in text
    assert '<td role="cell" class="m-full" data-k="团组织">青禾街道团工委</td>' in text
    assert 'href="?q=lin&amp;sort=name"' in text


def test_a_sorted_column_says_so():
    assert 'aria-sort="descending"' in people([{"name": "甲", "place": ""}], "sort=-name")


def test_an_empty_table_says_what_to_do():
    text = people([])
    assert "<table" not in text
    assert '<b>没有人</b>去掉条件再看。<div class="mt-2"><a href="?">清除</a></div>' in text


def test_a_form_says_what_is_wrong_beside_the_field():
    text = part("form", form=PersonForm({"name": "", "party": "99"}), submit="登记", csrf_token="token")
    assert "没有保存：标出的地方需要改。" in text
    assert text.count('class="form-error"') == 2
    assert "与证件一致。" in text
    assert ">登记</button>" in text
    assert re.search(r"[>\s]This |required\.|Select", text) is None


def test_what_was_not_done_is_said_in_the_word_of_the_page():
    assert "没有导出：标出的地方需要改。" in part("form_errors", form=PersonForm({"name": ""}), verb="导出")


def test_a_plain_form_wears_the_same_dress():
    assert PersonForm().as_div().count('class="textinput form-control"') == 1


def test_filters_name_every_condition():
    text = part("filters", form=ConditionForm({"q": "林"}))
    assert 'type="search" name="q" value="林" placeholder="姓名、拼音首字母"' in text
    assert 'aria-label="职务"' in text
    assert '<label class="filters-l">任职自' in text
    assert "filters-more" not in text


def test_every_icon_that_is_named_exists():
    named = set()
    for path in (ROOT / "templates").rglob("*.html"):
        named |= set(re.findall(r'icon\.html" with name="([a-z0-9-]+)"', path.read_text(encoding="utf-8")))
    assert named - ICONS == set()


def test_every_entry_of_the_navigation_has_an_icon():
    assert {entry.icon for entry in navigation_entries()} - ICONS == set()
