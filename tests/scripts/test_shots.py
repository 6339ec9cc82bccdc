"""Which pages are photographed, and how their pictures are called."""

import pytest

from scripts.shots import LEFT_ALONE, shape, slug


def test_one_page_stands_for_all_of_its_kind():
    assert shape("/cadres/17/posts/3/") == shape("/cadres/9/posts/11/") == "/cadres/N/posts/N/"


def test_a_picture_is_called_after_its_address():
    assert [slug(path) for path in ("/", "/cadres/17/", "/admin/orgs/user/")] == [
        "workbench",
        "cadres_N",
        "admin_orgs_user",
    ]


@pytest.mark.parametrize("path", ["/sign-out/", "/static/css/theme.css", "/sheets/cadres/template/"])
def test_what_is_no_page_is_left_alone(path):
    assert LEFT_ALONE.search(path)


@pytest.mark.parametrize("path", ["/sheets/cadres/export/", "/admin/cadres/cadre/export/"])
def test_the_page_in_front_of_an_export_is_photographed(path):
    assert not LEFT_ALONE.search(path)
