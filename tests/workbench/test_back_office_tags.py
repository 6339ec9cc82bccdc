"""Pictures of Django's admin have Chinese names, and nothing else changes."""

import pytest
from django.template import Context, Template
from django.utils.html import format_html


@pytest.mark.parametrize(
    ("picture", "word", "named"), [("yes", "True", "是"), ("no", "False", "否"), ("unknown", "None", "未填")]
)
def test_a_picture_is_named_in_chinese(picture, word, named):
    shown = format_html('<img src="/static/admin/img/icon-{}.1a2b.svg" alt="{}">', picture, word)
    page = Template("{% load back_office %}{% filter named_pictures %}{{ shown }}{% endfilter %}")
    expected = f'<img src="/static/admin/img/icon-{picture}.1a2b.svg" alt="{named}">'
    assert page.render(Context({"shown": shown})) == expected


def test_what_people_wrote_stays_escaped_and_as_it_is():
    page = Template("{% load back_office %}{% filter named_pictures %}{{ shown }}{% endfilter %}")
    shown = '<img src="/icon-no.svg" alt="False">'
    expected = "&lt;img src=&quot;/icon-no.svg&quot; alt=&quot;False&quot;&gt;"
    assert page.render(Context({"shown": shown})) == expected
