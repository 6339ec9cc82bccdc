"""The rows that a table writes itself are those that django-tables2 would have made cell by cell."""

import re
from types import SimpleNamespace

import django_tables2 as tables
import pytest
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from orgs.choices import Level
from orgs.models import Organisation
from orgs.scoped_views import PlainTable, ScopedTable

HOSTILE = "<script>alert('1')</script>&\"张三\""


class OddTable(PlainTable):
    name = tables.Column("名称", attrs={"td": {"class": "b a", "title": lambda value: f"全称{value}"}})
    level = tables.Column("层级")
    same_level = tables.Column("层级", "get_level_display")
    parent = tables.Column("上级", "parent__name", default="—")
    parent_level = tables.Column("上级层级", "parent__level", default="—")
    count = tables.Column("团员", "member_count", default="—")
    made = tables.Column("造出", empty_values=())
    asked = tables.Column("询问", "name")

    def render_name(self, value: str) -> str:
        return value[::-1]

    def render_made(self, record: object) -> str:
        return format_html("<b>{}</b>", record.name)

    def render_asked(self, value, record, table, column, bound_column) -> str:
        return f"{value}{record.level}{len(table.columns)}{column.verbose_name}{bound_column.name}"


def units():
    top = Organisation(name=HOSTILE, level=Level.DISTRICT, member_count=1234567)
    return [top, Organisation(name="青禾街道团工委", level=Level.TOWNSHIP, parent=top), Organisation(level="gone")]


def cells(body: str) -> list[list[str]]:
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in body.splitlines()]


def test_every_cell_is_what_the_package_would_have_written():
    table = OddTable(units())
    expected = [[str(conditional_escape(cell)) for _, cell in row.items()] for row in OddTable(units()).rows]
    assert cells(table.body) == expected
    assert "<script" not in table.body


def test_the_attributes_are_those_of_the_column_with_the_cell_in_them():
    first = OddTable(units()[1:2]).body.split("</td>")[0]
    assert first == '<tr role="row"><td role="cell" class="a b" title="全称委工团道街禾青">委工团道街禾青'


def test_an_attribute_is_escaped():
    first = OddTable(units()[:1]).body.split(">")[1]
    assert first.count('"') == len(["role", "class", "title"]) * 2


def test_what_a_column_gives_as_plain_text_is_escaped():
    class Careless(PlainTable):
        name = tables.Column("名称")

        def render_name(self, value: str) -> str:
            return f"<b>{value}</b>"

    body = Careless([{"name": HOSTILE}]).body
    assert isinstance(body, SafeString)
    assert "<b>" not in body


def test_rows_may_be_mappings():
    class Bare(PlainTable):
        name = tables.Column("姓名")

    assert cells(Bare([{"name": "甲"}, {"name": None}]).body) == [["甲"], ["—"]]


def test_what_is_not_there_is_an_error_and_not_an_empty_cell():
    class Wrong(PlainTable):
        nmae = tables.Column("姓名")

    with pytest.raises(AttributeError):
        _ = Wrong([SimpleNamespace(name="甲")]).body


def test_a_scoped_table_shows_its_page_alone():
    class Names(ScopedTable):
        name = tables.Column("姓名")

    table = Names([{"name": "甲"}, {"name": "乙"}])
    assert table.body == ""
    table = Names([{"name": "甲"}, {"name": "乙"}])
    table.shown = [{"name": "乙"}]
    assert cells(table.body) == [["乙"]]
