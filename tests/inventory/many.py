"""The derived mutations that apply a declared change to many objects."""

from typing import NamedTuple

from graphene.utils.str_converters import to_camel_case

from inventory.operations.actions import ACTIONS, Change
from inventory.schema.actions import mutation_name


class Many(NamedTuple):
    """``type_name``: of the mutation, as ``StopVirtualMachines``."""

    change: Change
    type_name: str

    @property
    def field(self):
        return _lowered(self.type_name)

    @property
    def input(self):
        return f"{self.type_name}Input"

    @property
    def of(self):
        """The GraphQL type of its objects."""
        return self.change.target_type.type_name


def field_of(action):
    """The mutation that does it to one object, as ``stopVirtualMachine``."""
    return _lowered(mutation_name(action.name, action.target_type.type_name))


def _lowered(name):
    return name[0].lower() + name[1:]


def _many():
    for change in ACTIONS:
        if getattr(change, "bulk", ""):
            plural = to_camel_case(f"_{change.target_type.resource}")
            yield Many(change, mutation_name(change.name, plural))


MANY = list(_many())
