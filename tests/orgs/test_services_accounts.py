"""Accounts and their passwords, as the services keep them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from orgs.models import PasswordRecord, User
from orgs.services import (
    change_password,
    confirm_own_password,
    create_account,
    end_other_sessions,
    issue_first_password,
    needs_new_password,
    set_active,
)
from orgs.services.accounts import random_password
from orgs.validators import PASSWORD_PROFILES
from tests.factories import PASSWORD
from tests.orgs.doors import BETTER, GOOD, MONDAY, events

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]
PASSWORDS = [f"Lan{n}-Hai#Kuo{n}x" for n in range(1, 8)]


def code_of(raised: pytest.ExceptionInfo[ValidationError]) -> str:
    return raised.value.error_list[0].code


def test_an_account_begins_with_a_password_for_one_sign_in_within_three_days(keeper):
    user, password = create_account(username="wang.wei", full_name="王伟", by=keeper, at=MONDAY)
    assert user.check_password(password)
    assert (user.must_change_password, user.password_expires_at) == (True, MONDAY + timedelta(hours=72))
    assert events("account.create") == [("account.create", "done", f"orgs.User:{user.pk}", {})]


@pytest.mark.parametrize("username", ["admin", "ROOT", "test", "guest"])
def test_names_that_everybody_tries_are_refused(keeper, username):
    with pytest.raises(ValidationError) as raised:
        create_account(username=username, full_name="王伟", by=keeper, at=MONDAY)
    assert code_of(raised) == "account.reserved"
    assert not User.objects.filter(username=username).exists()


def test_a_name_is_given_once(keeper, secretary):
    with pytest.raises(ValidationError) as raised:
        create_account(username=secretary.username, full_name="王伟", by=keeper, at=MONDAY)
    assert raised.value.error_dict["username"][0].code == "unique"


def test_first_passwords_are_random_readable_and_strong():
    made = {random_password() for _ in range(50)}
    assert len(made) == 50
    assert {len(password.replace("-", "")) for password in made} == {16}
    assert not set("".join(made)) & set("0O1lIio")


def test_a_new_first_password_ends_sessions_and_is_not_for_oneself(keeper, secretary):
    before = secretary.get_session_auth_hash()
    password = issue_first_password(user=secretary, by=keeper, at=MONDAY)
    assert secretary.check_password(password)
    assert secretary.get_session_auth_hash() != before
    assert needs_new_password(secretary, MONDAY)
    with pytest.raises(ValidationError) as raised:
        issue_first_password(user=keeper, by=keeper, at=MONDAY)
    assert code_of(raised) == "account.self"


def test_the_last_five_passwords_stay_barred_and_the_sixth_is_free(secretary):
    for step, password in enumerate(PASSWORDS[:6]):
        change_password(user=secretary, password=password, at=MONDAY + timedelta(days=step))
    for barred in PASSWORDS[1:6]:
        with pytest.raises(ValidationError) as raised:
            change_password(user=secretary, password=barred, at=MONDAY + timedelta(days=9))
        assert code_of(raised) == "password.used"
    change_password(user=secretary, password=PASSWORDS[0], at=MONDAY + timedelta(days=9))
    assert secretary.check_password(PASSWORDS[0])
    assert PasswordRecord.objects.filter(user=secretary).count() == 5


def test_asvs_bars_the_current_password_only(secretary, settings):
    settings.PASSWORD_PROFILE = "asvs"
    first, second = "lan hai kuo da tian", "gao shan liu shui ming"
    change_password(user=secretary, password=first, at=MONDAY)
    with pytest.raises(ValidationError) as raised:
        change_password(user=secretary, password=first, at=MONDAY)
    assert code_of(raised) == "password.used"
    change_password(user=secretary, password=second, at=MONDAY)
    change_password(user=secretary, password=first, at=MONDAY)


def test_the_first_password_is_not_taken_again(keeper):
    user, password = create_account(username="wang.wei", full_name="王伟", by=keeper, at=MONDAY)
    change_password(user=user, password=GOOD, at=MONDAY)
    assert (user.must_change_password, user.password_expires_at, user.password_changed_at) == (False, None, MONDAY)
    with pytest.raises(ValidationError) as raised:
        change_password(user=user, password=password, at=MONDAY)
    assert code_of(raised) == "password.used"


def test_an_account_without_a_password_leaves_none_behind(secretary):
    secretary.set_unusable_password()
    secretary.save()
    change_password(user=secretary, password=GOOD, at=MONDAY)
    assert not PasswordRecord.objects.filter(user=secretary).exists()


def test_a_refused_password_changes_nothing(secretary):
    with pytest.raises(ValidationError):
        change_password(user=secretary, password="kurz", at=MONDAY)
    secretary.refresh_from_db()
    assert secretary.check_password(PASSWORD)
    assert not PasswordRecord.objects.filter(user=secretary).exists()
    assert events("account.password") == []


@pytest.mark.parametrize(("days", "due"), [(0, False), (89, False), (90, True), (400, True)])
def test_passwords_grow_old_under_dengbao_only(secretary, settings, days, due):
    secretary.password_changed_at = MONDAY
    assert needs_new_password(secretary, MONDAY + timedelta(days=days)) is due
    settings.PASSWORD_PROFILE = "asvs"
    assert needs_new_password(secretary, MONDAY + timedelta(days=days)) is False


def test_demonstration_accounts_never_have_to_choose(secretary):
    secretary.is_demo, secretary.must_change_password, secretary.password_changed_at = True, True, MONDAY
    assert needs_new_password(secretary, MONDAY + timedelta(days=400)) is False


def test_ones_own_password_is_asked_for_five_times_in_a_quarter(secretary):
    for _ in range(5):
        with pytest.raises(ValidationError) as raised:
            confirm_own_password(user=secretary, password="falsch", at=MONDAY)
        assert code_of(raised) == "password.wrong"
    with pytest.raises(ValidationError) as raised:
        confirm_own_password(user=secretary, password=PASSWORD, at=MONDAY)
    assert code_of(raised) == "password.too_often"
    confirm_own_password(user=secretary, password=PASSWORD, at=MONDAY + timedelta(minutes=15))


def test_right_answers_do_not_use_tries_up(secretary):
    for _ in range(20):
        confirm_own_password(user=secretary, password=PASSWORD, at=MONDAY)


def test_disabling_and_enabling_end_sessions_and_leave_others_alone(keeper, secretary):
    bystander = keeper.get_session_auth_hash()
    hashes = [secretary.get_session_auth_hash()]
    for active in (False, True):
        set_active(user=secretary, active=active, by=keeper, at=MONDAY)
        secretary.refresh_from_db()
        assert secretary.is_active is active
        hashes.append(secretary.get_session_auth_hash())
    assert len(set(hashes)) == 3
    keeper.refresh_from_db()
    assert keeper.get_session_auth_hash() == bystander
    with pytest.raises(ValidationError) as raised:
        set_active(user=keeper, active=False, by=keeper, at=MONDAY)
    assert code_of(raised) == "account.self"


def test_what_was_done_to_an_account_is_on_record_without_values(keeper, secretary):
    issue_first_password(user=secretary, by=keeper, at=MONDAY)
    change_password(user=secretary, password=BETTER, at=MONDAY)
    end_other_sessions(user=secretary, at=MONDAY)
    set_active(user=secretary, active=False, by=keeper, at=MONDAY)
    subject = f"orgs.User:{secretary.pk}"
    actions = ["account.first-password", "account.password", "account.sessions", "account.disable"]
    assert events(*actions) == [(action, "done", subject, {}) for action in actions]


def test_settings_know_the_profiles_by_name(settings):
    assert settings.PASSWORD_PROFILE in PASSWORD_PROFILES
