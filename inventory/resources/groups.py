"""The groups and sums of a resource's aggregate, derived from its declaration."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from django.db.models import BooleanField, DateTimeField

from inventory.resources.base import STATE, Filter, How, Resource

CREATED = "created_at"
MONTH = "created_month"


class By(StrEnum):
    """How the value of a group is made of a row."""

    PROVIDER = "PROVIDER"  # the row's provider
    KIND = "KIND"  # the kind of its provider
    TEXT = "TEXT"  # the column
    FLAG = "FLAG"  # the column: true or false
    ENTRY = "ENTRY"  # the cloud's own id of an entry of the catalogue
    MONTH = "MONTH"  # the year and the month of the column's time, in UTC


class GroupField(NamedTuple):
    """``column``: of the row. ``label``: the column that has an entry's name; empty: none.
    ``of``: the type of an entry that the catalogue has; empty: it has none.
    """

    by: By
    description: str
    column: str = ""
    label: str = ""
    of: str = ""


def group_fields(resource: Resource) -> Mapping[str, GroupField]:
    """By their names in snake case, in the order of the API."""
    return dict(_group_fields(resource))


def _group_fields(resource: Resource) -> Iterator[tuple[str, GroupField]]:
    yield "provider", GroupField(By.PROVIDER, "By provider: value is its id, label its name.")
    yield "kind", GroupField(By.KIND, "By kind of provider, for example aws.")
    yield "region", GroupField(By.TEXT, "By region.", "region")
    if resource.states is not None:
        yield STATE, GroupField(By.TEXT, "By state.", STATE)
    for name, fact in resource.facts.items():
        if fact.entry is not None:
            named = fact.entry.columns.get("name", "")
            of = fact.type if fact.entry.stored else ""
            description = f"By {name}: value is the cloud's own id, label its name."
            yield name, GroupField(By.ENTRY, description, f"{name}_id", named, of)
        elif fact.group:
            flag = isinstance(resource.columns.get(name), BooleanField)
            noun = name.replace("_", " ")
            description = f"By {noun}: true or false." if flag else f"By {noun}."
            yield name, GroupField(By.FLAG if flag else By.TEXT, description, name)
    if isinstance(resource.columns.get(CREATED), DateTimeField):
        yield (
            MONTH,
            GroupField(By.MONTH, "By the month of createdAt in UTC, for example 2026-05.", CREATED),
        )


def sums(resource: Resource) -> tuple[str, ...]:
    """The facts whose columns are summed up."""
    return tuple(name for name, fact in resource.facts.items() if fact.measure)


def tag_filter(resource: Resource) -> tuple[str, Filter] | None:
    """The filter by pairs, whose keys an aggregate groups by, and the column that has the pairs."""
    for name, one in resource.filters.items():
        if one.how is How.PAIRS:
            return one.column or name, one
    return None
