"""The names of an account's regions, as its cloud lists them, and their limits."""

from collections.abc import Sequence

from inventory.live.failures import Failure
from inventory.live.receipts import TOO_MANY_REGIONS, UNUSABLE_REGION
from inventory.providers import Cloud, ProviderError, ProviderErrorCode
from inventory.providers.kind import REGION_PATTERN

MOST_REGIONS = 100  # that a cloud lists; each is asked at once, by every live list


def list_regions(cloud: Cloud) -> list[str]:
    """The regions that the account may use. Raises ProviderError, also for an empty list."""
    regions = list(dict.fromkeys(cloud.read("regions")))
    if not regions:
        message = "The cloud listed no region for this account."
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
    return regions


def too_many(listed: int, *, unlisted: int = 0) -> Failure | None:
    """The failure of a set of ``listed`` regions, if that is above the limit.

    ``unlisted``: how many regions are connected that the cloud does not list any more. They do not
    count for the limit.
    """
    if listed <= MOST_REGIONS:
        return None
    others = "1 region is" if unlisted == 1 else f"{unlisted} regions are"
    message = (
        f"The cloud has {listed} regions; a provider is connected to at most {MOST_REGIONS} of "
        "them. "
        + (f"{others} connected that the cloud does not list any more. " if unlisted else "")
        + "Name the regions that are needed."
    )
    return Failure(TOO_MANY_REGIONS, message)


def usable_names(names: Sequence[str]) -> list[str]:
    """Those that can be the names of regions: ids and addresses contain them."""
    return [name for name in names if _is_usable(name)]


def unusable(names: Sequence[str]) -> Failure | None:
    """The failure of a list with a name that cannot be a region's, if there is one."""
    wrong = [name for name in names if not _is_usable(name)]
    if not wrong:
        return None
    message = f"The cloud has a region with a name that cannot be connected: {wrong[0]!r}."
    return Failure(UNUSABLE_REGION, message)


def _is_usable(name: object) -> bool:
    return isinstance(name, str) and REGION_PATTERN.fullmatch(name) is not None
