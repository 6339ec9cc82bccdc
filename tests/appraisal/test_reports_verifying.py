"""Verifying what was locked: a byte that is flipped anywhere is named, and nothing else is."""

import re
from contextlib import contextmanager
from random import Random
from shutil import copy

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from appraisal.models import AppraisalCycle, Seal, SealedCard
from appraisal.models.locking import BY_LABEL, OF_PERSON, PERSON
from appraisal.reports.seals import last_check
from appraisal.reports.verifying import card_faults, seal_reports, unlogged
from appraisal.services.sealing import ask_reopening, confirm_reopening, seal_year
from appraisal.tasks import verify_locks
from tests.appraisal.conftest import NOON
from tests.appraisal.seals import locked
from tests.audit_flush import lifted
from tests.factories import make_user
from youthleague.protection.keyfile import add_keys

pytestmark = pytest.mark.django_db
FLIPS = 200
OF_A_CARD = [one.model for one in (PERSON, *OF_PERSON)]
KEPT = {one.model: one.columns for one in BY_LABEL.values()} | {
    model: [one.attname for one in model._meta.concrete_fields] for model in (Seal, SealedCard)
}


@pytest.fixture
def seal(cycle, leader, staff):
    """Lock the year."""
    return locked(cycle, leader, staff)


@pytest.fixture
def unguarded(seal):
    """Take the triggers away, as somebody with all rights on the database could."""
    with lifted(connection):
        yield


def faults():
    return [one.sentence for report in seal_reports() for one in report.faults] + [one.sentence for one in unlogged()]


def execute(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone() if cursor.description else None


def flipped(text, position):
    return text[:position] + chr(ord(text[position]) ^ 1) + text[position + 1 :]


class UnchangedError(Exception):
    """The column does not take the byte, or means the same with it: any sign may stand between a day and its hour."""


def separates_day_and_hour(text):
    return re.fullmatch(r"\d{4}-\d\d-\d\d[^ ]\d\d:\d\d:\d\d", text) is not None


@contextmanager
def written(table, key, column, text):
    """Write a text into a column for a while, whatever type it has."""
    with transaction.atomic():
        try:
            with transaction.atomic():
                execute(f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s', text, key)  # noqa: S608
                where = int(text) if column == "id" else key
                [found] = execute(f'SELECT CAST("{column}" AS TEXT) FROM "{table}" WHERE id = %s', where)  # noqa: S608
        except (DatabaseError, ValueError, TypeError) as error:
            raise UnchangedError from error
        if found != text or separates_day_and_hour(text):
            raise UnchangedError
        yield
        transaction.set_rollback(True)


def cells():
    """List every stored value that is locked: model, key, column, text."""
    found = []
    for model, columns in KEPT.items():
        table = model._meta.db_table
        for key in model.objects.order_by("pk").values_list("pk", flat=True):
            for column in columns:
                [text] = execute(f'SELECT CAST("{column}" AS TEXT) FROM "{table}" WHERE id = %s', key)  # noqa: S608
                if text:
                    found.append((model, key, column, text))
    return found


def cards_of(model, key):
    """Say in which card a row must be named; none for what belongs to the year."""
    if model is SealedCard:
        return f"第{SealedCard.objects.get(pk=key).number}张"
    if model not in OF_A_CARD:
        return "2026年度第1版"
    person = key if model is PERSON.model else model.objects.get(pk=key).participant_id
    return f"第{SealedCard.objects.get(participant=person).number}张"


def test_what_was_locked_agrees(seal):
    [report] = seal_reports()
    assert (report.title, report.cards, report.is_sound, unlogged()) == ("2026年度第1版", 3, True, [])


def test_two_hundred_flipped_bytes_are_named(seal, unguarded):
    random, everything, named = Random(2026), cells(), 0
    by_model = {model: [one for one in everything if one[0] is model] for model in KEPT}
    assert all(by_model.values())
    while named < FLIPS:
        model, key, column, text = random.choice(by_model[random.choice(list(KEPT))])
        told = cards_of(model, key)
        try:
            with written(model._meta.db_table, key, column, flipped(text, random.randrange(len(text)))):
                found = faults()
                assert [one for one in found if told in one], (model, key, column, text)
                cards = set(re.findall(r"第\d+张", "".join(found)))
                assert len(cards) <= 1 or column in {"id", "participant_id", "seal_id"}, (model, column, found)
                named += 1
        except UnchangedError:
            continue
    assert (named, faults()) == (FLIPS, [])


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("total", "“总分”一栏被改动"),
        ("grade", "“等次”一栏被改动"),
        ("code", "“核验码”一栏被改动"),
        ("mark", "签名被改动"),
        ("previous_mark", "“前一签名”一栏被改动"),
    ],
)
def test_the_column_of_a_card_is_named(seal, unguarded, column, told):
    card = seal.cards.get(number=2)
    text = str(getattr(card, column))
    with written("appraisal_sealedcard", card.pk, column, flipped(text, len(text) - 1)):
        [sentence] = faults()
        assert "第1版第2张" in sentence
        assert told in sentence


def test_the_place_in_the_content_is_named(seal, unguarded):
    card = seal.cards.get(number=2)
    position = card.content.index('"mark":') + 8
    with written("appraisal_sealedcard", card.pk, "content", flipped(card.content, position)):
        [sentence] = faults()
        assert f"从第 {position + 1} 个字符起被改动" in sentence


def test_a_mark_that_is_changed_added_or_taken_away_is_named(seal, unguarded):
    person = seal.cards.get(number=3).participant
    mark = person.period_marks.order_by("pk").first()
    for statement in (
        f"UPDATE appraisal_periodmark SET mark = 1 WHERE id = {mark.pk}",  # noqa: S608
        f"DELETE FROM appraisal_periodmark WHERE id = {mark.pk}",  # noqa: S608
    ):
        with transaction.atomic():
            execute(statement)
            [sentence] = faults()
            assert "第3张" in sentence
            assert f"日常评分（编号 {mark.pk}）" in sentence
            transaction.set_rollback(True)


def test_cards_that_are_gone_and_the_head_are_named(seal, unguarded):
    for number in (1, 2, 3):
        with transaction.atomic():
            seal.cards.filter(number=number).delete()
            found = faults()
            assert any(f"第{number}张：这张成绩单不见了" in one for one in found)
            transaction.set_rollback(True)


def test_a_lock_that_is_taken_away_whole_is_missed_by_the_log(seal, unguarded):
    with transaction.atomic():
        seal.cards.all().delete()
        seal.delete()
        assert faults() == ["2026年度第1版：与审计记录中的末张签名不同，或者整版不见了。"]
        transaction.set_rollback(True)


def test_a_reopened_lock_still_agrees_though_the_year_goes_on(seal, leader, district):
    asked = ask_reopening(seal=seal, reason="票数有误", by=leader, at=NOON)
    assert faults() == []
    confirm_reopening(seal=asked, by=make_user("leader", district.top), at=NOON)
    seal.cycle.options.update(value=1)
    assert faults() == []
    seal.cycle.__class__.objects.filter(pk=seal.cycle_id).update(state="decision")
    seal_year(cycle=seal.cycle, minutes_number="纪要乙", by=leader, at=NOON)
    assert [(one.title, one.is_sound) for one in seal_reports()] == [("2026年度第1版", True), ("2026年度第2版", True)]


def test_a_reopening_by_hand_is_named(seal, unguarded, leader, district):
    second = make_user("leader", district.top)
    asked = {"reason": "改", "asked_by": leader, "asked_at": NOON, "confirmed_by": second, "confirmed_at": NOON}
    Seal.objects.update(state="reopened", **asked)
    assert faults() == ["2026年度第1版：重开的记录（状态、理由、提出和确认）被改动。"]


def test_one_card_is_checked_with_its_year_and_rows(seal, unguarded):
    first, second, third = seal.cards.order_by("number")
    assert [card_faults(one) for one in (first, second, third)] == [[], [], []]
    second.participant.remarks.update(text="改过的评语")
    assert [len(card_faults(one)) for one in (first, second, third)] == [0, 1, 0]
    seal.cycle.bands.filter(grade=1).update(floor=1)
    assert [len(card_faults(one)) for one in (first, second, third)] == [1, 2, 1]


def test_marks_name_their_key_and_outlive_a_change_of_keys(seal, leader, district, settings, tmp_path):
    copy(settings.KEY_FILE, tmp_path / "keys.json")
    settings.KEY_FILE = tmp_path / "keys.json"
    add_keys(settings.KEY_FILE, ["audit"], "sm4gcm-hmacsm3", NOON)
    assert faults() == []
    asked = ask_reopening(seal=seal, reason="票数有误", by=leader, at=NOON)
    confirm_reopening(seal=asked, by=make_user("leader", district.top), at=NOON)
    AppraisalCycle.objects.update(state="decision")
    again = seal_year(cycle=seal.cycle, minutes_number="纪要乙", by=leader, at=NOON)
    assert (seal.head_mark[:3], again.head_mark[:3]) == ("k1:", "k2:")
    assert faults() == []


def test_every_night_every_lock_is_checked_and_noted(seal):
    verify_locks()
    event = last_check(seal.cycle)
    assert (event.actor_name, event.facts) == ("系统", {"people": 3, "rows": 0, "codes": []})


# ---- the command ----------------------------------------------------------------------
def test_the_command_says_that_all_agrees(seal, capsys):
    call_command("verify_scorecards", "2026")
    assert capsys.readouterr().out == "2026年度第1版：3 张成绩单，与系统一致。\n"


def test_the_command_without_locks_says_so(cycle, capsys):
    call_command("verify_scorecards")
    assert capsys.readouterr().out == "还没有锁定的年度。\n"


def test_the_command_names_the_place_and_fails(seal, unguarded, capsys):
    SealedCard.objects.filter(number=2).update(total=1)
    with pytest.raises(CommandError, match=r"第2张.*“总分”一栏被改动") as caught:
        call_command("verify_scorecards")
    assert caught.value.returncode == 1
    assert "不一致，1 处" in capsys.readouterr().out


def test_the_command_knows_no_year_that_was_not_locked(seal):
    with pytest.raises(CommandError, match="没有锁定过") as caught:
        call_command("verify_scorecards", "2031")
    assert caught.value.returncode == 2
