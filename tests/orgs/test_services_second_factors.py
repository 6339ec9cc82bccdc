"""Codes are taken once, guesses are slowed down, recovery codes open once, seeds are encrypted."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from orgs.models import Authenticator, RecoveryCode
from orgs.services import (
    begin_second_factor,
    confirm_second_factor,
    has_second_factor,
    remove_second_factor,
    renew_recovery_codes,
    show_second_factor,
)
from tests.orgs.doors import MONDAY, code_of, equip, events

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_hashes")]
LATER = MONDAY + timedelta(minutes=2)


def refusal(user, code, at=LATER):
    """Give the code with which a second factor is refused."""
    with pytest.raises(ValidationError) as raised:
        show_second_factor(user=user, code=code, at=at)
    return raised.value.code


def in_use(user) -> Authenticator:
    return user.authenticators.get(confirmed=True)


def test_the_codes_are_those_of_the_standard(secretary):
    # RFC 6238, appendix B, six digits.
    device = Authenticator(user=secretary, seed="GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    found = [device._code(seconds // 30).decode() for seconds in (59, 1111111109, 1234567890, 20000000000)]
    assert found == ["287082", "081804", "005924", "353130"]


def test_a_code_opens_once(secretary):
    equip(secretary)
    code = code_of(in_use(secretary), LATER)
    assert show_second_factor(user=secretary, code=code, at=LATER) == in_use(secretary)
    assert refusal(secretary, code) == "otp.wrong"


def test_a_code_seen_over_the_shoulder_is_dead_even_for_an_earlier_step(secretary):
    equip(secretary)
    device = in_use(secretary)
    earlier, now = code_of(device, LATER - timedelta(seconds=30)), code_of(device, LATER)
    show_second_factor(user=secretary, code=now, at=LATER)
    assert refusal(secretary, earlier) == "otp.wrong"


@pytest.mark.parametrize(("seconds", "opens"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_be_off_by_half_a_minute(secretary, seconds, opens):
    equip(secretary, MONDAY - timedelta(hours=1))
    code = code_of(in_use(secretary), LATER + timedelta(seconds=seconds))
    if opens:
        show_second_factor(user=secretary, code=f" {code[:3]} {code[3:]} ", at=LATER)
    else:
        assert refusal(secretary, code) == "otp.wrong"


def test_guessing_gets_slower_up_to_a_quarter_of_an_hour(secretary):
    equip(secretary)
    at, waits = LATER, []
    for _ in range(13):
        assert refusal(secretary, "000000", at) == "otp.wrong"
        wait = in_use(secretary).wait_seconds(at)
        waits.append(wait)
        at += timedelta(seconds=wait)
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def test_the_right_code_too_soon_is_refused_and_does_not_lengthen_the_wait(secretary):
    equip(secretary)
    for _ in range(3):
        device = in_use(secretary)
        refusal(secretary, "000000", LATER + timedelta(seconds=device.failures * 10))
    at = LATER + timedelta(seconds=21)
    assert refusal(secretary, code_of(in_use(secretary), at), at) == "otp.wait"
    assert in_use(secretary).failures == 3
    at += timedelta(seconds=4)
    show_second_factor(user=secretary, code=code_of(in_use(secretary), at), at=at)
    assert in_use(secretary).failures == 0


def test_the_way_of_django_otp_takes_a_code_once_too(secretary, time_machine):
    time_machine.move_to(LATER, tick=False)
    equip(secretary)
    device = in_use(secretary)
    assert device.verify_token(code_of(device, LATER)) is True
    assert in_use(secretary).verify_token(code_of(device, LATER)) is False


def test_ten_recovery_codes_open_once_each(secretary):
    codes = equip(secretary)
    assert len(set(codes)) == 10
    for step, code in enumerate(codes):
        at = LATER + timedelta(minutes=20 * step)
        show_second_factor(user=secretary, code=code.upper().replace("-", " "), at=at)
        assert refusal(secretary, code, at) == "otp.wrong"
    assert RecoveryCode.objects.filter(authenticator=in_use(secretary), used_at__isnull=True).count() == 0


def test_recovery_codes_belong_to_one_account(secretary, keeper):
    codes = equip(secretary)
    equip(keeper)
    assert refusal(keeper, codes[0]) == "otp.wrong"
    show_second_factor(user=secretary, code=codes[0], at=LATER)


def test_a_recovery_code_is_held_back_after_a_wrong_one_too(secretary):
    codes = equip(secretary)
    assert refusal(secretary, "aaaaa-bbbbb") == "otp.wrong"
    assert refusal(secretary, codes[0]) == "otp.wait"
    show_second_factor(user=secretary, code=codes[0], at=LATER + timedelta(seconds=1))


def test_new_recovery_codes_end_the_old_ones(secretary):
    old = equip(secretary)
    new = renew_recovery_codes(user=secretary, at=LATER)
    assert refusal(secretary, old[0]) == "otp.wrong"
    show_second_factor(user=secretary, code=new[0], at=LATER + timedelta(seconds=1))


def test_neither_seeds_nor_recovery_codes_can_be_read_from_the_database(secretary):
    codes = equip(secretary)
    seed = in_use(secretary).seed
    with connection.cursor() as cursor:
        cursor.execute("SELECT seed FROM orgs_authenticator")
        stored = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT digest FROM orgs_recoverycode")
        digests = [row[0] for row in cursor.fetchall()]
    assert all(text.startswith("v1:") and seed not in text for text in stored)
    assert len(digests) == len(codes)
    assert all(text.startswith("v1:") for text in digests)
    plain = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert not {code.replace("-", "") for code in codes} & plain
    assert {len(digest) for digest in plain} == {64}


def test_setting_up_counts_only_after_the_first_code(secretary):
    pending = begin_second_factor(user=secretary, at=MONDAY)
    assert not has_second_factor(secretary)
    with pytest.raises(ValidationError) as raised:
        confirm_second_factor(user=secretary, code="000000", at=MONDAY)
    assert raised.value.code == "otp.wrong"
    assert not has_second_factor(secretary)
    at = MONDAY + timedelta(seconds=5)
    before = secretary.get_session_auth_hash()
    confirm_second_factor(user=secretary, code=code_of(pending, at), at=at)
    secretary.refresh_from_db()
    assert has_second_factor(secretary)
    assert secretary.get_session_auth_hash() != before


def test_beginning_again_forgets_the_first_beginning_and_keeps_what_is_in_use(secretary):
    equip(secretary)
    kept = in_use(secretary)
    first = begin_second_factor(user=secretary, at=MONDAY)
    second = begin_second_factor(user=secretary, at=MONDAY)
    assert set(secretary.authenticators.all()) == {kept, second}
    assert first.seed != second.seed
    confirm_second_factor(user=secretary, code=code_of(second, LATER), at=LATER)
    assert set(secretary.authenticators.all()) == {second}


def test_without_an_authenticator_nothing_is_confirmed_or_shown(secretary):
    assert refusal(secretary, "123456") == "otp.none"
    with pytest.raises(ValidationError) as raised:
        confirm_second_factor(user=secretary, code="123456", at=MONDAY)
    assert raised.value.code == "otp.none"


def test_another_administrator_takes_the_second_factor_away(secretary, keeper):
    equip(secretary)
    equip(keeper)
    before = secretary.get_session_auth_hash()
    remove_second_factor(user=secretary, by=keeper, at=MONDAY)
    assert (has_second_factor(secretary), has_second_factor(keeper)) == (False, True)
    assert secretary.get_session_auth_hash() != before
    with pytest.raises(ValidationError) as raised:
        remove_second_factor(user=keeper, by=keeper, at=MONDAY)
    assert raised.value.code == "account.self"


def test_everything_is_on_record_and_refusals_survive(secretary):
    codes = equip(secretary)
    refusal(secretary, "000000")
    show_second_factor(user=secretary, code=codes[0], at=LATER + timedelta(seconds=2))
    renew_recovery_codes(user=secretary, at=LATER)
    remove_second_factor(user=secretary, by=None, at=LATER)
    found = events("otp.setup", "otp.show", "otp.recovery", "otp.codes", "otp.remove")
    assert [(action, result) for action, result, _, _ in found] == [
        ("otp.setup", "done"),
        ("otp.show", "refused"),
        ("otp.recovery", "done"),
        ("otp.codes", "done"),
        ("otp.remove", "done"),
    ]
    assert {subject for _, _, subject, _ in found} == {f"orgs.User:{secretary.pk}"}
