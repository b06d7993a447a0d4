"""A resource whose rows stay when listings omit them, declared by the columns of its model.

::

    class Volume(Observed):
        size = integer("Size in GiB.", measure=True)

    VOLUMES = observed_resource(Volume, VolumeRecord, plural="volumes", …)
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar, get_type_hints

from django.db import models

from inventory.resources import facts, priced
from inventory.resources import filters as usual
from inventory.resources.base import STATE, Fact, Filter, Link, Observation, Order, Resource

F = TypeVar("F", bound="models.Field[Any, Any]")
TAGS = "tags"
WORDS = {"name": "a name", "external_id": "an id", TAGS: "a tag as key=value"}
NO_FILTERS: Mapping[str, Filter] = MappingProxyType({})
NO_ORDERS: Mapping[str, Order] = MappingProxyType({})
NO_FACTS: Mapping[str, Fact] = MappingProxyType({})


def shown(column: F, description: str, *, name: str = "", **options: Any) -> F:
    """The column, which is a public field too. Migrations have nothing of it.

    ``options``: as ``Fact`` takes them. ``name``: the field's; empty: the column's, and of a link
    or an entry the column's without ``_id``.
    """
    vars(column)["fact"] = (name, Fact(description, **options))
    return column


def integer(
    description: str, **options: Any
) -> "models.PositiveIntegerField[int | None, int | None]":
    return shown(models.PositiveIntegerField(null=True), description, **options)


def boolean(description: str, **options: Any) -> "models.BooleanField[bool | None, bool | None]":
    return shown(models.BooleanField(null=True), description, **options)


def text(
    longest: int, description: str, **options: Any
) -> "models.CharField[str | None, str | None]":
    """``longest``: in characters."""
    return shown(models.CharField(max_length=longest, null=True), description, **options)


def link(of: str, description: str, back: Link) -> "models.CharField[str | None, str | None]":
    """The own id of an object of the type ``of``, in a column ``…_id``."""
    column = models.CharField(max_length=400, null=True, db_index=True)
    return shown(column, description, type=of, link=back)


def tags(description: str = facts.TAGS) -> "models.JSONField[Any, Any]":
    """Pairs of key and value, by key and value."""
    return shown(models.JSONField(default=list), description, type="Tag", usual=facts.USUAL_TAGS)


def observed_resource(
    model: type[Any],
    record: type[Any],
    *,
    plural: str,
    observation: Observation | None = None,
    filters: Mapping[str, Filter] = NO_FILTERS,
    search: str = "",
    orders: Mapping[str, Order] = NO_ORDERS,
    costs: Mapping[str, Fact] = NO_FACTS,
    stands_in: bool = False,
    **options: Any,
) -> Resource:
    """Its facts are the columns that are ``shown``, between the usual ones.

    ``observation``: absent: nothing can be removed, and names, ids and tags are searched.
    ``filters``, ``orders``: besides the usual ones. ``search``: where words are looked for, as the
    end of a sentence; empty: the columns in words. ``costs``: the facts of a Priced model.
    ``stands_in``: rows of other resources name one that is not stored, of which they know little.
    ``options``: as ``Resource`` takes them.
    """
    meta = model._meta  # noqa: SLF001 - Django's documented API
    own = dict(_shown_facts(meta.concrete_fields)) | dict(costs)
    if costs:
        filters, orders = {**filters, **priced.filters()}, {**orders, **priced.orders()}
    if TAGS in own and TAGS not in filters:
        filters = {**filters, TAGS: usual.tags()}
    searched = tuple(name for name in WORDS if name != TAGS or name in own)
    observation = observation or Observation(removed="", searched=searched)
    return Resource(
        model,
        record,
        plural=plural,
        nouns=(str(meta.verbose_name), plural.replace("_", " ")),
        states=get_type_hints(record)[STATE],
        observation=observation,
        facts=facts.observed(own) | (_unknown_of_others() if stands_in else {}),
        filters=usual.observed(filters, search=search or _in_words(observation.searched)),
        orders=usual.orders(orders),
        **options,
    )


def _shown_facts(columns: Any) -> Any:
    for column in columns:
        if "fact" in vars(column):
            name, fact = column.fact
            leads_on = fact.link is not None or fact.entry is not None
            yield name or (column.name.removesuffix("_id") if leads_on else column.name), fact


def _unknown_of_others() -> dict[str, Fact]:
    """The facts that are never null of a stored object, and may be of one that is not."""
    usual = facts.observed({})
    return {
        name: replace(
            usual[name],
            required=False,
            description=f"{usual[name].description} Null if only an object that names it is known.",
        )
        for name in ("state", "raw_state", "observed_at")
    }


def _in_words(searched: tuple[str, ...]) -> str:
    *others, last = (WORDS.get(name, f"its {name.replace('_', ' ')}") for name in searched)
    return f"{', '.join(others)} or {last}"
