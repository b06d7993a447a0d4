"""The object type of a resource, and the enum of its states.

A field follows from its Fact and its column: the type of a column without a ``type`` of its own is
that of its Django field, a JSON column is a list, and a column that is never null is required. A
field whose Fact has neither ``read`` nor a JSON column with parts is Graphene's default attribute,
for which the compiled executor calls nothing; all others are pure resolvers.
"""

from collections.abc import Callable
from functools import cache, partial
from operator import attrgetter
from typing import Any

import graphene
from django.db import models

from gateway.core.graphql.enums import described_enum
from gateway.core.graphql.nodes import Node
from gateway.core.graphql.pure import pure
from gateway.core.ids import global_id
from inventory.resources import Resource, links_to, resource_of_type
from inventory.resources.base import STATE, Fact
from inventory.resources.checks import DeclarationError, require_sound
from inventory.schema.table.any_resource import AnyResource, undeclared_fields
from inventory.schema.table.links import MOST_LINKED, linked_row, linked_rows, linking_rows
from inventory.schema.table.named_types import INTERFACES, OTHERS, PARTS, SCALARS, known_types
from inventory.selectors.catalog import CatalogLookup

# The scalar of a column; the first class that it is an instance of.
OF_COLUMNS: "tuple[tuple[type[models.Field[Any, Any]], str], ...]" = (
    (models.BooleanField, "Boolean"),
    (models.DateTimeField, "DateTime"),
    (models.DateField, "Date"),
    (models.BigIntegerField, "Float"),
    (models.PositiveBigIntegerField, "Float"),
    (models.IntegerField, "Int"),
    (models.DecimalField, "Float"),
    (models.FloatField, "Float"),
    (models.CharField, "String"),
    (models.TextField, "String"),
    (models.JSONField, "String"),
)


@cache
def state_enum(resource: Resource) -> Any:
    """Raises TypeError for a resource without states."""
    if resource.states is None:
        raise TypeError(f"{resource.type_name} has no states.")
    return described_enum(
        resource.states,
        name=f"{resource.type_name}State",
        description=" ".join((resource.states.__doc__ or "").split()),
    )


@cache
def object_type(resource: Resource) -> Any:
    """Raises DeclarationError. Graphene makes one class of a name: it is derived once."""
    require_sound(resource)
    attributes: dict[str, Any] = {
        "__doc__": resource.description,
        "Meta": type("Meta", (), {"interfaces": interfaces_of(resource)}),
        "resolve_id": staticmethod(pure(partial(_id_of, resource.type_name))),
    }
    for name, fact in resource.facts.items():
        attributes[name] = _field(resource, name, fact)
        read = _read(resource, name, fact)
        if fact.link is not None:
            follow = linked_rows if fact.link.several else linked_row
            attributes[f"resolve_{name}"] = staticmethod(partial(follow, resource, name))
        elif read is not None:
            attributes[f"resolve_{name}"] = staticmethod(pure(read))
    if resource.has_root_list:
        attributes |= undeclared_fields(resource)
    for name, (other, link) in links_to(resource.type_name).items():
        attributes[name] = _back_field(other, link)
        attributes[f"resolve_{name}"] = staticmethod(partial(linking_rows, other, link))
    return type(resource.type_name, (graphene.ObjectType,), attributes)


def interfaces_of(resource: Resource) -> tuple[Any, ...]:
    shared = (AnyResource,) if resource.has_root_list else ()
    return (Node, *shared, *(INTERFACES[name] for name in resource.interfaces))


def _id_of(type_name: str, row: Any) -> str:
    return global_id(type_name, f"{row.provider.public_id_text}:{row.region}:{row.external_id}")


def type_name_of(resource: Resource, name: str) -> str:
    """The GraphQL type of a fact, without what makes it a list or required."""
    fact = resource.facts[name]
    if fact.type == STATE:
        return f"{resource.type_name}State"
    if fact.type:
        return fact.type
    column = resource.columns[name]
    return next(scalar for kind, scalar in OF_COLUMNS if isinstance(column, kind))


def is_required(resource: Resource, name: str) -> bool:
    required = resource.facts[name].required
    if required is None:
        column = resource.columns.get(name)
        return column is not None and not column.null
    return required


def _field(resource: Resource, name: str, fact: Fact) -> Any:
    required = is_required(resource, name)
    of = _type(resource, name, fact)
    if resource.is_list(name):
        return graphene.List(graphene.NonNull(of), required=required, description=fact.description)
    return graphene.Field(of, required=required, description=fact.description)


def _back_field(resource: Resource, name: str) -> Any:
    """The linked type's field with the rows of ``resource`` whose link ``name`` leads to it."""
    description = resource.facts[name].back_description
    return graphene.List(
        graphene.NonNull(partial(object_type, resource)),
        required=True,
        description=f"{description} By name; at most {MOST_LINKED}: "
        "extensions.cuts says how many are left out, extensions.sources has the receipts.",
    )


def _type(resource: Resource, name: str, fact: Fact) -> Any:
    """Raises DeclarationError for a type that there is not."""
    if fact.type == STATE:
        return state_enum(resource)
    named = type_name_of(resource, name)
    if named not in known_types():
        message = (
            f"{fact.where}: fact {name!r} of {resource.type_name}: there is no type {named!r}."
        )
        raise DeclarationError(message)
    for types in (SCALARS, PARTS, OTHERS):
        if named in types:
            return types[named]
    return partial(object_type, resource_of_type(named))  # another resource, when it is needed


def _read(resource: Resource, name: str, fact: Fact) -> Callable[[Any], Any] | None:
    """The function of a row that gives the field's value; None: it is the attribute."""
    if fact.read is not None:
        return fact.read
    if fact.entry is not None:
        return lambda row: _catalog(row).entry_of(resource, row, name)
    if resource.is_list(name) and fact.type in PARTS:
        return _parts(attrgetter(name), tuple(PARTS[fact.type]._meta.fields))  # noqa: SLF001 - Graphene keeps the fields of a type there
    return None


def _parts(
    items: Callable[[Any], Any], names: tuple[str, ...]
) -> Callable[[Any], list[dict[str, Any]]]:
    """From a row to its list of parts. Pairs are too many to be zipped with their names."""
    if len(names) == 2:  # noqa: PLR2004 - a pair
        key, value = names
        return lambda row: [{key: first, value: second} for first, second in items(row)]
    return lambda row: [dict(zip(names, item, strict=True)) for item in items(row)]


def _catalog(row: Any) -> CatalogLookup:
    """The lookup shared by the row's page; a row that came alone gets one of its own."""
    own = vars(row)
    if "catalog" not in own:
        own["catalog"] = CatalogLookup([row])
    lookup: CatalogLookup = own["catalog"]
    return lookup
