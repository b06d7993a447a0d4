"""Which sources a request is about."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q

from inventory.access import read_sources, visible_providers, visible_sources
from inventory.live.api import resources_of
from inventory.models import Provider, Source
from inventory.models.source import SourceResource
from inventory.models.statements import Sql, among
from inventory.resources import Resource
from inventory.resources.base import OF_SOURCES, How
from inventory.selectors.conditions import conditions
from inventory.selectors.providers import MainSources


def public_ids(values: Iterable[str]) -> list[Any]:
    """As the database compares them."""
    column = Provider._meta.get_field("public_id")  # noqa: SLF001 - Django's documented API
    return [column.get_db_prep_value(value, connection) for value in values]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Sources for which all that is given holds are left out; None: not given."""

    providers: Collection[str] | None = None
    kinds: Collection[str] | None = None
    regions: Collection[str] | None = None

    @property
    def of_providers(self) -> Q:
        """The providers that have no source left."""
        if self.regions is not None:
            return Q(pk__in=[])
        return self._of({"public_id__in": self.providers, "kind_slug__in": self.kinds})

    @property
    def of_others(self) -> Sql:
        """A condition on a source s and its provider p: the source is not left out. A set of
        regions is of no region: which sources there are is known by it alone.
        """
        given = [
            among(column, values)
            for column, values in (
                ("p.public_id", None if self.providers is None else public_ids(self.providers)),
                ("p.kind_slug", self.kinds),
                ("s.region", self.regions),
            )
            if values is not None
        ]
        if self.regions is not None:
            given.append(("s.resource <> %s", [SourceResource.REGIONS.value]))
        if not given:
            return "1 = 1", []
        condition = " AND ".join(one for one, _ in given)
        return f"NOT ({condition})", [value for _, values in given for value in values]

    def leaves_out(self, source: Source) -> bool:
        """Like ``of_sources``, for one source whose provider is loaded."""
        values = (source.provider.public_id_text, source.provider.kind_slug, source.region)
        given = zip(values, (self.providers, self.kinds, self.regions), strict=True)
        if self.regions is not None and source.is_region_set:
            return False
        return all(limit is None or value in limit for value, limit in given)

    @staticmethod
    def _of(conditions: Mapping[str, Collection[str] | None]) -> Q:
        return Q(**{name: list(one) for name, one in conditions.items() if one is not None})


@dataclass(frozen=True, slots=True)
class SourceFilter:
    """The limits on the sources; None: no limit. ``providers`` are public ids."""

    providers: Collection[str] | None = None
    kinds: Collection[str] | None = None
    regions: Collection[str] | None = None
    excluded: Exclusion | None = None

    @property
    def key(self) -> Hashable:
        """Equal for filters that limit to the same sources."""
        excluded = self.excluded or Exclusion()
        limits = [(one.providers, one.kinds, one.regions) for one in (self, excluded)]
        return tuple(
            None if limit is None else frozenset(limit) for found in limits for limit in found
        )

    def providers_among(self, sources: Iterable[Source]) -> Collection[str] | None:
        """The public ids of the providers of the ``sources`` it found; None: it limits nothing."""
        if self == SourceFilter():
            return None
        return list({source.provider.public_id_text: None for source in sources})


EVERY_SOURCE = SourceFilter()
_IN_ORDER = (How.PROVIDERS, How.KINDS, How.REGIONS)


def source_list(
    *,
    user: Any,
    resource: str | Collection[str],
    limits: SourceFilter = EVERY_SOURCE,
) -> list[Source]:
    """The sources of one resource, or of several, that ``user`` may ask, oldest first.

    The sets of regions of their providers are among them, whatever regions are asked for: without
    them it is not known which sources there are. The providers are loaded.
    """
    wanted = [resource] if isinstance(resource, str) else list(resource)
    found = read_sources(user, _conditions(wanted, limits))
    MainSources({source.provider_id: source.provider for source in found}.values())
    return _without_unrelated_sets(found, wanted)


def _conditions(wanted: Sequence[str], limits: SourceFilter) -> Iterator[Sql]:
    """As ``read_sources`` takes them."""
    listed, values = among("s.resource", wanted)
    if limits.regions is not None:
        in_regions, regions = among("s.region", limits.regions)
        listed, values = f"{listed} AND {in_regions}", [*values, *regions]
    yield f"({listed}) OR s.resource = %s", [*values, SourceResource.REGIONS.value]
    if limits.providers is not None:
        yield among("p.public_id", public_ids(limits.providers))
    if limits.kinds is not None:
        yield among("p.kind_slug", limits.kinds)
    if limits.excluded is not None:
        yield limits.excluded.of_others


class SourceLists:
    """The lists of sources of one moment. Each is looked up once, however many fields need it."""

    def __init__(self) -> None:
        self._found: dict[Hashable, list[Source]] = {}

    def get(
        self, *, user: Any, resource: str | Collection[str], limits: SourceFilter = EVERY_SOURCE
    ) -> list[Source]:
        """Like ``source_list``: the list is the caller's, its sources are shared."""
        wanted = (resource,) if isinstance(resource, str) else tuple(resource)
        key = (user, wanted, limits.key)
        if key not in self._found:
            self._found[key] = source_list(user=user, resource=wanted, limits=limits)
        return list(self._found[key])


def excluded_by(resource: Resource, limits: Mapping[str, Any]) -> Exclusion | None:
    """The sources that a filter leaves out by saying, in its ``not``, only of which they are.

    ``limits``: as ``conditions`` takes them. A part that limits nothing, as an empty text, does not
    count. None: what must not hold says something of the rows, so that the rows of any source can
    be left.
    """
    for name, one in resource.filters.items():
        parts = limits.get(name) if one.how is How.NOT else None
        if parts:
            found = {
                resource.filters[part].how: value
                for part, value in parts.items()
                if any(True for _ in conditions(resource, {part: value}, []))
            }
            if found and found.keys() <= OF_SOURCES:
                return Exclusion(*(found.get(how) for how in _IN_ORDER))
    return None


def providers_without(
    resource: Resource, *, user: Any, limits: SourceFilter, provider_pk: int | None = None
) -> list[Provider]:
    """Those of the providers within ``limits`` whose kind does not list ``resource``, by name."""
    providers = visible_providers(user).order_by("name", "pk")
    if provider_pk is not None:
        providers = providers.filter(pk=provider_pk)
    if limits.providers is not None:
        providers = providers.filter(public_id__in=list(limits.providers))
    if limits.kinds is not None:
        providers = providers.filter(kind_slug__in=list(limits.kinds))
    if limits.excluded is not None:
        providers = providers.exclude(limits.excluded.of_providers)
    return [one for one in providers if resource.plural not in resources_of(one.kind)]


def _without_unrelated_sets(sources: list[Source], wanted: Sequence[str]) -> list[Source]:
    """The set of regions of a provider is not needed if its kind has none of the wanted lists."""
    return [
        source
        for source in sources
        if not source.is_region_set or set(resources_of(source.provider.kind)) & set(wanted)
    ]


def sources_left(sources: Iterable[Source]) -> set[int]:
    """The primary keys of those that exist: one is deleted with its provider or its region."""
    pks = [source.pk for source in sources]
    return set(Source.objects.filter(pk__in=pks).values_list("pk", flat=True))


def regions_unknown(*, user: Any, regions: Collection[str]) -> list[str]:
    """Those of ``regions`` in which no source is that the user may ask.

    None while the regions of a provider are not known: one of these may be among them.
    """
    sources = visible_sources(user)
    known = set(sources.filter(region__in=list(regions)).values_list("region", flat=True))
    unknown = sorted(set(regions) - known)
    sets = sources.filter(resource=SourceResource.REGIONS) if unknown else ()
    return [] if any(one.fetched_at is None or one.failed for one in sets) else unknown


def source_get(*, user: Any, provider: str, region: str, resource: str) -> Source | None:
    """One source by its provider's public id, or None when there is none within reach."""
    return (
        visible_sources(user)
        .filter(resource=resource, region=region, provider__public_id=provider)
        .select_related("provider")
        .first()
    )
