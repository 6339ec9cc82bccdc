"""What a person said about columns: used for the next file with the same headers, never over an exact match."""

import io

import openpyxl
import pytest

from tests.factories import NOW, make_user
from tests.rosters import NAMES, row_of, worked
from tests.sheets.downloads import uploaded_again
from youthleague.audit.models import AuditEvent
from youthleague.kernel.columns import fold_header
from youthleague.sheets.models import RememberedMapping
from youthleague.sheets.services.batches import choose_sheet, confirm_mapping
from youthleague.sheets.services.kinds import all_kinds
from youthleague.sheets.services.remembering import (
    HEADERS_KEPT,
    forget_mappings,
    has_remembered,
    keys_of,
    recalled_mapping,
)

pytestmark = pytest.mark.django_db

PLAIN = {name: all_kinds()["cadres"].column(name).title for name in NAMES}


def book_of(titles: dict[str, str], *more: str) -> bytes:
    """Write one person under headers by column name, and columns of other content."""
    book = openpyxl.Workbook()
    row = row_of(1)
    book.active.append([*titles.values(), *more])
    book.active.append([*(row[name] for name in titles), *("其他内容" for _ in more)])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def take(district, secretary):
    """Upload a file as the secretary of A."""
    return lambda content, by=None: uploaded_again(content, district.township_a, by or secretary)


@pytest.fixture
def say(secretary):
    """Confirm the columns of a batch, some of them changed by header."""

    def confirm(batch, **changes: str):
        texts = dict(batch.layout["headers"])
        mapping = {int(index): name for index, name in batch.mapping.items()}
        mapping |= {at: changes[text] for at, text in texts.items() if text in changes}
        confirm_mapping(
            batch=batch, mapping=mapping, sheet=batch.sheet_name, header_row=1, by=batch.uploaded_by, at=NOW
        )
        return worked(batch)

    return confirm


def meant(batch) -> dict[str, str]:
    """Give the columns by header."""
    return {text: batch.mapping.get(str(at), "") for at, text in batch.layout["headers"]}


ODD = {**PLAIN, "phone": "能找到人的号", "id_number": "证号"}


def test_what_was_said_is_used_for_the_next_file_with_these_headers(take, say):
    first = take(book_of(ODD, "特长"))
    assert (first.state, meant(first)["证号"]) == ("mapped", "")
    say(first, 证号="id_number", 能找到人的号="phone", 特长="remark")
    reversed_ = dict(reversed(ODD.items()))
    second = take(book_of(reversed_, "特长", "另一列"))
    assert second.state == "checked"
    assert (second.counts["new"], second.counts["error"]) == (1, 0)
    assert {text: name for text, name in meant(second).items() if text not in PLAIN.values()} == {
        "证号": "id_number",
        "能找到人的号": "phone",
        "特长": "remark",
        "另一列": "",
    }
    assert "有 3 列按您上次的对应读取" in "".join(second.layout["notes"])


def test_a_column_that_was_ignored_stays_ignored(take, say):
    say(take(book_of(PLAIN, "备注")), 备注="")
    assert meant(take(book_of(PLAIN, "备注")))["备注"] == ""


def test_it_is_for_the_person_alone(district, take, say):
    say(take(book_of(ODD)), 证号="id_number", 能找到人的号="phone")
    other = make_user("district_staff", district.top)
    batch = take(book_of(ODD), other)
    assert (batch.state, meant(batch)["证号"]) == ("mapped", "")
    assert (has_remembered(other, all_kinds()["cadres"]), batch.layout["recalled"]) == (False, {})


def test_an_exact_match_that_appeared_is_not_hidden(take, say):
    say(take(book_of(ODD)), 证号="id_number", 能找到人的号="phone")
    both = take(book_of(PLAIN, "证号"))
    assert {text: meant(both)[text] for text in ("身份证号", "证号")} == {"身份证号": "id_number", "证号": ""}


def test_going_back_to_what_was_found_is_remembered_as_nothing(take, say):
    say(take(book_of(PLAIN, "备注")), 备注="")
    say(take(book_of(PLAIN, "备注")), 备注="remark")
    assert RememberedMapping.objects.get().choices == {}
    assert meant(take(book_of(PLAIN, "备注")))["备注"] == "remark"


def test_confirming_what_was_found_remembers_nothing(take, say):
    say(take(book_of(PLAIN)))
    assert RememberedMapping.objects.count() == 0


def test_a_serial_number_that_the_form_leaves_out_is_nothing_to_remember(take, say):
    content = book_of(PLAIN, "序号", "备注")
    say(take(content), 备注="", 序号="")
    assert len(RememberedMapping.objects.get().choices) == 1
    assert meant(take(content))["序号"] == "serial"


def test_no_header_stands_in_the_database_in_plain(take, say):
    say(take(book_of(ODD)), 证号="id_number", 能找到人的号="phone")
    kept = RememberedMapping.objects.get()
    assert fold_header("能找到人的号") not in str(kept.choices)
    assert str(kept) == "2 列"


def test_looking_for_the_table_elsewhere_uses_it_again(take, say, secretary):
    say(take(book_of(ODD)), 证号="id_number", 能找到人的号="phone")
    batch = take(book_of(ODD))
    choose_sheet(batch=batch, sheet=batch.sheet_name, header_row=None, by=secretary, at=NOW)
    assert meant(worked(batch))["证号"] == "id_number"


def test_it_can_be_forgotten(take, say, secretary, district):
    say(take(book_of(ODD)), 证号="id_number", 能找到人的号="phone")
    staff = make_user("district_staff", district.top)
    say(take(book_of(ODD), staff), 证号="id_number", 能找到人的号="phone")
    kind = all_kinds()["cadres"]
    forget_mappings(kind=kind, by=secretary, at=NOW)
    forget_mappings(kind=kind, by=secretary, at=NOW)
    assert (has_remembered(secretary, kind), has_remembered(staff, kind)) == (False, True)
    assert take(book_of(ODD)).state == "mapped"
    assert AuditEvent.objects.filter(action="sheet.forget-map").count() == 1


def test_only_so_many_headers_are_kept(take, say):
    say(take(book_of(ODD)), 证号="id_number", 能找到人的号="phone")
    kept = RememberedMapping.objects.get()
    kept.choices = {f"k{number}": ["remark", ""] for number in range(HEADERS_KEPT)}
    kept.save()
    say(take(book_of(ODD)), 证号="id_number", 能找到人的号="phone")
    kept.refresh_from_db()
    assert len(kept.choices) == HEADERS_KEPT
    assert set(keys_of({0: "证号", 1: "能找到人的号"}).values()) <= kept.choices.keys()


def test_equal_headers_are_told_apart_and_clashes_let_go(secretary):
    keys = keys_of({0: "时间", 1: "时 间", 2: "姓名"})
    assert len(set(keys.values())) == 3
    kind = all_kinds()["cadres"]
    said = {keys[0]: ["phone", ""], keys[1]: ["phone", ""], keys[2]: ["gone", "name"]}
    RememberedMapping.objects.create(user=secretary, kind="cadres", choices=said, remembered_at=NOW)
    headers = {0: "时间", 1: "时间", 2: "姓名"}
    assert recalled_mapping(user=secretary, kind=kind, headers=headers, found={2: "name"}) == {0: "phone"}
    moved = {keys[0]: ["name", "phone"], keys[2]: ["remark", "name"]}
    RememberedMapping.objects.update(choices=moved)
    found = {0: "phone", 2: "name"}
    assert recalled_mapping(user=secretary, kind=kind, headers=headers, found=found) == {0: "name", 2: "remark"}
    taken = found | {1: "remark"}
    assert recalled_mapping(user=secretary, kind=kind, headers=headers, found=taken) == {}


def test_the_page_says_so_and_forgets(portal, take, say, secretary):
    say(take(book_of(ODD)), 证号="id_number", 能找到人的号="phone")
    batch = take(book_of(ODD))
    address = f"/sheets/batches/{batch.pk}/columns/"
    assert portal.get(address).content.decode().count("按您上次的对应</p>") == 2
    page = portal.post(f"{address}forget/", follow=True)
    assert "已忘记您以前改过的对应" in page.content.decode()
    assert "忘记以前的对应" not in page.content.decode()
    assert not has_remembered(secretary, all_kinds()["cadres"])
    batch.refresh_from_db()
    assert meant(batch)["证号"] == "id_number"


def test_the_memory_of_another_person_is_not_forgotten(signed_in, district, take, say, secretary):
    batch = say(take(book_of(ODD)), 证号="id_number", 能找到人的号="phone")
    other = signed_in(make_user("district_staff", district.top))
    assert other.post(f"/sheets/batches/{batch.pk}/columns/forget/").status_code == 404
    assert has_remembered(secretary, all_kinds()["cadres"])
