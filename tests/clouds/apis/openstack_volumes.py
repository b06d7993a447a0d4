"""Cinder's volumes and snapshots, and nova's attachments of volumes (the Block Storage API v3).

Statuses and words from cinder's volume/api.py and nova's api/openstack/compute/volumes.py. What is
created, deleted or extended shows its passing status once.
"""

import copy
import uuid

from tests.clouds.recorded import as_json, recording, route
from tests.clouds.static_ec2 import Reply

CINDER = "cinder.example"
EXTENDS_IN_USE = 42  # microversion 3.42
DELETABLE = {"available", "error", "error_restoring", "error_extending", "error_managing"}
VOLUMES, SNAPSHOTS = r"/v3/[0-9a-f]+/volumes", r"/v3/[0-9a-f]+/snapshots"


def volume_service(cloud):
    """The catalogue's entry."""
    if not cloud.has_cinder:
        return []
    url = f"http://{CINDER}:8776/v3/a4040e0486004e6bb2aa218cde4f15d6"
    endpoint = {"interface": "public", "region": "RegionOne", "region_id": "RegionOne", "url": url}
    return [{"type": cloud.cinders_type, "name": "cinder", "id": "c", "endpoints": [endpoint]}]


class Volumes:
    """Needs ``page``, ``_server`` and ``problem``."""

    def __init__(self, **options):
        super().__init__(**options)
        self.has_cinder, self.cinders_type, self.newest_cinder = True, "volumev3", 70
        self.volumes = recording("openstack/volumes")["volumes"]
        self.snapshots = recording("openstack/snapshots")["snapshots"]
        self.passing = {}  # what becomes of an object after it was shown once, by its id

    def more_volumes(self, count):
        self._more(self.volumes, count)

    def more_snapshots(self, count):
        self._more(self.snapshots, count)

    def _more(self, objects, count):
        for number in range(count):
            more = {"id": str(uuid.UUID(int=number + 1)), "name": f"more-{number}"}
            objects.append(copy.deepcopy(objects[0]) | more)

    @route("GET", VOLUMES + "/detail")
    def list_volumes(self, request):
        return self._listed(request, "volumes", self.volumes)

    @route("GET", SNAPSHOTS + "/detail")
    def list_snapshots(self, request):
        return self._listed(request, "snapshots", self.snapshots)

    def _listed(self, request, name, objects):
        """A marker that is unknown is answered with 404: ``get_marker…`` in cinder's db/api.py."""
        ids = [one["id"] for one in objects]
        marker, size = request.query.get("marker"), min(self.page, int(request.query["limit"]))
        if marker is not None and marker not in ids:
            return self.problem(404, "itemNotFound", f"{name[:-1]} {marker} could not be found.")
        start = ids.index(marker) + 1 if marker else 0
        shown = copy.deepcopy(objects[start : start + size])
        body = {name: shown}
        if len(shown) == size:  # also where no page follows: ``_get_collection_links``
            href = f"http://{request.host}:8776{request.path}?limit={size}&marker={shown[-1]['id']}"
            body[f"{name}_links"] = [{"rel": "next", "href": href}]
        for one in shown:
            self._pass(one["id"])
        return as_json(body)

    def _pass(self, object_id):
        self.passing.pop(object_id, lambda: None)()

    @route("GET", VOLUMES + r"/([^/]+)")
    def get_volume(self, request, volume_id):
        return self._shown("volume", self.volumes, volume_id)

    @route("GET", SNAPSHOTS + r"/([^/]+)")
    def get_snapshot(self, request, snapshot_id):
        return self._shown("snapshot", self.snapshots, snapshot_id)

    def _shown(self, name, objects, object_id):
        found = copy.deepcopy(_with_id(objects, object_id))
        if found is None:
            return self._none(name, object_id)
        self._pass(object_id)
        return as_json({name: found})

    def _none(self, name, object_id):
        message = f"{name.title()} {object_id} could not be found."
        return self.problem(404, "itemNotFound", message)

    @route("POST", VOLUMES)
    def create_volume(self, request):
        given = request.body["volume"]
        known = {"name", "size", "volume_type", "availability_zone", "snapshot_id", "metadata"}
        assert given.keys() <= known
        source = _with_id(self.snapshots, given.get("snapshot_id"))
        if given.get("snapshot_id") and source is None:
            return self._none("snapshot", given["snapshot_id"])
        size = given.get("size") or (source or {}).get("size")
        if not size or (source and size < source["size"]):
            message = f"Invalid input received: Invalid volume size: {size}"
            return self.problem(400, "badRequest", message)
        model = copy.deepcopy(self.volumes[0])
        made = model | given | {"id": str(uuid.uuid4()), "size": size, "status": "creating"}
        self.volumes.append(made)
        self.passing[made["id"]] = lambda: made.update(status="available")
        return as_json({"volume": made}, 202)

    @route("POST", VOLUMES + r"/([^/]+)/action")
    def extend_volume(self, request, volume_id):
        version = int(request.headers.get("OpenStack-API-Version", "volume 3.0").split(".")[1])
        if version > self.newest_cinder:
            return self.problem(406, "computeFault", f"Maximum is 3.{self.newest_cinder}.")
        volume, size = _with_id(self.volumes, volume_id), request.body["os-extend"]["new_size"]
        if volume is None:
            return self._none("volume", volume_id)
        if size <= volume["size"]:
            message = "Invalid input received: New size for extend must be greater than current"
            return self.problem(400, "badRequest", message)
        status, expected = volume["status"], "available"
        if version >= EXTENDS_IN_USE and status == "in-use":
            expected = "in-use"
        if status != expected:
            return self._invalid(f"Volume {volume_id} status must be '{expected}' to extend")
        volume["status"] = "extending"
        self.passing[volume_id] = lambda: volume.update(status=status, size=size)
        return Reply(status=202)

    @route("DELETE", VOLUMES + r"/([^/]+)")
    def delete_volume(self, request, volume_id):
        volume = _with_id(self.volumes, volume_id)
        if volume is None:
            return self._none("volume", volume_id)
        has_snapshots = any(one["volume_id"] == volume_id for one in self.snapshots)
        if volume["status"] not in DELETABLE or has_snapshots:
            return self._invalid("Volume status must be available or error and must not have ...")
        volume["status"] = "deleting"
        self.passing[volume_id] = lambda: self.volumes.remove(volume)
        return Reply(status=202)

    @route("POST", SNAPSHOTS)
    def create_snapshot(self, request):
        given = request.body["snapshot"]
        assert given.keys() == {"volume_id", "name", "description", "force", "metadata"}
        volume = _with_id(self.volumes, given["volume_id"])
        if volume is None:
            return self._none("volume", given["volume_id"])
        if volume["status"] not in {"available", *(["in-use"] if given["force"] else [])}:
            return self._invalid(f"Volume {volume['id']} status must be available")
        own = {name: value for name, value in given.items() if name != "force"}
        model = copy.deepcopy(recording("openstack/snapshots")["snapshots"][0])
        made = model | own | {"id": str(uuid.uuid4()), "size": volume["size"], "status": "creating"}
        self.snapshots.append(made)
        self.passing[made["id"]] = lambda: made.update(status="available")
        return as_json({"snapshot": made}, 202)

    @route("DELETE", SNAPSHOTS + r"/([^/]+)")
    def delete_snapshot(self, request, snapshot_id):
        snapshot = _with_id(self.snapshots, snapshot_id)
        if snapshot is None:
            return self._none("snapshot", snapshot_id)
        if snapshot["status"] not in {"available", "error"}:
            message = "Invalid snapshot: Snapshot status must be available or error"
            return self.problem(400, "badRequest", message)
        snapshot["status"] = "deleting"
        self.passing[snapshot_id] = lambda: self.snapshots.remove(snapshot)
        return Reply(status=202)

    def _invalid(self, reason):
        return self.problem(400, "badRequest", f"Invalid volume: {reason}")

    # --- nova's attachments ---------------------------------------------------------------------

    @route("POST", r"/v2\.1/servers/([^/]+)/os-volume_attachments")
    def attach_volume(self, request, server_id):
        given = request.body["volumeAttachment"]
        assert given.keys() <= {"volumeId", "device"}
        volume = _with_id(self.volumes, given["volumeId"])
        if self._server(server_id) is None:
            return self.missing()
        if volume is None:
            return self._none("volume", given["volumeId"])
        if volume["status"] != "available":
            reason = f"volume '{volume['id']}' status must be 'available'."
            return self._invalid(f"{reason} Currently in '{volume['status']}'")
        device = given.get("device") or "/dev/vdb"
        attachment = {"server_id": server_id, "device": device, "id": volume["id"]}
        volume["status"] = "attaching"
        self.passing[volume["id"]] = lambda: volume.update(
            status="in-use", attachments=[attachment]
        )
        shown = {"device": device, "serverId": server_id, "volumeId": volume["id"]}
        return as_json({"volumeAttachment": shown | {"id": volume["id"]}})

    @route("DELETE", r"/v2\.1/servers/([^/]+)/os-volume_attachments/([^/]+)")
    def detach_volume(self, request, server_id, volume_id):
        volume = _with_id(self.volumes, volume_id)
        if self._server(server_id) is None or volume is None:
            return self.missing()
        if server_id not in [one["server_id"] for one in volume["attachments"]]:
            message = f"Instance {server_id} is not attached to volume {volume_id}"
            return self.problem(404, "itemNotFound", message)
        volume["status"] = "detaching"
        self.passing[volume_id] = lambda: volume.update(status="available", attachments=[])
        return Reply(status=202)


def _with_id(objects, object_id):
    return next((one for one in objects if one["id"] == object_id), None)
