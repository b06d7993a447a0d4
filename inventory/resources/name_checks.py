"""Checks of the names by which declarations refer to each other, or that they share.

If two fields have the same name, the schema shows only one of them.
"""

from collections.abc import Iterable, Iterator

from inventory.resources import Resource, all_resources
from inventory.resources.base import Fact

# The fields of every object that no declaration has: of Node, and those that other parts add.
OF_EVERY_TYPE = frozenset({"id", "changes"})


def wrong_names(resource: Resource) -> Iterator[str]:
    """The problems of the names of the resource itself."""
    for other in _others(resource):
        for part, name in (("plural", resource.plural), ("type", resource.type_name)):
            if name in (other.plural, other.type_name):
                yield f"the {part} {name!r} is taken: {other.where}."


def wrong_fact_names(resource: Resource, name: str, fact: Fact) -> Iterator[str]:
    """The problems of the name of a fact, of the type that it links to, and of the field that leads
    back.
    """
    if name in OF_EVERY_TYPE:
        yield "every type has a field of this name."
    if fact.link is None and fact.entry is None:
        return
    targets = [one for one in _all_with(resource) if one.type_name == fact.type]
    if not targets:
        yield f"`type` is {fact.type!r}. {_known()}"
    elif fact.back:
        yield from _of_back(resource, name, fact, targets[0])


def _of_back(resource: Resource, name: str, fact: Fact, target: Resource) -> Iterator[str]:
    """``target``: the resource that the fact leads to."""
    if not fact.back_description:
        yield f"`back` is {fact.back!r}, and has no `description`."
    if fact.back in {*target.facts, *target.read_elsewhere, *OF_EVERY_TYPE}:
        yield f"`back` is {fact.back!r}, and {target.type_name} has a field of this name."
    for other in _all_with(resource):
        for taken, one in other.facts.items():
            is_same = other is resource and taken == name
            if (one.type, one.back) == (fact.type, fact.back) and not is_same:
                yield f"`back` is {fact.back!r}, which {one.where} leads back by, too."


def wrong_filter_type(resource: Resource, of: str) -> Iterator[str]:
    """``of``: the type of the entries that a filter compares with; empty: it names none."""
    if of and all(one.type_name != of for one in _all_with(resource)):
        yield f"`of` is {of!r}. {_known()}"


def _known() -> str:
    return f"Types of resources: {', '.join(sorted(one.type_name for one in all_resources()))}."


def _others(resource: Resource) -> Iterable[Resource]:
    """All other resources. A changed copy of this one has the same model and is left out."""
    return (one for one in all_resources() if one.model is not resource.model)


def _all_with(resource: Resource) -> list[Resource]:
    return [resource, *_others(resource)]
