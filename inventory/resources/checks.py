"""What can be wrong with a declaration: a system check, and an error wherever it would be used."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db.models import JSONField, Model

from inventory.models import Observed
from inventory.providers.capability import BY_KEY, LIST
from inventory.resources import Resource, all_resources
from inventory.resources.base import OF_SOURCES, STATE, Declared, Fact, Filter, How
from inventory.types import stored_fields

# What a filter of these compares is no column of its own name.
WITHOUT_COLUMN = OF_SOURCES | {
    How.WORDS,
    How.ADDRESSES,
    How.STALE,
    How.NOT,
    How.SEEN_SINCE,
    How.SEEN_BEFORE,
}
OF_PAIRS = frozenset({How.PAIRS, How.KEYS, How.WITHOUT})
# What a row has beside what its record says.
OF_ROWS = frozenset(
    {"fingerprint", "last_state", "listed", "observed_at", "provider", "provisioned_at", "region"}
    | {"missing_since", "read_started_at", "search_text", "source", "unlisted_since"}
)


class DeclarationError(Exception):
    """A resource is declared wrongly. The text names the file, the line and the part."""


def check_resources(**_: Any) -> list[CheckMessage]:
    return [
        Error(problem, id="inventory.E002")
        for resource in all_resources()
        for problem in problems_of(resource)
    ]


def require_sound(resource: Resource) -> None:
    """Raises DeclarationError."""
    problems = list(problems_of(resource))
    if problems:
        raise DeclarationError("\n".join(problems))


def problems_of(resource: Resource) -> Iterator[str]:
    """What is wrong with a declaration, in words, each with its file and line."""
    yield from _of_resource(resource)
    yield from _of_facts(resource)
    for name, one in resource.filters.items():
        yield from _of_filter(resource, name, one)
    for name, order in resource.orders.items():
        column = order.column or name
        if column not in resource.columns:
            yield _say(order, resource, f"order {name!r}", f"there is no column {column!r}.")


def _say(one: Declared, resource: Resource, part: str, problem: str) -> str:
    return f"{one.where}: {part} of {resource.type_name}: {problem}"


def _of_resource(resource: Resource) -> Iterator[str]:
    for wrong, part, problem in (*_of_descriptions(resource), *_of_model(resource)):
        if wrong:
            yield _say(resource, resource, part, problem)


def _of_descriptions(resource: Resource) -> Iterator[tuple[bool, str, str]]:
    """Whether it is so, of which part, and what is wrong then."""
    generated = resource.description.startswith(f"{resource.type_name}(")
    missing = generated or not resource.description
    yield missing, "the docstring", "its model has none, and it is the type's description."
    listed = resource.has_root_list
    unordered = resource.outlives_listings and not listed
    yield unordered, "`orders`", "a list needs one; the first is the usual one."
    none = not listed and not resource.nested_description
    yield none, "`nested_description`", "it is empty, and there is no list at the root."


def _of_model(resource: Resource) -> Iterator[tuple[bool, str, str]]:
    unknown = (resource.plural, LIST) not in BY_KEY
    yield unknown, "`plural`", f"no capability lists {resource.plural!r}."
    taken = ", ".join(name for name in stored_fields(resource.record) if name in OF_ROWS)
    yield bool(taken), "`record`", f"every row has columns of its own named {taken}."
    lacking = ", ".join(name for name in _recorded(resource) if name not in resource.columns)
    yield bool(lacking), "`record`", f"its model lacks the columns {lacking}."
    differs = resource.outlives_listings != issubclass(resource.model, Observed)
    yield differs, "`observation`", "its model is Observed, or it has none, but not both."
    stateless = (resource.states is None) != (STATE not in resource.columns)
    yield stateless, "`states`", "its model has a column `state`, or it has states, but not both."


def _recorded(resource: Resource) -> Iterator[str]:
    """The columns that a record is stored in, or is looked for."""
    yield from stored_fields(resource.record)
    if resource.observation is not None:
        yield from (*resource.observation.searched, *resource.observation.history)


def _of_facts(resource: Resource) -> Iterator[str]:
    for name, fact in resource.facts.items():
        for column in _columns_of(name, fact):
            if column not in resource.columns:
                yield _say(fact, resource, f"fact {name!r}", f"there is no column {column!r}.")
        if not fact.description:
            yield _say(fact, resource, f"fact {name!r}", "it has no description.")
        if name not in resource.columns:
            for problem in _of_no_column(resource, name, fact):
                yield _say(fact, resource, f"fact {name!r}", problem)


def _columns_of(name: str, fact: Fact) -> Iterator[str]:
    yield from fact.reads or ()
    if fact.entry is not None:
        yield from (f"{name}_id", *fact.entry.columns.values())
    if fact.link is not None:
        yield fact.link.column or f"{name}_id"


def _of_no_column(resource: Resource, name: str, fact: Fact) -> Iterator[str]:
    if not fact.type:
        yield "it is no column, and has no `type`."
    if not (fact.read or fact.entry or fact.link) and not hasattr(resource.model, name):
        yield "it is no attribute, and has no `read`."


def _of_filter(resource: Resource, name: str, one: Filter) -> Iterator[str]:
    part = f"filter {name!r}"
    column = one.column or name
    needed = {How.CONTAINS: f"{column}_folded", How.ENTRIES: f"{column}_id"}.get(one.how, column)
    if one.how not in WITHOUT_COLUMN and needed not in resource.columns:
        yield _say(one, resource, part, f"there is no column {needed!r}.")
    if one.how in OF_PAIRS and not isinstance(resource.columns.get(column), JSONField):
        yield _say(one, resource, part, f"the column {column!r} has no list of pairs.")
    needs_terms = one.how is How.ADDRESSES or one.terms is not None
    if needs_terms and not _belongs(one.terms, resource.model):
        yield _say(one, resource, part, "`terms` is no model with a foreign key to the rows.")
    if (one.how is How.ENTRIES) != bool(one.of):
        yield _say(one, resource, part, "`of` names the type of ENTRIES, and of nothing else.")


def _belongs(terms: type[Model] | None, model: type[Model]) -> bool:
    if terms is None:
        return False
    fields = terms._meta.concrete_fields  # noqa: SLF001 - Django's documented API
    return any(one.related_model is model for one in fields)
