"""Which pages are photographed, and how their pictures are called."""

import pytest

from scripts.shot_pages import BATCHES, FURTHER, LINKLESS
from scripts.shot_variants import VARIANTS
from scripts.shots import DISTRICTS, EXHIBITOR, View, read_options, shape, slug, state_pages


def test_one_page_stands_for_all_of_its_kind():
    assert shape("/policies/term.branch_years/set/") == shape("/policies/roster.years/set/") == "/policies/K/set/"
    assert shape("/cadres/17/posts/3/") == shape("/cadres/9/posts/11/") == "/cadres/N/posts/N/"


def test_a_picture_is_called_after_its_address():
    assert [slug(path) for path in ("/", "/cadres/17/", "/admin/orgs/user/")] == [
        "workbench",
        "cadres_N",
        "admin_orgs_user",
    ]


def test_a_question_keeps_its_letters_in_the_name():
    assert slug("/search/?q=没有这个人") == "search_q_没有这个人"
    assert slug("/sign-in/?why=idle") != slug("/sign-in/?why=absolute")


def test_a_folder_says_district_role_screen_and_theme():
    folder = View("long", "phone", "dark").folder("leader")
    assert folder.parts[-4:] == (".shots", "long", "leader", "phone-dark")


def test_every_state_of_the_table_is_photographed_under_a_name_of_its_own():
    wanted = state_pages(dict(zip(BATCHES, range(1, 100), strict=False)))
    assert sum(map(len, wanted.values())) == len(BATCHES) + len(FURTHER) + len(LINKLESS)
    assert {username for username, _, _ in LINKLESS} | {EXHIBITOR} == set(wanted)
    assert wanted[EXHIBITOR]["batch_checked"] == f"/sheets/batches/{[*BATCHES].index('checked') + 1}/"


def test_without_options_everybody_is_photographed_in_the_light_on_both_screens():
    options = read_options([])
    assert (options.roles, options.screen, options.theme, options.district) == (
        [],
        ["desktop", "phone"],
        ["light"],
        ["usual"],
    )
    assert read_options(["leader", "--theme", "dark", "--theme", "light"]).theme == ["dark", "light"]


def test_each_district_but_the_usual_one_is_made():
    assert {"usual", *VARIANTS} == set(DISTRICTS)
    with pytest.raises(SystemExit):
        read_options(["--district", "nowhere"])
