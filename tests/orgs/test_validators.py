"""What a password may be, case by case, in both profiles."""

from dataclasses import astuple

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from orgs.models import User
from orgs.signals import known_numbers
from orgs.validators import PASSWORD_PROFILES, keyboard_run
from tests.factories import valid_identity_number

OWNER = User(username="lin.zhiyuan", full_name="林致远", email="linzy88@tuan.example")


def wide(text: str) -> str:
    """Write ASCII full-width, as an input method does."""
    return "".join(chr(ord(char) + 0xFEE0) for char in text)


PHONE = "19905731846"
ID_NUMBER = valid_identity_number(7)

# A password and the codes it is refused with, under dengbao (等保).
CASES = [
    ("Lan7-Hai#Kuo9", set()),
    ("gao2SHAN#liu5", set()),
    ("Qiao6_Bian_Hua", set()),
    ("青山Lv2Shui8Kuo", set()),
    ("xQ7vT2mB9kR4", set()),
    ("Xing!Guang#Man", set()),
    ("Hua8 Kai9 Man", set()),
    ("Mei3.Lan6.Zhu", set()),
    ("Yun#Duo=Bai26", set()),
    ("Tian-Qing-208", set()),
    ("Lan7-Hai#K", set()),
    ("Lan7-Hai#", {"password.length"}),
    ("aB3#", {"password.length", "password.repeats"}),
    ("", {"password.length", "password.classes", "password.repeats"}),
    ("L7-" + "xQ7vT2mB9kR4" * 11, {"password.length"}),
    ("lanhaikuoda", {"password.classes"}),
    ("LANHAIKUODA", {"password.classes"}),
    ("lanhai72953", {"password.classes"}),
    ("LanHaiKuoDa", {"password.classes"}),
    ("72953#60481", {"password.classes"}),
    ("lan-hai-kuo-da", {"password.classes"}),
    ("aB1aB1aB1aB1", {"password.repeats"}),
    ("Aa2Aa2Aa2Aa2Aa", {"password.repeats"}),
    ("qwer#7Lan-Hai", {"password.keyboard"}),
    ("Lan7-POIU-Hai", {"password.keyboard"}),
    ("Asdf7#LanHai", {"password.keyboard"}),
    ("Lan#7zxcvHai", {"password.keyboard"}),
    ("Lan7-Hai#1234", {"password.keyboard"}),
    ("Lan7-Hai#9876", {"password.keyboard"}),
    ("Lan7-Hai!@#$", {"password.keyboard"}),
    ("Lan7-Hai1@3$", {"password.keyboard"}),
    ("Lan7-1qaz-Hai", {"password.keyboard"}),
    ("Lan7-XSW2-Hai", {"password.keyboard"}),
    ("Lan7-abcd-Hai", {"password.keyboard"}),
    ("Lan7-dcba-Hai", {"password.keyboard"}),
    ("Lan7-aaaa-Hai", {"password.keyboard"}),
    ("Lan7-8888-Hai", {"password.keyboard"}),
    ("Lan7----Hai#", {"password.keyboard"}),
    (f"Lan7-{wide('QWER')}-Hai", {"password.keyboard"}),
    ("Tuanwei#7-Lan", {"password.words"}),
    ("Lan7-TuanWei#", {"password.words"}),
    ("Tu@nwe1#7-Lan", {"password.words"}),
    ("Tuan-Wei-7Lan", {"password.words"}),
    ("7GongQingTuan#", {"password.words"}),
    ("G0ngq1ngtuan#", {"password.words"}),
    ("QingNian#7529", {"password.words"}),
    ("Tuanzhibu-75#", {"password.words"}),
    ("Shuji#75-Lan", {"password.words"}),
    ("ShiFanQu#7529", {"password.words"}),
    ("Jiedao#7529x", {"password.words"}),
    ("Woaini#7529x", {"password.words"}),
    ("MiMa#7529-Lan", {"password.words"}),
    ("P@ssw0rd#75-Lan", {"password.words"}),
    ("Adm1n#75-LanHai", {"password.words"}),
    ("Lin.Zhiyuan#75", {"password.personal"}),
    ("linZHIYUAN#75", {"password.personal"}),
    ("L1nzh1yuan#75", {"password.personal"}),
    ("Zhiyuan#75-Lan", {"password.personal"}),
    ("林致远Lan#75-x", {"password.personal"}),
    ("LZY#752-960!3", {"password.personal"}),
    ("Linzy88#Lan-x", {"password.personal"}),
    (f"Lan#{PHONE}x", {"password.number"}),
    (f"Lan#Hai{PHONE[-6:]}", {"password.number"}),
    ("Lan#Hai013900x", set()),
    (f"Lan#{ID_NUMBER}", {"password.number"}),
    (f"Lan#Hai{ID_NUMBER[-6:]}", {"password.number"}),
    (f"Lan#Hai{ID_NUMBER[6:14]}", {"password.number"}),
    ("Lan#13700001111", {"password.number", "password.keyboard"}),
    ("Lan-1993-0512#", set()),
    ("LanHai#19930512", {"password.number"}),
    ("LanHai#20010229", set()),
    (f"LanHai#{wide('20010228')}", {"password.number"}),
    ("LanHai#19391231", set()),
]


@pytest.fixture(autouse=True)
def numbers_of_the_person():
    """Let an application above know the phone and the identity number."""

    def answer(user: User, **_: object) -> list[str]:
        return [PHONE, ID_NUMBER] if user is OWNER else []

    known_numbers.connect(answer)
    yield
    known_numbers.disconnect(answer)


def codes_of(password):
    try:
        validate_password(password, OWNER)
    except ValidationError as error:
        return {one.code for one in error.error_list}
    return set()


@pytest.mark.parametrize(("password", "codes"), CASES)
def test_dengbao_refuses_what_can_be_guessed(password, codes):
    assert codes_of(password) == codes


def test_there_are_sixty_cases():
    assert len(dict(CASES)) >= 60


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("lan hai kuo da tian", set()),
        ("lanhaikuodatian", set()),
        ("lanhaikuodatia", {"password.length"}),
        ("Lan7-Hai#Kuo9", {"password.length"}),
        ("tuanwei lan hai kuo", {"password.words"}),
        ("lan hai qwer kuo da", {"password.keyboard"}),
        ("123456789qwerty", {"password.common", "password.keyboard"}),
        ("lin zhi yuan de mao", {"password.personal"}),
    ],
)
def test_asvs_asks_for_length_and_nothing_common(settings, password, codes):
    settings.PASSWORD_PROFILE = "asvs"
    assert codes_of(password) == codes


def test_a_common_password_is_refused_in_both_profiles():
    assert "password.common" in codes_of("1qaz2wsx3edc4rfv")


def test_the_profiles_are_those_that_were_decided():
    found = {name: astuple(one) for name, one in PASSWORD_PROFILES.items()}
    assert found == {"dengbao": (10, 3, 90, 5), "asvs": (15, 1, None, 1)}


def test_the_rules_are_said_in_advance(settings):
    rules = [text for text in password_validators_help_texts() if text]
    assert rules[:2] == ["至少 10 位。", "大写字母、小写字母、数字、符号中至少有 3 种。"]
    settings.PASSWORD_PROFILE = "asvs"
    assert password_validators_help_texts()[:2] == ["至少 15 位。", ""]


@pytest.mark.parametrize(("password", "run"), [("Lan-QwEr", "qwer"), ("x!@#$y", "!@#$"), ("aab", ""), ("", "")])
def test_keyboard_run_names_what_was_typed(password, run):
    assert keyboard_run(password) == run


def test_without_an_account_only_the_password_itself_is_judged():
    validate_password("Lin.Zhiyuan#75")
