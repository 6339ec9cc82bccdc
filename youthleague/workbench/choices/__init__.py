"""The Chinese words for what the audit log keeps as codes; a test finds the action that has none."""

from youthleague.workbench.choices.actions import ACTION_TITLES, PERMISSION_VERBS
from youthleague.workbench.choices.words import FACT_TITLES, FACT_WORDS, KEY_FACTS, REFUSAL_WORDS, SUBJECT_NAMES

__all__ = [
    "ACTION_TITLES",
    "FACT_TITLES",
    "FACT_WORDS",
    "KEY_FACTS",
    "PERMISSION_VERBS",
    "REFUSAL_WORDS",
    "SUBJECT_NAMES",
]
