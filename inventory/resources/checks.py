"""Checks of declarations: a system check, and an error wherever a wrong one would be used."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db.models import JSONField, Model

from inventory.models import Observed
from inventory.providers.capability import BY_KEY, LIST
from inventory.records import RECORDS
from inventory.resources import Resource, all_resources
from inventory.resources.base import OF_SOURCES, STATE, Declared, Fact, Filter, How
from inventory.resources.name_checks import wrong_fact_names, wrong_filter_type, wrong_names
from inventory.types import MISSING, stored_fields

# The filters that compare no column of their own name.
WITHOUT_COLUMN = OF_SOURCES | {
    How.WORDS,
    How.ADDRESSES,
    How.STALE,
    How.NOT,
    How.SEEN_SINCE,
    How.SEEN_BEFORE,
}
OF_PAIRS = frozenset({How.PAIRS, How.KEYS, How.WITHOUT})
# The columns of every row that do not come from its record.
OF_ROWS = frozenset(
    {"fingerprint", "last_state", "listed", "observed_at", "provider", "provisioned_at", "region"}
    | {"missing_since", "read_started_at", "search_text", "source", "unlisted_since"}
)


class DeclarationError(Exception):
    """A resource is declared wrongly. The text names the file, the line and the part."""


def check_resources(**_: Any) -> list[CheckMessage]:
    problems = (problem for resource in all_resources() for problem in problems_of(resource))
    return [Error(problem, id="inventory.E002") for problem in (*problems, *_undeclared())]


def _undeclared() -> Iterator[str]:
    """A kind can list objects that no resource declares, so they would not be shown."""
    declared = {one.plural for one in all_resources()}
    for plural, record in RECORDS.items():
        if plural not in declared:
            yield (
                f"{record.__module__}: {record.__name__} is listed as {plural!r}, and no module of "
                "inventory/resources assigns a Resource with this plural to a name."
            )


def require_sound(resource: Resource) -> None:
    """Raises DeclarationError."""
    problems = list(problems_of(resource))
    if problems:
        raise DeclarationError("\n".join(problems))


def problems_of(resource: Resource) -> Iterator[str]:
    """The errors of a declaration, as sentences, each with its file and line."""
    yield from _of_resource(resource)
    yield from _of_facts(resource)
    for name, one in resource.filters.items():
        yield from _of_filter(resource, name, one)
    for name, order in resource.orders.items():
        column = order.column or name
        if column not in resource.columns:
            yield _say(order, resource, f"order {name!r}", f"there is no column {column!r}.")
        if not order.description:
            yield _say(order, resource, f"order {name!r}", "it has no description.")


def _say(one: Declared, resource: Resource, part: str, problem: str) -> str:
    return f"{one.where}: {part} of {resource.type_name}: {problem}"


def _of_resource(resource: Resource) -> Iterator[str]:
    for wrong, part, problem in (*_of_descriptions(resource), *_of_model(resource)):
        if wrong:
            yield _say(resource, resource, part, problem)
    for problem in (*wrong_names(resource), *_of_states(resource)):
        yield _say(resource, resource, "the declaration", problem)


def _of_descriptions(resource: Resource) -> Iterator[tuple[bool, str, str]]:
    """For each possible error: True if it is there, the wrong part, and the message."""
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


def _of_states(resource: Resource) -> Iterator[str]:
    """The gateway itself puts rows in two states: MISSING, and the one of what it removed."""
    kept = resource.observation
    if kept is None or resource.states is None:
        return
    lacking = {MISSING, kept.removed or MISSING} - {one.value for one in resource.states}
    if lacking:
        named = ", ".join(sorted(lacking))
        yield f"{resource.states.__name__} lacks the state {named}, in which rows are put here."


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
        for problem in (*wrong_fact_names(resource, name, fact), *_of_unfilled(resource, name)):
            yield _say(fact, resource, f"fact {name!r}", problem)
        if name not in resource.columns:
            for problem in _of_no_column(resource, name, fact):
                yield _say(fact, resource, f"fact {name!r}", problem)


def _columns_of(name: str, fact: Fact) -> Iterator[str]:
    yield from fact.reads or ()
    if fact.entry is not None:
        yield from (f"{name}_id", *fact.entry.columns.values())
    if fact.link is not None:
        yield fact.link.column or f"{name}_id"


def _of_unfilled(resource: Resource, name: str) -> Iterator[str]:
    """A column that the model itself adds is filled by a field of the record, or never."""
    filled = {*stored_fields(resource.record), "external_id"}
    for column in resource.columns_of(name):
        if column in _own_columns(resource.model) and column not in filled:
            yield f"{resource.record.__name__} has no field {column!r}: the column stays empty."


def _own_columns(model: type[Any]) -> set[str]:
    """The columns that no class above the model has, the key left out."""
    above = (vars(one).get("_meta") for one in model.__mro__[1:])
    inherited = {field.name for meta in above if meta for field in meta.local_fields}
    own = model._meta.concrete_fields  # noqa: SLF001 - Django's documented API
    return {one.name for one in own if not one.primary_key} - inherited


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
    if not one.description:
        yield _say(one, resource, part, "it has no description.")
    for problem in wrong_filter_type(resource, one.of):
        yield _say(one, resource, part, problem)
    if (one.how is How.ENTRIES) != bool(one.of):
        yield _say(one, resource, part, "`of` names the type of ENTRIES, and of nothing else.")


def _belongs(terms: type[Model] | None, model: type[Model]) -> bool:
    if terms is None:
        return False
    fields = terms._meta.concrete_fields  # noqa: SLF001 - Django's documented API
    return any(one.related_model is model for one in fields)
