"""The flavors of servers whose flavor the project cannot list any more.

Nova keeps a server's flavor after it was deleted, and shows it inside the server since
microversion 2.47, then without its id: "REST API Version History", docs.openstack.org/nova. So the
servers are read as they always were, and once more at 2.47 if a flavor of theirs is in no list: one
listing more, whatever the number of servers, and no other field changes its form.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.types import SizeRecord

# Nova before 13 reads the second header only.
EMBEDDED = {
    "OpenStack-API-Version": "compute 2.47",
    "X-OpenStack-Nova-API-Version": "2.47",
}


def unlisted_flavors(
    servers: Sequence[Any],
    sizes: Mapping[str, SizeRecord],
    read_again: Callable[[], Iterable[Any]],
) -> dict[str, SizeRecord]:
    """The flavors of ``servers`` that are not in ``sizes``, by id, as far as nova reports them.

    ``read_again`` reads the same servers with the headers ``EMBEDDED``.
    """
    wanted = {
        _id(server): flavor_id
        for server in servers
        if (flavor_id := _id(_part(server, "flavor"))) and flavor_id not in sizes
    }
    found: dict[str, SizeRecord] = {}
    if not wanted:
        return found
    try:
        for server in read_again():
            flavor_id = wanted.pop(_id(server), None)
            if flavor_id and (size := _size(flavor_id, _part(server, "flavor"))):
                found.setdefault(flavor_id, size)
            if not wanted:  # the pages after this one have none of these flavors
                break
    except ProviderError as error:
        # Older than 2.47: HTTP 406, "Microversion Specification" of the OpenStack API guidelines.
        if error.code is not ProviderErrorCode.NOT_SUPPORTED:
            raise
    return found


def _part(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def _id(value: Any) -> str | None:
    found = _part(value, "id")
    return str(found) if isinstance(found, str | int) and found != "" else None


def _size(flavor_id: str, flavor: Any) -> SizeRecord | None:
    """None from a nova that ignores the headers, whose flavor is an id alone."""
    ram, vcpus, disk = (_number(_part(flavor, name)) for name in ("ram", "vcpus", "disk"))
    name = _part(flavor, "original_name")
    if ram is None and vcpus is None:
        return None
    return SizeRecord(
        external_id=flavor_id,
        name=name if isinstance(name, str) and name else flavor_id,
        memory=ram,
        vcpus=vcpus,
        disk=disk or None,
    )


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
