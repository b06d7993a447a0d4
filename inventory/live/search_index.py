"""The texts by which rows are found, written with the rows that they are of."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any

from django.db.models import Model, QuerySet

from gateway.core.folding import folded
from inventory.models.terms import LONGEST_TERM
from inventory.providers.addresses import canonical_address
from inventory.resources import Resource
from inventory.resources.base import Filter, How

BATCH = 200

Values = Callable[[Any], Iterable[Mapping[str, str]]]


def address_term(address: str) -> str:
    """The text by which an address is found, whatever its spelling."""
    return canonical_address(address).lower()[:LONGEST_TERM]


def search_text(record: Any, fields: Iterable[str]) -> str:
    """The folded text that free text looks into: texts, and pairs as ``key=value``."""
    words = (word for name in fields for word in _words(getattr(record, name)))
    return "\n".join(dict.fromkeys(folded(word) for word in words))


def _words(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, tuple) else (value,):
        if one:
            yield "=".join(one) if isinstance(one, tuple) else one


@dataclass(frozen=True, slots=True)
class TermTable:
    """A table of the texts by which rows are found. ``row``: its foreign key to the row.

    ``values``: from a record, the other columns of each text.
    """

    model: type[Model]
    row: str
    values: Values


def term_tables(resource: Resource) -> tuple[TermTable, ...]:
    """Those that the resource's filters look into."""
    return tuple(
        TermTable(one.terms, link_to(one.terms, resource.model), _VALUES[one.how](name, one))
        for name, one in resource.filters.items()
        if one.terms is not None
    )


def link_to(terms: type[Model], model: type[Model]) -> str:
    """The name of the foreign key by which ``terms`` belong to rows of ``model``."""
    fields = terms._meta.concrete_fields  # noqa: SLF001 - Django's documented API
    return next(one.name for one in fields if one.related_model is model)


def _pairs(name: str, one: Filter) -> Values:
    """Each once: aggregates count the terms of a key."""
    pairs = attrgetter(one.column or name)

    def values(record: Any) -> Iterator[Mapping[str, str]]:
        cut = ((key[:LONGEST_TERM], value[:LONGEST_TERM]) for key, value in pairs(record))
        for key, value in dict.fromkeys(cut):
            yield {"key": key, "value": value}

    return values


def _addresses(_name: str, one: Filter) -> Values:
    def values(record: Any) -> Iterator[Mapping[str, str]]:
        lists = (getattr(record, column) for column in one.columns)
        for address in dict.fromkeys(chain.from_iterable(lists)):
            yield {"address": address_term(address)}

    return values


_VALUES: Mapping[How, Callable[[str, Filter], Values]] = {
    How.PAIRS: _pairs,
    How.ADDRESSES: _addresses,
}


def write_terms(tables: Sequence[TermTable], rows: QuerySet[Any], records: Sequence[Any]) -> None:
    """Write the terms of ``records`` in place of those that their rows have.

    ``rows``: those of the records' source. Called in the transaction that stored them.
    """
    for start in range(0, len(records) if tables else 0, BATCH):
        batch = {record.external_id: record for record in records[start : start + BATCH]}
        stored = rows.filter(external_id__in=batch).values_list("external_id", "pk")
        for table in tables:
            _write(table, {pk: batch[external_id] for external_id, pk in stored})


def _write(table: TermTable, records: Mapping[int, Any]) -> None:
    """``records`` by the primary keys of their rows."""
    terms = table.model._default_manager  # noqa: SLF001 - Django's documented API
    terms.filter(**{f"{table.row}__in": list(records)}).delete()
    terms.bulk_create(
        [
            table.model(**{f"{table.row}_id": pk}, **values)
            for pk, record in records.items()
            for values in table.values(record)
        ],
        batch_size=BATCH,
    )
