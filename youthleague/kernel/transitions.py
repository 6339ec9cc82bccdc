"""State machines as one table of transitions each."""

from collections.abc import Iterable
from dataclasses import dataclass


class IllegalTransition(ValueError):  # noqa: N818 - named after what happened
    """An action that the state does not allow."""


@dataclass(frozen=True)
class Transition:
    """An action, the states it may start from, the state it leads to, and its Chinese title."""

    action: str
    sources: tuple[str, ...]
    target: str
    title: str


class TransitionTable:
    """Every transition of one kind of record; a state and an action lead to one target."""

    def __init__(self, transitions: Iterable[Transition]) -> None:
        self.transitions = tuple(transitions)
        self._targets: dict[tuple[str, str], str] = {}
        for transition in self.transitions:
            self._add(transition)
        self.states = frozenset(state for state, _action in self._targets) | frozenset(self._targets.values())
        self.final_states = self.states - {state for state, _action in self._targets}

    def _add(self, transition: Transition) -> None:
        for source in transition.sources:
            if (source, transition.action) in self._targets:
                raise ValueError(f"two transitions {transition.action!r} from {source!r}")
            self._targets[source, transition.action] = transition.target

    def may(self, state: str, action: str) -> bool:
        """Tell whether an action is open to a state."""
        return (state, action) in self._targets

    def target(self, state: str, action: str) -> str:
        """Give the state that the action leads to; raise IllegalTransition when it is not allowed."""
        try:
            return self._targets[state, action]
        except KeyError:
            raise IllegalTransition(f"no transition {action!r} from {state!r}") from None

    def actions_from(self, state: str) -> tuple[Transition, ...]:
        """List the transitions open to a state, in the order of the table."""
        return tuple(transition for transition in self.transitions if state in transition.sources)
