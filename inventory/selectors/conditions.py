"""From a resource's filters to conditions of SQL.

Limits are values by the filters' names; a filter without a value limits nothing, and all limits
hold together. The value of each, by how it compares::

    IS                  true or false
    STATES, ANY         texts, one of which the column is
    CONTAINS            a text; an empty one limits nothing
    WORDS               a text, each word of which is found
    PAIRS               (key, value) pairs, all of which the row has; value None: it has the key
    ADDRESSES           texts, one of which it has, in any spelling
    ENTRIES             the cloud's own ids, at any source; CloudIds, in their own region alone
    KEYS                pairs of a key and None
    WITHOUT, STALE      whether it is so
    AT_LEAST, AT_MOST   a number
    NOT                 limits, which must not hold together; PROVIDERS (public ids), KINDS and
                        REGIONS are limits here, elsewhere they say which sources are asked
    SINCE, BEFORE, SEEN_SINCE, SEEN_BEFORE    a time
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Case, IntegerField, Q, When
from django.db.models.lookups import Exact

from gateway.core.folded_field import holding
from gateway.core.folding import folded
from inventory.live.api import address_term, link_to
from inventory.models import Source
from inventory.providers.addresses import canonical_address
from inventory.resources import Resource
from inventory.resources.base import Filter, How
from inventory.resources.groups import tag_filter
from inventory.selectors.entry_ids import of_entries
from inventory.selectors.pairs import having_items, having_pairs


def conditions(
    resource: Resource, limits: Mapping[str, Any], sources: Sequence[Source]
) -> Iterator[Q]:
    """``sources``: whose rows are filtered, their providers loaded."""
    for name, one in resource.filters.items():
        value = limits.get(name)
        if value is None or one.how not in _CONDITIONS:
            continue
        yield from _CONDITIONS[one.how](resource, one, one.column or name, value, sources)


def containing_words(search: str) -> Iterator[Q]:
    """Each word is in the search text; an address in any spelling."""
    for word in search.split():
        spellings = dict.fromkeys((folded(word), folded(canonical_address(word))))
        yield reduce(or_, [holding("search_text", one) for one in spellings])


def _seen_since(moment: datetime, sources: Iterable[Source]) -> Q:
    """By ``Observed.seen_at``: a listing sees a row that it finds unchanged."""
    listing = [source.pk for source in sources if source.fetched_at and source.fetched_at >= moment]
    return Q(observed_at__gte=moment) | Q(listed=True, source__in=listing)


Condition = Callable[[Resource, Filter, str, Any, Sequence[Source]], Iterator[Q]]


def _any(_resource: Any, _one: Filter, column: str, value: Any, _sources: Any) -> Iterator[Q]:
    yield Q(**{f"{column}__in": list(value)})


def _is(_resource: Any, _one: Filter, column: str, value: bool, _sources: Any) -> Iterator[Q]:
    yield Q(**{column: value})


def _contains(_resource: Any, _one: Filter, column: str, value: str, _sources: Any) -> Iterator[Q]:
    if value:
        yield holding(f"{column}_folded", value)


def _words(_resource: Any, _one: Filter, _column: str, value: str, _sources: Any) -> Iterator[Q]:
    yield from containing_words(value)


def _pairs(resource: Resource, one: Filter, column: str, value: Any, _sources: Any) -> Iterator[Q]:
    row = link_to(one.terms, resource.model) if one.terms else ""
    yield from having_pairs(value, terms=one.terms, row=row, column=column)


def _addresses(
    resource: Resource, one: Filter, _column: str, value: Any, _sources: Any
) -> Iterator[Q]:
    wanted = [address_term(address) for address in value]
    terms: Any = one.terms
    if terms is None:
        yield from having_items(one.columns, [*wanted, *value])
        return
    rows = terms._default_manager.filter(address__in=wanted)  # noqa: SLF001 - Django's documented API
    yield Q(pk__in=rows.values(link_to(terms, resource.model)))


def _entries(
    _resource: Any, _one: Filter, column: str, value: Any, sources: Sequence[Source]
) -> Iterator[Q]:
    yield of_entries(f"{column}_id", value, sources)


def _keys(resource: Resource, _one: Filter, column: str, value: Any, sources: Any) -> Iterator[Q]:
    found = tag_filter(resource)
    if found is not None:
        yield from _pairs(resource, found[1], column, value, sources)


def _without(_resource: Any, _one: Filter, column: str, value: bool, _s: Any) -> Iterator[Q]:
    empty = Q(**{column: []})
    yield empty if value else ~empty


def _stale(
    _resource: Any, _one: Filter, _column: str, value: bool, sources: Sequence[Source]
) -> Iterator[Q]:
    """By ``Observed.stale``."""
    failed = Q(source__in=[source.pk for source in sources if source.failed])
    yield Q(listed=False) | failed if value else Q(listed=True) & ~failed


def _at_least(_resource: Any, one: Filter, column: str, value: Any, _sources: Any) -> Iterator[Q]:
    yield Q(**{f"{column}__gte": value * one.scale})


def _at_most(_resource: Any, one: Filter, column: str, value: Any, _sources: Any) -> Iterator[Q]:
    yield Q(**{f"{column}__lte": value * one.scale})


def _not(
    resource: Resource, _one: Filter, _column: str, value: Any, sources: Sequence[Source]
) -> Iterator[Q]:
    """A condition that SQL takes for unknown, as one of a null, does not hold."""
    found = [*conditions(resource, value, sources)]
    if found:
        holds = Case(When(reduce(and_, found), then=1), default=0, output_field=IntegerField())
        is_not: Any = Exact(holds, 0)
        yield Q(is_not)


def _of_sources(
    _resource: Any, one: Filter, _column: str, value: Any, sources: Sequence[Source]
) -> Iterator[Q]:
    of = _OF_SOURCES[one.how]
    yield Q(source__in=[source.pk for source in sources if of(source) in value])


def _since(_resource: Any, _one: Filter, column: str, value: Any, _sources: Any) -> Iterator[Q]:
    yield Q(**{f"{column}__gte": value})


def _before(_resource: Any, _one: Filter, column: str, value: Any, _sources: Any) -> Iterator[Q]:
    yield Q(**{f"{column}__lt": value})


def _seen(_resource: Any, one: Filter, _column: str, value: Any, sources: Any) -> Iterator[Q]:
    seen = _seen_since(value, sources)
    yield seen if one.how is How.SEEN_SINCE else ~seen


_OF_SOURCES: Mapping[How, Callable[[Source], str]] = {
    How.PROVIDERS: lambda source: source.provider.public_id_text,
    How.KINDS: lambda source: source.provider.kind_slug,
    How.REGIONS: lambda source: source.region,
}
_CONDITIONS: Mapping[How, Condition] = {
    How.STATES: _any,
    How.ANY: _any,
    How.IS: _is,
    How.CONTAINS: _contains,
    How.WORDS: _words,
    How.PAIRS: _pairs,
    How.ADDRESSES: _addresses,
    How.ENTRIES: _entries,
    How.PROVIDERS: _of_sources,
    How.KINDS: _of_sources,
    How.REGIONS: _of_sources,
    How.KEYS: _keys,
    How.WITHOUT: _without,
    How.STALE: _stale,
    How.AT_LEAST: _at_least,
    How.AT_MOST: _at_most,
    How.NOT: _not,
    How.SINCE: _since,
    How.BEFORE: _before,
    How.SEEN_SINCE: _seen,
    How.SEEN_BEFORE: _seen,
}
