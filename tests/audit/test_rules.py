"""Facts, the canonical form and the walk along a chain, without a database."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youthleague.audit.rules import (
    CLOCK_TOLERANCE,
    SENTENCES,
    Anchor,
    Keys,
    Link,
    anchor_faults,
    anchor_line,
    canonical,
    chain_faults,
    fault_in_facts,
    finding,
    has_personal_value,
    hide_personal_values,
    read_anchor_line,
)

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
IDENTITY = "990101199001010015"


def full_width(digits):
    """Write digits as an input method in full-width mode does."""
    return "".join(chr(ord("\uff10") + int(digit)) for digit in digits)


@pytest.mark.parametrize(
    "text",
    [
        IDENTITY,
        "99010119900101001X",
        "99010119900101001x",
        f"证件{IDENTITY}号",
        full_width(IDENTITY),
        "19900000001",
        "电话19900000001。",
        "199 0000 0001",
        "199-0000-0001",
        "+8619900000001",
        "8619900000001",
        "+86 19900000001",
        full_width("19900000001"),
    ],
)
def test_numbers_of_people_are_recognised(text):
    assert has_personal_value(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "roster.xlsx",
        "1990000000",
        "12900000001",
        "199000000012",
        "1763900000000",
        "2026-11-23T14:00:00+08:00",
        "12345678901234567",
        f"{IDENTITY}1",
        "990*************15",
        "199****0001",
        "a13900000000b" + "0" * 20,
        hashlib.sha256(b"file").hexdigest(),
        "sheets.ImportBatch:0f8fad5b-d9cb-469f-a165-70867728950e",
    ],
)
def test_other_values_are_not(text):
    assert not has_personal_value(text)


def test_hiding_leaves_everything_else():
    assert hide_personal_values("账号19900000001登录") == "账号＊＊＊登录"
    assert hide_personal_values("示范　干事") == "示范　干事"


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"rows": 3, "reason": "民主推荐", "complete": False, "note": None},
        {"columns": ["name", 1, True, None], "codes": ("a", "b"), "empty": []},
        {"sha256": hashlib.sha256(b"file").hexdigest(), "large": 2**70},
    ],
)
def test_plain_facts_are_accepted(facts):
    assert fault_in_facts(facts) is None


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (1.5, "类型 float"),
        ({"a": 1}, "类型 dict"),
        ([["nested"]], "类型 list"),
        (NOON, "类型 datetime"),
        (b"bytes", "类型 bytes"),
        (IDENTITY, "身份证号"),
        (int(IDENTITY), "身份证号"),
        (19900000001, "手机号"),
        (["19900000001"], "手机号"),
        (("ok", IDENTITY), "身份证号"),
        ("a\0b", "存不下的字符"),
        ("\ud800", "存不下的字符"),
    ],
)
def test_other_facts_are_named_and_never_repeated(value, sentence):
    fault = fault_in_facts({"rows": 1, "value": value})
    assert sentence in fault
    assert "value" in fault
    assert not has_personal_value(fault)


def test_a_fact_may_not_be_named_after_somebody():
    assert not has_personal_value(fault_in_facts({"19900000001": 1}))


def test_the_canonical_form_depends_on_the_values_alone():
    beijing = timezone(timedelta(hours=8))
    one = canonical({"b": [1, None, True], "a": "甲", "at": NOON})
    same = canonical({"at": NOON.astimezone(beijing), "a": "甲", "b": [1, None, True]})
    assert one == same == '{"a":"\\u7532","at":"2026-03-02T04:00:00.000000+00:00","b":[1,null,true]}'


@given(facts=st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())))
def test_the_canonical_form_survives_storage(facts):
    assert canonical(json.loads(canonical(facts))) == canonical(facts)


def test_values_without_a_canonical_form_are_refused():
    with pytest.raises(TypeError, match="set"):
        canonical({"facts": {1}})


def links(count=5):
    return [
        Link(number, NOON + timedelta(minutes=number), f"mac{number - 1}" if number > 1 else "", f"mac{number}", "body")
        for number in range(1, count + 1)
    ]


def faults(chain, bad=(), ranks=None):
    keys = Keys(is_genuine=lambda _, mac: mac not in bad, rank_of=lambda mac: ranks[mac] if ranks else 0)
    found = chain_faults(chain, keys=keys)
    return [(fault.code, fault.params["seq"]) for fault in found]


def changed(position, **values):
    chain = links()
    old = chain[position]
    kept = {name: getattr(old, name) for name in ("seq", "at", "previous", "mac", "body")}
    chain[position] = Link(**{**kept, **values})
    return chain


def test_a_sound_chain_has_no_faults():
    assert faults(links()) == []
    assert faults([]) == []


def test_every_bad_place_is_named():
    assert faults(links(), bad={"mac2", "mac4"}) == [("audit.altered", 2), ("audit.altered", 4)]


def test_a_row_that_cannot_be_read_is_altered():
    assert faults(changed(2, body="", at=None)) == [("audit.altered", 3)]


def test_a_hole_names_the_first_that_is_missing():
    chain = links()
    assert faults([*chain[:2], chain[4]]) == [("audit.gap", 3)]
    assert faults(chain[2:]) == [("audit.gap", 1)]


def test_a_number_out_of_the_row_is_an_insertion():
    assert faults([Link(0, NOON, "", "mac0", "body"), *links()]) == [("audit.inserted", 0)]
    assert faults([Link(-3, NOON, "", "mac0", "body"), *links()]) == [("audit.inserted", -3)]


def test_a_genuine_event_in_the_wrong_place_does_not_link():
    assert faults(changed(3, previous="mac9")) == [("audit.unlinked", 4)]
    assert faults(changed(0, previous="mac9")) == [("audit.unlinked", 1)]


def test_keys_only_move_on():
    moved_on = {"": -1, "mac1": 0, "mac2": 0, "mac3": 1, "mac4": 1, "mac5": 1}
    assert faults(links(), ranks=moved_on) == []
    assert faults(links(), ranks={**moved_on, "mac4": 0}) == [("audit.old_key", 4)]


def test_a_clock_set_back_shows_beyond_the_tolerance():
    third = NOON + timedelta(minutes=3)
    assert faults(changed(3, at=third - CLOCK_TOLERANCE)) == []
    assert faults(changed(3, at=third - CLOCK_TOLERANCE - timedelta(seconds=1))) == [("audit.clock", 4)]


def test_anchors_find_what_was_cut_or_rewritten():
    macs = {2: "mac2", 5: "mac5"}
    assert list(anchor_faults([Anchor(0, ""), Anchor(2, "mac2"), Anchor(5, "mac5")], macs, last_seq=5)) == []
    found = list(anchor_faults([Anchor(2, "other"), Anchor(4, "mac4"), Anchor(9, "mac9")], macs, last_seq=5))
    assert [(fault.code, fault.params["seq"]) for fault in found] == [
        ("audit.differs", 2),
        ("audit.differs", 4),
        ("audit.tail_cut", 6),
    ]


def test_an_anchor_line_reads_back():
    assert anchor_line(Anchor(12, "k1:ab"), NOON) == "2026-03-02T04:00:00+00:00 12 k1:ab\n"
    assert read_anchor_line(anchor_line(Anchor(12, "k1:ab"), NOON)) == Anchor(12, "k1:ab")


@pytest.mark.parametrize("line", ["", "2026-03-02", "day twelve k1:ab", "day -3 k1:ab", "day ² k1:ab", "a 1 b c"])
def test_other_lines_are_no_anchors(line):
    assert read_anchor_line(line) is None


@pytest.mark.parametrize("code", SENTENCES)
def test_every_finding_names_its_event_in_a_sentence(code):
    sentence = finding(code, 42).sentence
    assert "42" in sentence
    assert sentence.endswith("。")
