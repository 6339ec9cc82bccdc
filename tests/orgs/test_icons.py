"""Icons of the sprite."""

import pytest

from orgs.templatetags.icons import icon


@pytest.fixture(autouse=True)
def plain_files(settings):
    """Use static files without their hashed names."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def test_an_icon_is_drawn_for_nobody_to_read_and_escaped():
    assert icon("home", "lg").startswith(
        '<svg class="i i-lg" aria-hidden="true"><use href="/static/vendor/tabler-icons'
    )
    assert icon("home").endswith('.svg#home"/></svg>')
    assert "<b>" not in icon("<b>")
