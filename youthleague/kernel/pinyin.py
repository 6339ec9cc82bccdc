"""Pinyin keys under which people and organisations are found, with surnames read as surnames."""

import re
import unicodedata
from dataclasses import dataclass

import pypinyin

from youthleague.kernel.cells import HAN

_HAN_CHARACTER = re.compile(f"[{HAN}]")

# Characters that names of people and places read otherwise than running text does.
_READINGS_IN_NAMES = {"长": "chang", "都": "du", "偲": "si", "伽": "jia"}

# Surnames whose reading is not the ordinary one of the character.
_SURNAME_READINGS = (
    "曾zeng 单shan 解xie 仇qiu 区ou 查zha 朴piao 翟zhai 盖ge 召shao 乐yue 洗xian 员yun 缪miao 薄bo 隗wei 牟mu 种chong "
    "重chong 折she 繁po 秘bi 祕bi 能nai 阚kan 黑he 祭zhai 句gou 乜nie 覃qin 卜bu 郇xun 佴nai 么yao 藏zang 圈juan "
    "粘nian 炅gui"
)
_SURNAMES: dict[str, tuple[str, ...]] = {
    character: (reading,) for character, reading in re.findall(r"(\w)([a-z]+)", _SURNAME_READINGS)
}
_SURNAMES |= {"尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "长孙": ("zhang", "sun"), "澹台": ("tan", "tai")}


@dataclass(frozen=True, slots=True)
class PinyinKeys:
    """Search keys in lower case without tones; where a surname is read in its own way, the ordinary reading follows.

    曾国强 has the full keys ``zengguoqiang cengguoqiang`` and the initials ``zgq cgq``.
    """

    full: str
    initials: str


class _Syllables(dict[str, str]):
    """The one syllable of each character met so far; pypinyin is too slow to be asked twice."""

    def __missing__(self, character: str) -> str:
        self[character] = syllable = _syllable(character)
        return syllable


def _syllable(character: str) -> str:
    if _HAN_CHARACTER.fullmatch(character):
        readings = pypinyin.pinyin(character, style=pypinyin.Style.NORMAL, errors="ignore")
        return readings[0][0] if readings else ""
    plain = unicodedata.normalize("NFKC", character).lower()
    return "".join(char for char in plain if char.isascii() and char.isalnum())


_SYLLABLES = _Syllables(_READINGS_IN_NAMES)


def pinyin_keys(name: str, *, surname: bool = True) -> PinyinKeys:
    """Give the search keys of a person's name, or of an organisation's with ``surname=False``.

    Signs such as ``·`` and characters without a known reading leave no trace.
    """
    syllables = [_SYLLABLES[character] for character in name]
    full, initials = _join(syllables)
    special = (_SURNAMES.get(name[:2]) or _SURNAMES.get(name[:1])) if surname else None
    if special is None:
        return PinyinKeys(full, initials)
    first_full, first_initials = _join([*special, *syllables[len(special) :]])
    return PinyinKeys(
        f"{first_full} {full}",
        initials if first_initials == initials else f"{first_initials} {initials}",
    )


def _join(syllables: list[str]) -> tuple[str, str]:
    return "".join(syllables), "".join([syllable[:1] for syllable in syllables])
