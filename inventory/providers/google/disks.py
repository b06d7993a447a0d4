"""Disks and snapshots of Compute Engine, found by their numbers, and where they are asked for."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.google.pages import everywhere, pages, problem_at
from inventory.providers.google.parse import last, path
from inventory.providers.identity import id_at, only_of
from inventory.providers.reading import Reading
from inventory.providers.rest import optional_list, part, segment

STOPPED = "TERMINATED"  # of an instance that is stopped, and still there


class Use(NamedTuple):
    """An instance has a disk. ``machine``: the instance's id. ``device``: the disk's name there.

    ``is_started_from``: it is the boot disk, and the instance is not stopped.
    """

    machine: str
    device: str | None
    is_deleted: bool | None
    is_started_from: bool = False


class Uses(NamedTuple):
    """The instances that have each disk.

    ``problem``: why the disks of an instance are unknown, if any. ``unread``: the zones whose
    instances are unknown, and why.
    """

    by_path: Mapping[str, Sequence[Use]]  # of the disk
    problem: str | None
    unread: Mapping[str, str]

    def of(self, found: Reading) -> Sequence[Use]:
        """Notes the problem on a disk for which no use is known."""
        own = self.by_path.get(path(found.text("selfLink", required=True) or ""), ())
        if not own and (problem := self.problem_of(found)):
            found.add(problem)
        return own

    def problem_of(self, found: Reading) -> str | None:
        """Why uses of the disk may be unknown."""
        place = last(found.text("zone") or found.text("region") or "")
        return self.problem or problem_at(self.unread, place)


def uses_of(instances: Iterable[Any], unread: Mapping[str, str]) -> Uses:
    """``unread``: the zones that are not among the instances; it may grow with these."""
    uses: dict[str, list[Use]] = {}
    problems = []
    for instance in map(Reading, instances):
        machine = instance.identifier("id") or ""
        for disk in instance.parts("disks"):
            is_in_use = bool(disk.flag("boot")) and instance.text("status") != STOPPED
            use = Use(machine, disk.text("deviceName"), disk.flag("autoDelete"), is_in_use)
            uses.setdefault(path(disk.text("source") or ""), []).append(use)
        problems += [instance.problem] if instance.problem else []
    return Uses(uses, problems[0] if problems else None, unread)


def find_disk(driver: Any, external_id: str) -> dict[str, Any] | None:
    """The disk with this number. The number does not name the zone: all zones are searched."""
    return _numbered(external_id, lambda wanted: everywhere(driver, "disks", filter=wanted))


def snapshots(driver: Any, **params: Any) -> Iterable[Any]:
    """The snapshots of the project."""
    for page in pages(driver, f"{driver.project}/global/snapshots", **params):
        yield from optional_list(page, "items")


def find_snapshot(driver: Any, external_id: str) -> dict[str, Any] | None:
    return _numbered(external_id, lambda wanted: snapshots(driver, filter=wanted))


def _numbered(external_id: str, read: Callable[[str], Iterable[Any]]) -> dict[str, Any] | None:
    """Ids are decimal numbers; that of a disk which is gone may be negative in old snapshots."""
    if not (external_id.isascii() and external_id.isdecimal()):
        return None
    items = read(f"id = {external_id}")
    found: dict[str, Any] | None = only_of(items, external_id, lambda one: id_at(one, "id"))
    return found


def known(found: dict[str, Any] | None, noun: str) -> dict[str, Any]:
    """Raises ProviderError NOT_FOUND for None."""
    if found is None:
        raise ProviderError(ProviderErrorCode.NOT_FOUND, f"Google has no such {noun}.")
    return found


def address_of_disk(driver: Any, external_id: str) -> str:
    """A disk is in a zone, or in a region with a copy in two of its zones. Raises NOT_FOUND."""
    disk = known(find_disk(driver, external_id), "disk")
    zone = Reading(disk).text("zone")
    place = last(zone or part(disk, "region", str))
    where = f"{'zones' if zone else 'regions'}/{segment(place)}"
    return f"{driver.project}/{where}/disks/{segment(part(disk, 'name', str))}"


def gigabytes(found: Reading, name: str) -> int | None:
    """A size, which is a text of digits: "string (int64 format)". Google's GB has 2^30 bytes."""
    text = found.text(name, required=True) or ""
    if text.isascii() and text.isdecimal():
        return int(text)
    if text:
        found.note(name, "a text of digits", text)
    return None
