"""The sentences of the refusals."""

import re

import pytest

from youthleague.workbooks.refusals import SENTENCES, WorkbookRefused, refusal

PLACES = {"megabytes": 12.5, "line": 3, "sheet": "花名册", "row": 7, "column": 2, "titles": "姓名、身份证号"}


@pytest.mark.parametrize("code", SENTENCES)
def test_each_sentence_is_whole_chinese_and_filled_in(code):
    sentence = refusal(code, **PLACES).sentence
    assert sentence.endswith("。")
    assert "%(" not in sentence
    assert not re.search("[\u4e00-\u9fff][,;:!?]", sentence)


def test_no_two_codes_say_the_same():
    assert len(set(SENTENCES.values())) == len(SENTENCES)


def test_every_sentence_says_what_to_do():
    assert [code for code, sentence in SENTENCES.items() if "请" not in sentence] == []


def test_a_refusal_carries_its_code_places_and_sentence():
    refused = refusal("csv.nul", line=4)
    assert isinstance(refused, WorkbookRefused)
    assert (refused.code, refused.places, refused.peak_kb) == ("csv.nul", {"line": 4}, 0)
    assert refused.sentence.startswith("第 4 行含有空字符")
    assert refused.args == (refused.code, refused.sentence)
