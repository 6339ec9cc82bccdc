"""After signing out nothing of the portal can be seen, not even by the back button."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_the_back_button_shows_nothing(visit, screen):
    secretary = visit("qinghe", screen=screen, fresh=True)
    secretary.open("/roster/")
    expect(secretary.main()).to_contain_text("林知远")
    if secretary.is_on_a_phone:
        secretary.page.get_by_role("button", name="更多").click()
    else:
        secretary.page.get_by_role("button", name="林知远").click()
    secretary.page.get_by_role("button", name="退出").click()
    expect(secretary.page).to_have_url(f"{secretary.address}/sign-in/?why=out")
    secretary.page.go_back()
    expect(secretary.page.get_by_role("heading", name="登录")).to_be_visible()
    assert "林知远" not in secretary.page.content()


def test_without_signing_in_every_page_leads_to_the_gate(visit):
    stranger = visit()
    for path in ("/", "/roster/", "/roster/1/", "/organisations/", "/sheets/batches/1/", "/audit/", "/admin/"):
        stranger.open(path)
        expect(stranger.page.get_by_role("heading", name="登录")).to_be_visible()


def test_a_wrong_password_is_told_as_one_sentence(visit):
    stranger = visit()
    stranger.open("/sign-in/")
    stranger.fill_in("nobody", "wrong")
    expect(stranger.page.get_by_role("alert")).to_be_visible()
