"""What a higher app adds to the page of a lower one; the workbench collects it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Panel:
    """One panel of an organisation's or a person's page; ``build`` gives its template's context, None for no panel."""

    code: str
    title: str
    template: str
    order: int
    build: Callable[..., Mapping[str, object] | None]
