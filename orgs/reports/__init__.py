"""Figures about organisations: how terms stand (``terms``), and who stood below whom (``trees``)."""

from orgs.reports.terms import (
    EndingTerm,
    Term,
    ending_terms,
    extensions_to_approve,
    may_approve_extension,
    standing_term,
    term_of,
)
from orgs.reports.trees import Standing, TreeOfDay, subtrees_as_of, tree_as_of, visible_as_of

__all__ = [
    "EndingTerm",
    "Standing",
    "Term",
    "TreeOfDay",
    "ending_terms",
    "extensions_to_approve",
    "may_approve_extension",
    "standing_term",
    "subtrees_as_of",
    "term_of",
    "tree_as_of",
    "visible_as_of",
]
