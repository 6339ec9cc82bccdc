"""Which units a task of the linkage concerns."""

from typing import Any


def units_beside(organisation: Any) -> frozenset[str]:
    """Give the units that take part, or were asked to, in the tasks between equals of a unit."""
    asked = [one for one in organisation.partnerships.all() if one.state not in {"draft", "void"}]
    tasks = [*organisation.tasks.filter(kind="horizontal"), *(one.task for one in asked)]
    return frozenset().union(*(task_units(task) for task in tasks))


def task_units(task: Any) -> frozenset[str]:
    """Give the unit that sent or leads a task, and those that have heard of their part in it."""
    parts = [one for one in task.assignments.all() if one.state != "draft"]
    partners = [one for one in task.partners.all() if one.state not in {"draft", "void"}]
    return frozenset({task.lineage, *(one.lineage for one in (*parts, *partners))})
