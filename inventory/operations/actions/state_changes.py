"""The actions that the records of a type of object declare: see ``records.StateChange``."""

from collections.abc import Iterator
from dataclasses import fields

from inventory.operations.actions.action import Change
from inventory.operations.actions.target_type import TargetType
from inventory.providers.capability import BY_KEY
from inventory.records import CHANGES, StateChange
from inventory.resources import all_resources

OF_CAPABILITY = frozenset({"verb", "meaning"})  # what the capability says of it
COMMON = [one.name for one in fields(StateChange) if one.name not in OF_CAPABILITY]


def state_changes() -> Iterator[Change]:
    """Those of every resource, in the order in which their lists stand below a provider."""
    for resource in all_resources():
        target_type = TargetType(resource)
        for declared in CHANGES.get(resource.plural, ()):
            yield Change(
                target_type=target_type,
                capability=BY_KEY[resource.plural, declared.verb],
                **{name: getattr(declared, name) for name in COMMON},
            )
