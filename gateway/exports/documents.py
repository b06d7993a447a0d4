"""The GraphQL operation of an export, its rows as they come, and the sources of its values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphene.utils.str_converters import to_camel_case, to_snake_case

from gateway.core.errors import InvalidInput
from gateway.exports.columns import (
    Column,
    Selection,
    leaf_paths,
    list_columns,
    measure_columns,
    text_of,
)
from gateway.exports.names import Exportable
from inventory.models.source import SourceResource
from inventory.resources import Resource, resource_of_type
from inventory.resources.groups import By, group_fields

ALIAS = "export"
PROVIDER = "Provider"
# The fields of a provider that the validator knows.
OF_PROVIDER = frozenset({"id", "name"})
# Keys of groups whose label differs from their value.
LABELED = frozenset({By.PROVIDER, By.KIND, By.ENTRY})


@dataclass(frozen=True, slots=True)
class GroupColumn:
    """A key of groupBy. ``labeled``: it has a column for its label, too."""

    name: str
    labeled: bool
    of: str = ""

    @property
    def columns(self) -> list[Column]:
        label = f"{self.name}.label"
        named = [Column(self.name, (self.name,))]
        return [*named, Column(label, (label,))] if self.labeled else named


@dataclass(frozen=True, slots=True)
class Document:
    """``text``: the operation. ``columns``: of its rows. ``resources``: whose sources the values
    come from; None: they come from elsewhere, too. ``keys``: of an aggregate.
    """

    text: str
    columns: Sequence[Column]
    resources: frozenset[str] | None
    keys: Sequence[GroupColumn] = ()

    def rows(self, data: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The rows of an answer."""
        found = data[ALIAS]
        if "nodes" in found:
            return list(found["nodes"])
        return [self._group(one) for one in found["groups"]] if self.keys else [found["totals"]]

    def _group(self, group: Mapping[str, Any]) -> dict[str, Any]:
        row: dict[str, Any] = {}
        for column, key in zip(self.keys, group["keys"], strict=True):
            row[column.name] = key["value"]
            if column.labeled:
                row[f"{column.name}.label"] = key["label"]
        row.update(group["measures"])
        return row


def document_of(
    what: Exportable, variables: Mapping[str, Any], names: Sequence[str] | None
) -> Document:
    """``names``: the fields that are asked for; None: the usual ones. Raises InvalidInput."""
    if what.is_aggregate:
        return _of_aggregate(what, variables, names)
    columns, selection = list_columns(what, names)
    text = _operation(what, variables, f"nodes {{ {text_of(selection)} }}", after=True)
    return Document(text, columns, _resources(what.resource, selection))


def _of_aggregate(
    what: Exportable, variables: Mapping[str, Any], names: Sequence[str] | None
) -> Document:
    measures = measure_columns(what, names)
    selected = " ".join(one.name for one in measures)
    keys = [*_keys(what.resource, variables.get("groupBy"))]
    if len({one.name for one in keys}) < len(keys):
        raise InvalidInput("groupBy has a key twice.", field="groupBy")
    part = f"groups {{ keys {{ value label }} measures {{ {selected} }} }}"
    text = _operation(what, variables, part if keys else f"totals {{ {selected} }}")
    columns = [column for key in keys for column in key.columns]
    catalogs = {resource_of_type(key.of).plural for key in keys if key.of}
    resources = frozenset({what.resource.plural, SourceResource.REGIONS, *catalogs})
    return Document(text, [*columns, *measures], resources, keys)


def _keys(resource: Resource, given: Any) -> Iterator[GroupColumn]:
    """A malformed key is left out here; the execution of the operation refuses it."""
    fields = group_fields(resource)
    for one in given if isinstance(given, list) else [given]:
        field, tag = (one.get("field"), one.get("tag")) if isinstance(one, dict) else (None, None)
        if isinstance(field, str) and field.lower() in fields:
            found = fields[field.lower()]
            yield GroupColumn(to_camel_case(field.lower()), found.by in LABELED, found.of)
        elif isinstance(tag, str):
            yield GroupColumn(f"tag:{tag}", labeled=False)


def _operation(
    what: Exportable, variables: Mapping[str, Any], selected: str, *, after: bool = False
) -> str:
    types = {"first": "Int", **({"after": "String"} if after else {})}
    types |= {name: of for name, of in what.arguments.items() if name in variables}
    declared = ", ".join(f"${name}: {of}" for name, of in types.items())
    given = ", ".join(f"{name}: ${name}" for name in types)
    return f"query Export({declared}) {{ {ALIAS}: {what.field}({given}) {{ {selected} }} }}"


def _resources(resource: Resource, selection: Selection) -> frozenset[str] | None:
    """The resources that have the selected values; None: some values are from elsewhere."""
    found = {resource.plural, str(SourceResource.REGIONS)}
    for path in leaf_paths(selection):
        plural = _resource_behind(resource, path)
        if plural is None:
            return None
        found.add(plural)
    return frozenset(found)


def _resource_behind(resource: Resource, path: Sequence[str]) -> str | None:
    """The resource whose rows have the value; None: it is not known to be a row's."""
    name, *inner = map(to_snake_case, path)
    if name == "id" and not inner:
        return resource.plural
    fact = resource.facts.get(name)
    if fact is None:  # the name of a machine is a field of an interface
        return resource.plural if name in resource.columns and not inner else None
    if fact.type == PROVIDER:
        return resource.plural if inner and {*inner} <= OF_PROVIDER else None
    if fact.entry is None and fact.link is None:
        return resource.plural
    return _resource_behind(resource_of_type(fact.type), inner) if inner else None
