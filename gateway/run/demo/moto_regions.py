"""The regions of AWS for moto, found without EC2's API model.

moto asks botocore for the regions of each service, when it is imported and for each account.
botocore parses the service's whole API model for that, which is 12 MB for EC2, to read the prefix
of its endpoints there. That was a third of the time in which the demo's cloud starts. Of most
services the prefix is their own name; the models of the others are read as before.
"""

from functools import cache
from typing import Any

from botocore.session import Session, get_session

_regions_by_model = Session.get_available_regions


def find_regions_by_name() -> None:
    """From now on, in this process. To be called before moto is imported."""
    Session.get_available_regions = find_regions


def find_regions(
    session: Session,
    service_name: str,
    partition_name: str = "aws",
    allow_non_regional: bool = False,
) -> list[str]:
    """As botocore's method, which has these parameters."""
    place = service_name, partition_name, allow_non_regional
    found: list[str] = _resolver().get_available_endpoints(*place)
    return found or _regions_by_model(session, *place)


@cache
def _resolver() -> Any:
    return get_session()._get_internal_component("endpoint_resolver")  # noqa: SLF001 - as the method
