"""The base of all declared actions, whatever arguments they take."""

from dataclasses import dataclass

from inventory.operations.actions.target_type import TargetType
from inventory.providers import Capability


class ActionError(Exception):
    """An action is declared wrongly. The text names the action and the field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """``label``: of its job. ``description``: of its mutation. Raises ActionError if its parts
    contradict.
    """

    target_type: TargetType
    capability: Capability
    label: str
    description: str

    def __post_init__(self) -> None:
        if self.capability.resource != self.target_type.resource:
            raise ActionError(
                f"{self.label}: capability is {self.capability}, of {self.capability.resource}; "
                f"target_type is of {self.target_type.resource}."
            )

    @property
    def name(self) -> str:
        """Its verb."""
        return self.capability.verb

    @property
    def operation(self) -> str:
        """The name of the job's operation, as ``virtual_machine.stop``."""
        return f"{self.target_type.prefix}{self.name}"
