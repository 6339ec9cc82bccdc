"""A task between equals as it stands: who was asked, and how they answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from linkage.choices import PartnerState
from linkage.models import LinkageTask, TaskPartner
from orgs.access import Scope


@dataclass(frozen=True, slots=True)
class JointStanding:
    """The partners of a task that a scope sees, those whose invitation was withdrawn left out."""

    partners: tuple[TaskPartner, ...]

    def of(self, *states: PartnerState) -> Sequence[TaskPartner]:
        """Give the partners that answered so."""
        return [one for one in self.partners if one.state in states]

    @property
    def accepted(self) -> Sequence[TaskPartner]:
        """Give those that take part."""
        return self.of(PartnerState.ACCEPTED)

    @property
    def waiting(self) -> Sequence[TaskPartner]:
        """Give those that have not answered."""
        return self.of(PartnerState.INVITED)


def joint_standing(task: LinkageTask, scope: Scope) -> JointStanding:
    """Give how a task stands, in one query."""
    rows = TaskPartner.objects.visible_to(scope).filter(task=task).exclude(state=PartnerState.VOID)
    return JointStanding(tuple(rows.select_related("organisation")))
