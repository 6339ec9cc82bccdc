"""Pinyin keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.strategies import cells, full_width, han_names
from youthleague.kernel.cells import tidy_text
from youthleague.kernel.pinyin import _SURNAMES, PinyinKeys, pinyin_keys


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("张三", "zhangsan", "zs"),
        ("欧阳娜娜", "ouyangnana", "oynn"),
        ("吕布", "lvbu", "lb"),
        ("曾国强", "zengguoqiang cengguoqiang", "zgq cgq"),
        ("单小明", "shanxiaoming danxiaoming", "sxm dxm"),
        ("解放", "xiefang jiefang", "xf jf"),
        ("仇英", "qiuying chouying", "qy cy"),
        ("区明", "ouming quming", "om qm"),
        ("查良", "zhaliang chaliang", "zl cl"),
        ("朴正", "piaozheng puzheng", "pz"),
        ("任华", "renhua", "rh"),
        ("尉迟恭", "yuchigong weichigong", "ycg wcg"),
        ("万俟明", "moqiming wanqiming", "mqm wqm"),
        ("长孙明", "zhangsunming changsunming", "zsm csm"),
        ("李长江", "lichangjiang", "lcj"),
        ("明曾", "mingceng", "mc"),
        ("买买提·阿卜杜拉", "maimaitiabodula", "mmtabdl"),
        ("王〇", "wangling", "wl"),
        ("㛃梅", "jiemei", "jm"),
        ("𠮷田", "tian", "t"),
        (full_width("A") + "座9号", "azuo9hao", "az9h"),
        ("", "", ""),
        ("·\ud800 ", "", ""),
    ],
)
def test_keys_of_a_name(name, full, initials):
    assert pinyin_keys(name) == PinyinKeys(full, initials)


def test_an_organisation_has_no_surname():
    assert pinyin_keys("区直机关", surname=False) == PinyinKeys("quzhijiguan", "qzjg")
    assert pinyin_keys("长安街道", surname=False) == PinyinKeys("changanjiedao", "cajd")


@pytest.mark.parametrize(("surname", "reading"), _SURNAMES.items())
def test_every_listed_surname_is_read_otherwise_than_ordinary(surname, reading):
    ordinary = pinyin_keys(surname, surname=False).full
    assert "".join(reading) != ordinary
    assert pinyin_keys(surname).full == f"{''.join(reading)} {ordinary}"


def test_common_characters_all_have_an_initial():
    common = "".join(
        bytes((row, cell)).decode("gb2312", "ignore") for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)
    )
    assert len(common) == 6763
    keys = pinyin_keys(common, surname=False)
    assert len(keys.initials) == len(common)
    assert keys.full.isascii()


@given(han_names, han_names)
def test_the_keys_of_a_name_begin_those_of_a_longer_one(name, more):
    longer = pinyin_keys(name + more, surname=False)
    shorter = pinyin_keys(name, surname=False)
    assert longer.full.startswith(shorter.full)
    assert longer.initials.startswith(shorter.initials)


@given(cells, st.booleans())
def test_any_text_gives_plain_lower_case_keys(cell, surname):
    keys = pinyin_keys(tidy_text(cell)[:40], surname=surname)
    for key in (keys.full, keys.initials):
        assert set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
