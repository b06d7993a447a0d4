"""A type of objects that jobs act upon, and its names."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from inventory.access import visible_rows
from inventory.live.api import RESOURCES, Resource
from inventory.models.source import SourceResource
from inventory.types import MeaningfulEnum

WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class TargetType:
    """The objects of a listed resource. ``noun``: what messages call one of them.

    ``tags``: the field of their records that has the tags, as pairs of key and value.
    """

    resource: SourceResource
    noun: str
    tags: str = "tags"

    @property
    def type_name(self) -> str:
        """The name of its GraphQL type and of its model; a global id contains it."""
        return self._resource.model.__name__

    @property
    def prefix(self) -> str:
        """The beginning of its operations' names: ``virtual_machine.``."""
        return f"{WORD_START.sub('_', self.type_name).lower()}."

    @property
    def removed(self) -> str:
        """The state of an object that was removed through the gateway."""
        return self._resource.observed.removed

    def visible(self, user: Any) -> QuerySet[Any]:
        """The stored objects that ``user`` may see."""
        return visible_rows(self._resource.model, user)

    def in_state(self, state: MeaningfulEnum) -> str:
        """A sentence with the state of one of them."""
        return f"The {self.noun} is {state.value.lower()}."

    @property
    def _resource(self) -> Resource:
        return RESOURCES[self.resource]
