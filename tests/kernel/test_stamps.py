"""The stamp of an exported row as text, and the digest of what was written."""

import pytest

from youthleague.kernel.stamps import Stamp, digest_of, read_stamp

STAMP = Stamp("cadres", 12, (3, 41), "0123456789abcdef")


def test_a_stamp_is_read_as_it_was_written():
    assert str(STAMP) == "cadres.12.3-41.0123456789abcdef"
    assert read_stamp(str(STAMP)) == STAMP


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cadres",
        "cadres.12.3-41",
        "cadres.12..0123456789abcdef",
        "cadres.-1.3.0123456789abcdef",
        "cadres.12.3-.0123456789abcdef",
        "cadres.12.3.0123456789abcdeg",
        "cadres.\uff11\uff12.3.0123456789abcdef",
        " cadres.12.3.0123456789abcdef",
        "cadres.9999999999999999999.3.0123456789abcdef",
    ],
)
def test_anything_else_is_no_stamp(text):
    assert read_stamp(text) is None


def test_the_digest_tells_every_text_and_its_column_but_not_blanks_and_order():
    texts = {"name": "张三", "phone": "199****0001", "remark": ""}
    digest = digest_of(texts)
    assert len(digest) == 16
    assert digest_of({"phone": "199****0001", "name": "张三"}) == digest
    others = [{"name": "张三"}, texts | {"remark": "无"}, {"name": "199****0001", "phone": "张三"}]
    assert digest not in map(digest_of, others)
