"""``manage.py prepare`` does what is not done yet, once."""

import os

import pytest
from django.core.management import call_command

from youthleague.workbench.management.commands.prepare import static_digest


@pytest.fixture
def own_folder(settings, tmp_path):
    """Give folders of their own, and two small static files in place of the real ones."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.css").write_text("p { color: black; }\n", encoding="ascii")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.VAR_DIR = tmp_path / "var"
    settings.STATIC_ROOT = settings.VAR_DIR / "static"
    settings.DEMO = False
    return tmp_path


@pytest.mark.django_db
def test_static_files_are_collected_once_and_again_after_a_change(own_folder, capsys):
    page = own_folder / "source" / "page.css"
    call_command("prepare")
    assert capsys.readouterr().out == "正在收集静态文件……\n"
    assert (own_folder / "var" / "static" / "staticfiles.json").exists()
    call_command("prepare")
    assert capsys.readouterr().out == ""
    os.utime(page, (1, 1))
    call_command("prepare")
    assert capsys.readouterr().out == "正在收集静态文件……\n"


@pytest.mark.django_db
def test_a_lost_folder_of_static_files_is_collected_again(own_folder, capsys):
    call_command("prepare")
    (own_folder / "var" / "static" / "staticfiles.json").unlink()
    capsys.readouterr()
    call_command("prepare")
    assert capsys.readouterr().out == "正在收集静态文件……\n"


def test_the_fingerprint_follows_the_destination(own_folder, settings):
    before = static_digest()
    settings.STATIC_ROOT = own_folder / "elsewhere"
    assert static_digest() != before


@pytest.mark.django_db
def test_the_folder_of_the_portal_is_closed_to_others(own_folder):
    call_command("prepare")
    assert (own_folder / "var").stat().st_mode & 0o077 == 0
