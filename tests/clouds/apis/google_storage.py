"""Disks and snapshots of Compute Engine: cloud.google.com/compute/docs/reference/rest/v1.

The answer about a disk in use is as users report it:
github.com/hashicorp/terraform/issues/23698.
"""

import copy
import itertools
import re

from tests.clouds.recorded import as_json, recording, route

HERE = r"/compute/v1/projects/project_name"
ADDRESS = "https://www.googleapis.com/compute/v1/projects/project_name"
NAME = re.compile(r"[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?")
DISKS = HERE + r"/zones/([^/]+)/disks"
SNAPSHOTS = HERE + r"/global/snapshots"


class Storage:
    """Needs ``page``, ``instances``, ``missing``, ``problem``, ``_instance`` and ``_scoped``."""

    def __init__(self, **options):
        super().__init__(**options)
        self.numbers = itertools.count(9_000_000)
        self.snapshots = recording("google/global_snapshots")["items"]
        zones = recording("google/aggregated_disks")["items"].values()
        self.disks = [one for zone in zones for one in zone.get("disks", [])]
        seen = set()
        for disk in self.disks:  # several recorded disks have one id
            if disk["id"] in seen:
                disk["id"] = self._number()
            seen.add(disk["id"])

    def _number(self):
        return str(next(self.numbers))

    def new_disk(self, zone, name, **facts):
        """Add a copy of the first disk with these facts."""
        place = f"{ADDRESS}/zones/{zone}"
        known = {"id": self._number(), "name": name, "zone": place}
        disk = self.disks[0] | known | {"selfLink": f"{place}/disks/{name}"} | facts
        self.disks.append(disk)
        return disk

    def more_volumes(self, count):
        for number in range(count):
            self.new_disk("europe-west1-a", f"more-{number}")

    def more_snapshots(self, count):
        for number in range(count):
            more = {"id": self._number(), "name": f"more-{number}"}
            self.snapshots.append(copy.deepcopy(self.snapshots[0]) | more)

    def page_of(self, request, found):
        """The objects of a page that the filter lets through, and where the next page is."""
        wanted = request.query.get("filter", "").removeprefix("id = ")
        found = [one for one in found if wanted in {"", one.get("id")}]
        start = int(request.query.get("pageToken", 0))
        end = start + min(self.page, int(request.query["maxResults"]))
        return found[start:end], {"nextPageToken": str(end)} if end < len(found) else {}

    @route("GET", HERE + r"/aggregated/disks")
    def list_disks(self, request):
        shown, following = self.page_of(request, self.disks)
        return as_json(self._scoped("disks", shown) | following)

    @route("GET", SNAPSHOTS)
    def list_snapshots(self, request):
        shown, following = self.page_of(request, self.snapshots)
        items = {"items": shown} if shown else {}
        return as_json({"kind": "compute#snapshotList"} | items | following)

    @route("POST", DISKS)
    def create_disk(self, request, zone):
        given = request.body
        assert given.keys() <= {"name", "labels", "sizeGb", "type", "sourceSnapshot"}
        if not NAME.fullmatch(given["name"]):
            return self.problem(400, "invalid", "Invalid value for field 'resource.name'.")
        if self._disk(zone, given["name"]):
            return self.problem(409, "alreadyExists", f"The resource '{given['name']}' exists.")
        source = given.pop("sourceSnapshot", None)
        facts = given | {"status": "READY"}
        if source is not None:
            [snapshot] = [one for one in self.snapshots if one["selfLink"].endswith(source)]
            facts |= {"sourceSnapshotId": snapshot["id"], "sizeGb": snapshot["diskSizeGb"]}
        facts.pop("name")
        return self._accepted(self.new_disk(zone, given["name"], **facts), "insert")

    @route("DELETE", DISKS + r"/([^/]+)")
    def delete_disk(self, request, zone, name):
        disk = self._disk(zone, name)
        if disk is None:
            return self.missing()
        if used := self._user_of(disk):
            return self._in_use(disk, used)
        self.disks.remove(disk)
        return self._accepted(disk, "delete")

    @route("POST", DISKS + r"/([^/]+)/resize")
    def resize_disk(self, request, zone, name):
        disk, size = self._disk(zone, name), request.body["sizeGb"]
        if disk is None:
            return self.missing()
        if int(size) <= int(disk["sizeGb"]):
            return self.problem(400, "invalid", "Requested disk size cannot be smaller.")
        disk["sizeGb"] = size
        return self._accepted(disk, "resizeDisk")

    @route("POST", HERE + r"/zones/([^/]+)/instances/([^/]+)/attachDisk")
    def attach(self, request, zone, name):
        instance, given = self._instance(zone, name), request.body
        found = [one for one in self.disks if one["selfLink"].endswith(f"/{given['source']}")]
        if instance is None or not found:
            return self.missing()
        if not found[0]["zone"].endswith(f"/{zone}"):
            return self.problem(400, "invalid", "The disk is in another zone.")
        if used := self._user_of(found[0]):
            return self._in_use(found[0], used)
        device = given.get("deviceName", f"persistent-disk-{len(instance['disks'])}")
        attached = {"source": found[0]["selfLink"], "deviceName": device, "autoDelete": False}
        instance["disks"] = [*instance["disks"], attached]
        return self._accepted(instance, "attachDisk")

    @route("POST", HERE + r"/zones/([^/]+)/instances/([^/]+)/detachDisk")
    def detach(self, request, zone, name):
        instance, device = self._instance(zone, name), request.query["deviceName"]
        if instance is None:
            return self.missing()
        kept = [one for one in instance["disks"] if one["deviceName"] != device]
        if len(kept) == len(instance["disks"]):
            return self.problem(400, "invalid", "No attached disk found with this device name.")
        [gone] = [one for one in instance["disks"] if one not in kept]
        if gone.get("boot") and instance["status"] != "TERMINATED":
            return self.problem(400, "invalid", "The boot disk of a running instance stays.")
        instance["disks"] = kept
        return self._accepted(instance, "detachDisk")

    @route("POST", SNAPSHOTS)
    def create_snapshot(self, request):
        given = request.body
        assert given.keys() == {"name", "sourceDisk", "description", "labels"}
        found = [one for one in self.disks if one["selfLink"].endswith(f"/{given['sourceDisk']}")]
        if not found:
            return self.missing()
        facts = {"id": self._number(), "sourceDiskId": found[0]["id"], "status": "READY"}
        link = {"selfLink": f"{ADDRESS}/global/snapshots/{given['name']}"}
        size = {"diskSizeGb": found[0]["sizeGb"]}
        self.snapshots.append(self.snapshots[0] | given | facts | link | size)
        return self._accepted(self.snapshots[-1], "insert")

    @route("DELETE", SNAPSHOTS + r"/([^/]+)")
    def delete_snapshot(self, request, name):
        found = [one for one in self.snapshots if one["name"] == name]
        if not found:
            return self.missing()
        self.snapshots.remove(found[0])
        return self._accepted(found[0], "delete")

    def _disk(self, zone, name):
        address = f"{ADDRESS}/zones/{zone}/disks/{name}"
        return next((one for one in self.disks if one["selfLink"] == address), None)

    def _user_of(self, disk):
        return next(
            (
                instance
                for instance in self.instances
                for one in instance["disks"]
                if one["source"] == disk["selfLink"]
            ),
            None,
        )

    def _in_use(self, disk, instance):
        message = (
            f"The disk resource '{disk['name']}' is already being used by '{instance['name']}'"
        )
        return self.problem(400, "resourceInUseByAnotherResource", message)

    def _accepted(self, target, kind):
        facts = {"kind": "compute#operation", "operationType": kind, "status": "RUNNING"}
        return as_json(facts | {"name": f"operation-{self._number()}", "targetId": target["id"]})
