"""Groups and their numbers as the API shows them."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.core.ids import global_id
from inventory.models import Provider
from inventory.providers import all_kinds
from inventory.records.price import HOURS_PER_MONTH, MICRO
from inventory.resources import Resource
from inventory.resources.groups import By
from inventory.resources.priced import has_costs
from inventory.selectors.aggregates import Group, Key, Measures
from inventory.selectors.catalog import entry_names


def shown_measures(resource: Resource, found: Measures) -> dict[str, Any]:
    shown: dict[str, Any] = {"count": found.count, **found.sums}
    if has_costs(resource):
        cost = found.cost
        shown |= {
            "hourly_cost": None if cost is None else round(cost / HOURS_PER_MONTH) / MICRO,
            "monthly_cost": None if cost is None else cost / MICRO,
            "priced": found.priced,
            "unpriced": found.count - found.priced,
        }
    return shown


def shown_groups(
    resource: Resource,
    keys: Sequence[Key],
    groups: Sequence[Group],
    providers: Mapping[str, Provider],
) -> list[dict[str, Any]]:
    """``providers``: those of the rows, by their primary keys as texts."""
    columns = [
        _shown_key(resource, key, number, groups, providers) for number, key in enumerate(keys)
    ]
    return [
        {"keys": list(shown), "measures": shown_measures(resource, group.measures)}
        for group, shown in zip(groups, zip(*columns, strict=True), strict=True)
    ]


def _shown_key(
    resource: Resource,
    key: Key,
    number: int,
    groups: Sequence[Group],
    providers: Mapping[str, Provider],
) -> list[dict[str, Any]]:
    """The key of each group."""
    of = key.by(resource)
    name = key.tag if of is None else key.field.upper()
    values = [group.values[number] for group in groups]
    labels = [group.labels[number] or group.values[number] for group in groups]
    if of is not None and of.by is By.PROVIDER:
        known = [None if value is None else providers[str(value)] for value in values]
        labels = [one.name if one else None for one in known]
        values = [global_id("Provider", one.public_id) if one else None for one in known]
    elif of is not None and of.by is By.KIND:
        kinds = {kind.slug: kind.label for kind in all_kinds()}
        labels = [kinds.get(str(value), value) for value in values]
    elif of is not None and of.of:
        unnamed = [one.values[number] for one in groups if not one.labels[number]]
        names = entry_names(of.of, providers.values(), [one for one in unnamed if one])
        labels = [names.get(str(label), label) for label in labels]
    return [
        {"name": name, "value": value, "label": label}
        for value, label in zip(values, labels, strict=True)
    ]
