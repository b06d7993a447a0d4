"""The filters that every list has: which sources are asked."""

from collections.abc import Mapping

from inventory.resources.base import Filter, How


def of_sources(
    *,
    kind: str = "Kinds of providers, as aws; only these are asked.",
    region: str = "Regions; only these are asked. A region that no provider has is an error.",
) -> Mapping[str, Filter]:
    """``kind``, ``region``: their descriptions."""
    return {
        "provider": Filter(How.PROVIDERS, "Ids of providers; only these are asked."),
        "kind": Filter(How.KINDS, kind),
        "region": Filter(How.REGIONS, region),
    }
