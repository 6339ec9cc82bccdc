"""Which pages are photographed, and how their pictures are called."""

from scripts.shots import shape, slug


def test_one_page_stands_for_all_of_its_kind():
    assert shape("/cadres/17/posts/3/") == shape("/cadres/9/posts/11/") == "/cadres/N/posts/N/"


def test_a_picture_is_called_after_its_address():
    assert [slug(path) for path in ("/", "/cadres/17/", "/admin/orgs/user/")] == [
        "workbench",
        "cadres_N",
        "admin_orgs_user",
    ]
