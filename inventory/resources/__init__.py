"""All resources: a module for each, with the declaration of one type of object.

::

    base               what a declaration consists of
    facts, filters     what several of them share
    observed           a resource that is declared by the columns of its model
    checks             what can be wrong with one
    name_checks        what can be wrong with the names that several share
    groups             what aggregates group by and sum up
    history            the fields whose differences are changes
    priced             what resources that cost money share
    ssh                the command that logs in

    virtual_machine, …  the declarations

A module here that declares a Resource is found automatically.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from inventory.resources.base import Resource

__all__ = [
    "Resource",
    "all_resources",
    "links_to",
    "resource_named",
    "resource_of_type",
    "type_names",
]


@cache
def all_resources() -> tuple[Resource, ...]:
    """In the order in which their lists stand below a provider."""
    return tuple(sorted(_declared(), key=lambda one: (one.place, one.plural)))


def resource_named(plural: str) -> Resource:
    """By its name for sources. Raises KeyError."""
    return {one.plural: one for one in all_resources()}[plural]


def resource_of_type(type_name: str) -> Resource:
    """By its GraphQL type. Raises KeyError."""
    return {one.type_name: one for one in all_resources()}[type_name]


def type_names() -> frozenset[str]:
    """The type names of all resources, in GraphQL and in global ids."""
    return frozenset(one.type_name for one in all_resources())


@cache
def links_to(type_name: str) -> Mapping[str, tuple[Resource, str]]:
    """The links that are shown at the type they lead to: its field, then the resource and fact."""
    return {
        fact.back: (one, name)
        for one in all_resources()
        for name, fact in one.facts.items()
        if fact.back and fact.type == type_name
    }


def _declared() -> Iterator[Resource]:
    """Leaves out resources that a module imports: the other module declares them."""
    for found in iter_modules(__path__, f"{__name__}."):
        module = import_module(found.name)
        for value in vars(module).values():
            if isinstance(value, Resource) and str(module.__file__).endswith(value.where.file):
                yield value
