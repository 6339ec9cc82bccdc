"""Tables of transitions."""

import pytest

from youthleague.kernel.transitions import IllegalTransition, Transition, TransitionTable

SUBMIT = Transition("submit", ("draft", "returned"), "submitted", "提交")
RETURN = Transition("return", ("submitted",), "returned", "退回")
APPROVE = Transition("approve", ("submitted",), "approved", "审定")
TABLE = TransitionTable((SUBMIT, RETURN, APPROVE))


@pytest.mark.parametrize(
    ("state", "action", "allowed"),
    [("draft", "submit", True), ("returned", "submit", True), ("approved", "submit", False), ("draft", "fly", False)],
)
def test_may(state, action, allowed):
    assert TABLE.may(state, action) is allowed


def test_target_of_an_allowed_action():
    assert TABLE.target("returned", "submit") == "submitted"


def test_target_of_any_other_action_raises():
    with pytest.raises(IllegalTransition, match="approve"):
        TABLE.target("draft", "approve")


def test_actions_come_in_the_order_of_the_table():
    assert TABLE.actions_from("submitted") == (RETURN, APPROVE)
    assert TABLE.actions_from("approved") == ()


def test_states_and_final_states():
    assert TABLE.states == {"draft", "returned", "submitted", "approved"}
    assert TABLE.final_states == {"approved"}


def test_an_action_that_would_lead_two_ways_is_refused():
    with pytest.raises(ValueError, match="two transitions"):
        TransitionTable((SUBMIT, Transition("submit", ("draft",), "approved", "提交")))
