"""What a password may be: the two profiles (等保 and ASVS), and what gives a password away."""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from orgs.signals import known_numbers
from youthleague.kernel.pinyin import pinyin_keys

if TYPE_CHECKING:
    from orgs.models import User

MAX_LENGTH = 128
FEWEST_CHARACTERS = 6
LONGEST_RUN = 3
KNOWN_DIGITS = 6
RESERVED_USERNAMES = frozenset({"admin", "administrator", "root", "test", "guest", "user", "sysadmin", "system"})


@dataclass(frozen=True)
class PasswordProfile:
    """One set of limits: length, character classes of four, age in days, and how many last passwords stay barred."""

    min_length: int
    classes: int
    max_age_days: int | None
    remembered: int


PASSWORD_PROFILES = {
    "dengbao": PasswordProfile(min_length=10, classes=3, max_age_days=90, remembered=5),
    "asvs": PasswordProfile(min_length=15, classes=1, max_age_days=None, remembered=1),
}

_WORDS = (
    "tuanwei tuangongwei tuanquwei quwei tuanzhibu tuanganbu tuanshuji gongqingtuan gongqing gqt tuanyuan qingnian "
    "shaoxiandui shuji zhibu jiedao xiangzhen shequ zuzhibu zhongguo renmin xitong guanliyuan mima denglu woaini "
    "admin administrator password passwd welcome letmein iloveyou login secret default"
)
LEAGUE_WORDS = tuple(_WORDS.split())
KEY_ROWS = ("1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "0123456789", "abcdefghijklmnopqrstuvwxyz")
KEY_COLUMNS = ("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik,", "9ol.", "0p;/")
_WITHOUT_SHIFT = str.maketrans('!@#$%^&*()_+{}:"<>?', "1234567890-=[];',./")
_LEET = str.maketrans("@40135$7!", "aaoiessti")
_LEET_WITH_L = str.maketrans("@40135$7!", "aaolesstl")
_CLASSES = (str.islower, str.isupper, str.isdigit)


def password_profile() -> PasswordProfile:
    """Give the profile that this installation has chosen."""
    return PASSWORD_PROFILES[settings.PASSWORD_PROFILE]


class _Validator(ABC):
    """What Django asks of a validator; subclasses say what is wrong with a password."""

    def validate(self, password: str, user: "User | None" = None) -> None:
        """Refuse the password with sentences and codes."""
        errors = list(self.faults(password, user))
        if errors:
            raise ValidationError(errors)

    @abstractmethod
    def faults(self, password: str, user: "User | None") -> Iterator[ValidationError]:
        """Yield what is wrong."""

    @abstractmethod
    def get_help_text(self) -> str:
        """Say the rule in advance."""


class LengthValidator(_Validator):
    """Long enough for the profile, and no longer than what is hashed in good time."""

    def faults(self, password: str, _user: "User | None") -> Iterator[ValidationError]:
        """Count the characters."""
        least = password_profile().min_length
        if len(password) < least:
            yield ValidationError("密码太短，至少要 %(least)d 位。", code="password.length", params={"least": least})
        if len(password) > MAX_LENGTH:
            yield ValidationError("密码太长，最多 %(most)d 位。", code="password.length", params={"most": MAX_LENGTH})

    def get_help_text(self) -> str:
        """Say the length."""
        return f"至少 {password_profile().min_length} 位。"


class ClassesValidator(_Validator):
    """Enough kinds of characters for the profile."""

    def faults(self, password: str, _user: "User | None") -> Iterator[ValidationError]:
        """Count the kinds and the different characters."""
        least = password_profile().classes
        if character_classes(password) < least:
            sentence = "密码要包含大写字母、小写字母、数字、符号中的至少 %(least)d 种。"
            yield ValidationError(sentence, code="password.classes", params={"least": least})
        if len(set(password)) < FEWEST_CHARACTERS:
            yield ValidationError("密码里重复的字符太多，请换一些。", code="password.repeats")

    def get_help_text(self) -> str:
        """Say the number of kinds."""
        least = password_profile().classes
        return f"大写字母、小写字母、数字、符号中至少有 {least} 种。" if least > 1 else ""


class KeyboardValidator(_Validator):
    """No neighbouring keys, no counting, no one key held down."""

    def faults(self, password: str, _user: "User | None") -> Iterator[ValidationError]:
        """Find a run."""
        run = keyboard_run(password)
        if run:
            sentence = "密码里有一串相邻或重复的键（%(run)s），请换掉。"
            yield ValidationError(sentence, code="password.keyboard", params={"run": run})

    def get_help_text(self) -> str:
        """Say what a run is."""
        return "没有键盘上相邻的、顺序的或重复的一串字符，如 qwer、1234、aaaa。"


class LeagueWordsValidator(_Validator):
    """None of the words that everybody in this line of work would try first."""

    def faults(self, password: str, _user: "User | None") -> Iterator[ValidationError]:
        """Find such a word, also when digits stand for letters."""
        site = pinyin_keys(settings.SITE_NAME, surname=False).full
        if contained(password, [*LEAGUE_WORDS, *site.split()]):
            sentence = "密码里有团委工作中人人会猜的词（如 tuanwei、mima、本地地名的拼音），请换掉。"
            yield ValidationError(sentence, code="password.words")

    def get_help_text(self) -> str:
        """Say which words."""
        return "没有团委、青年、密码、本地地名等常用词的拼音。"


class OwnNameValidator(_Validator):
    """Nothing that follows from the account: its name, the person's name and its pinyin."""

    def faults(self, password: str, user: "User | None") -> Iterator[ValidationError]:
        """Compare with the account."""
        if user is not None and (contained(password, own_words(user)) or is_initials_only(password, user.full_name)):
            yield ValidationError("密码里有账号或姓名（含拼音），请换掉。", code="password.personal")

    def get_help_text(self) -> str:
        """Say what is compared."""
        return "没有账号、姓名及其拼音。"


class NumbersValidator(_Validator):
    """No number of a person: identity number, phone, birthday."""

    def faults(self, password: str, user: "User | None") -> Iterator[ValidationError]:
        """Look at runs of digits, and at the numbers that other applications know of the person."""
        known = known_digits(user) if user is not None else []
        if has_person_number(password) or shares_digits(password, known):
            yield ValidationError("密码里有手机号、身份证号或生日的数字，请换掉。", code="password.number")

    def get_help_text(self) -> str:
        """Say which numbers."""
        return "没有手机号、身份证号、生日的数字。"


class CommonValidator(CommonPasswordValidator):
    """None of the twenty thousand passwords of Django's list."""

    def validate(self, password: str, user: "User | None" = None) -> None:  # noqa: ARG002
        """Look it up."""
        if password.lower().strip() in self.passwords:
            raise ValidationError("这个密码太常见，请换一个。", code="password.common")

    def get_help_text(self) -> str:
        """Say that there is a list."""
        return "不是常见密码。"


class FormerPasswordsValidator(_Validator):
    """None of the last few passwords."""

    def faults(self, password: str, user: "User | None") -> Iterator[ValidationError]:
        """Compare with the hashes that are kept."""
        if user is None or user.pk is None:
            return
        remembered = password_profile().remembered
        if any(check_password(password, stored) for stored in _last_hashes(user, remembered)):
            sentence = "不能与当前密码相同。" if remembered == 1 else "不能与最近 %(count)d 次用过的密码相同。"
            yield ValidationError(sentence, code="password.used", params={"count": remembered})

    def get_help_text(self) -> str:
        """Say how many."""
        remembered = password_profile().remembered
        return f"与最近 {remembered} 次用过的密码不同。" if remembered > 1 else "与当前密码不同。"


def character_classes(password: str) -> int:
    """Count lower case, upper case, digits and the rest: at most four."""
    kinds = {next((i for i, test in enumerate(_CLASSES) if test(char)), len(_CLASSES)) for char in password}
    return len(kinds)


def keyboard_run(password: str) -> str:
    """Give the first four characters that lie side by side on the keyboard, count up or down, or are the same."""
    typed = unicodedata.normalize("NFKC", password).lower()
    plain = typed.translate(_WITHOUT_SHIFT)
    size = LONGEST_RUN + 1
    windows = ((typed[i : i + size], plain[i : i + size]) for i in range(len(plain) - LONGEST_RUN))
    return next((shown for shown, keys in windows if len(set(keys)) == 1 or _is_on_keyboard(keys)), "")


def _is_on_keyboard(keys: str) -> bool:
    return any(keys in row or keys[::-1] in row for row in (*KEY_ROWS, *KEY_COLUMNS))


def contained(password: str, words: Iterable[str]) -> bool:
    """Tell whether a word stands in the password, signs left out and digits read as letters too."""
    readings = _readings(password)
    return any(word in reading for word in words for reading in readings)


def _readings(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKC", text).lower()
    spellings = (plain, plain.translate(_LEET), plain.translate(_LEET_WITH_L))
    return {"".join(char for char in spelling if char.isalnum()) for spelling in spellings}


def own_words(user: "User") -> list[str]:
    """List what an account's password may not hold: whole names from three letters on, their parts from four."""
    names = {user.username, user.email.partition("@")[0]}
    parts = [part for name in names for part in re.split(r"[\W_\d]+", name) if len(part) > LONGEST_RUN]
    whole = [*names, user.full_name, *pinyin_keys(user.full_name).full.split(), *_given_names(user.full_name)]
    words = {reading for word in [*whole, *parts] for reading in _readings(word)}
    return [word for word in words if len(word) >= 3 or _is_han(word)]


def _given_names(full_name: str) -> list[str]:
    given = pinyin_keys(full_name[1:], surname=False).full
    return [given] if len(given) > LONGEST_RUN else []


def _is_han(word: str) -> bool:
    return len(word) > 1 and not word.isascii()


def is_initials_only(password: str, full_name: str) -> bool:
    """Tell whether all letters of a password are the initials of the name."""
    letters = "".join(char for char in password.lower() if char.isalpha())
    return len(letters) > 1 and letters in pinyin_keys(full_name).initials.split()


def has_person_number(password: str) -> bool:
    """Tell whether a run of digits is a mobile number, an identity number or a date of birth."""
    digits = unicodedata.normalize("NFKC", password)
    if re.search(r"1[3-9]\d{9}|\d{17}[\dXx]|\d{15}", digits):
        return True
    return any(_is_birthday(match.group(1)) for match in re.finditer(r"(?=((?:19|20)\d{6}))", digits))


def _is_birthday(digits: str) -> bool:
    try:
        return date(1940, 1, 1) <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])) < date(2031, 1, 1)
    except ValueError:
        return False


def known_digits(user: "User") -> list[str]:
    """Ask other applications for the numbers of the person behind an account (phone, identity number)."""
    answers = known_numbers.send(type(user), user=user)
    return [number for _, numbers in answers for number in numbers or ()]


def shares_digits(password: str, numbers: Iterable[str]) -> bool:
    """Tell whether six digits in a row of the password stand in one of the numbers."""
    digits = unicodedata.normalize("NFKC", password)
    windows = {digits[i : i + KNOWN_DIGITS] for i in range(len(digits) - KNOWN_DIGITS + 1)}
    return any(window in number for number in numbers for window in windows if window.isdigit())


def _last_hashes(user: "User", count: int) -> list[str]:
    former = user.password_records.order_by("-pk").values_list("password", flat=True)
    return [user.password, *[stored for stored in former if stored != user.password]][:count]
