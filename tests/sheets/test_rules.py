"""The state machine of a batch, and when it may be written."""

import pytest

from youthleague.sheets.choices import BatchState
from youthleague.sheets.rules import TRANSITIONS, may_apply


@pytest.mark.parametrize(
    ("errors", "writable", "only_valid", "may"),
    [
        (0, 1, False, True),
        (0, 1, True, True),
        (1, 1, False, False),
        (1, 1, True, True),
        (0, 0, False, False),
        (0, 0, True, False),
        (1, 0, True, False),
    ],
)
def test_a_batch_is_written_when_there_is_something_and_nothing_wrong_goes_with_it(errors, writable, only_valid, may):
    assert may_apply(errors=errors, writable=writable, only_valid=only_valid) is may


def test_the_table_knows_the_states_of_a_batch_and_no_others():
    assert TRANSITIONS.states == set(BatchState.values)
    assert TRANSITIONS.final_states == {"undone", "cancelled"}


def test_what_is_written_can_only_be_undone():
    assert [one.action for one in TRANSITIONS.actions_from("applied")] == ["undo"]
    assert not TRANSITIONS.may("applying", "cancel")
