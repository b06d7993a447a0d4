"""A type of objects that jobs act upon: the facts of its resource that operations need."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from inventory.access import visible_rows
from inventory.live.api import RESOURCES
from inventory.resources import Resource

WORD_START = re.compile(r"(?<!^)(?=[A-Z])")
TAGS = "Tag"  # the GraphQL type of the fact that holds an object's tags


def in_words(state: str) -> str:
    """A state in a sentence: ``IN_USE`` is "in use"."""
    return str(state).lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class TargetType:
    """The objects of a declared resource that outlives its listings."""

    declared: Resource

    @property
    def resource(self) -> str:
        """Its name for sources, as ``virtual_machines``."""
        return self.declared.plural

    @property
    def noun(self) -> str:
        """The word for one of them in messages."""
        return self.declared.nouns[0]

    @property
    def type_name(self) -> str:
        """The name of its GraphQL type and of its model; a global id contains it."""
        return self.declared.type_name

    @property
    def prefix(self) -> str:
        """The beginning of its operations' names, as ``virtual_machine.``."""
        return f"{WORD_START.sub('_', self.type_name).lower()}."

    @property
    def tags(self) -> str:
        """The field of their records that has the tags, as pairs of key and value."""
        return next(name for name, fact in self.declared.facts.items() if fact.type == TAGS)

    @property
    def removed(self) -> str:
        """The state of an object that was removed through the gateway."""
        return RESOURCES[self.resource].observed.removed

    def visible(self, user: Any) -> QuerySet[Any]:
        """The stored objects that ``user`` may see."""
        return visible_rows(self.declared.model, user)

    def in_state(self, state: str) -> str:
        """A sentence with the state of one of them."""
        return f"The {self.noun} is {in_words(state)}."

    def refusal(self, state: str, why: str) -> str:
        """A sentence with the state of one of them, and what it forbids."""
        return f"The {self.noun} is {in_words(state)}; {why}."
