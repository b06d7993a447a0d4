"""Volumes, snapshots of volumes and SSH keys of DigitalOcean: docs.digitalocean.com/reference/api.

The reference leaves some answers open. They are as users report them; the kind's table of refusals
has the sources.
"""

import copy
import re
import uuid

from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from tests.clouds.recorded import as_json, recording, route
from tests.clouds.static_ec2 import Reply

VOLUME_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
TAG = re.compile(r"[A-Za-z0-9:_-]{1,255}")
IN_USE = (
    "A volume that's attached to a Droplet cannot be deleted. Please detach it first before "
    "deleting."
)


class Storage:
    """Needs ``page``, ``missing``, ``invalid`` and ``_droplet``."""

    def __init__(self, **options):
        super().__init__(**options)
        recorded = recording("digitalocean/list_volumes")["volumes"]
        # The volumes are in the droplet's region, and have tags, which the recording does not have.
        region = recording("digitalocean/list_nodes")["droplets"][0]["region"]
        self.volumes = [one | {"tags": ["env:test"], "region": region} for one in recorded]
        self.volume_snapshots = recording("digitalocean/list_volume_snapshots")["snapshots"]
        self.ssh_keys = recording("digitalocean/list_key_pairs")["ssh_keys"]
        self.images = recording("digitalocean/list_images")["images"]

    @route("GET", r"/v2/images")
    def list_images(self, request):
        """Filtered as "List All Images": ``type=distribution`` has public ones, ``private`` own."""
        shown = self.images
        if request.query.get("private") == "true":
            shown = [one for one in shown if not one["public"]]
        elif request.query.get("type") == "distribution":
            shown = [one for one in shown if one["public"]]
        return self._listed(request, "images", shown)

    @route("DELETE", r"/v2/images/([^/]+)")
    def delete_image(self, request, image_id):
        """Named by its number, as in "Delete an Image"."""
        own = (one for one in self.images if not one["public"] and str(one["id"]) == image_id)
        image = next(own, None)
        if image is None:
            return self.missing()
        self.images.remove(image)
        return Reply(status=204)

    def more_volumes(self, count):
        self._more(self.volumes, count)

    def more_snapshots(self, count):
        self._more(self.volume_snapshots, count)

    def _more(self, objects, count):
        for number in range(count):
            more = {"id": str(uuid.UUID(int=number + 1)), "name": f"more-{number}"}
            objects.append(copy.deepcopy(objects[0]) | more)

    def more_key_pairs(self, count):
        for number in range(count):
            more = {"id": 90_000 + number, "name": f"more-{number}"}
            self.ssh_keys.append(self.ssh_keys[0] | more)

    def _listed(self, request, name, objects):
        number = int(request.query.get("page", 1))
        size = min(self.page, int(request.query["per_page"]))
        links = {}
        if number * size < len(objects):
            last = -(-len(objects) // size)
            url = f"https://api.digitalocean.com{request.path}?page="
            links = {"pages": {"last": f"{url}{last}", "next": f"{url}{number + 1}"}}
        shown = objects[(number - 1) * size : number * size]
        return as_json({name: shown, "links": links, "meta": {"total": len(objects)}})

    def _one(self, name, objects, object_id):
        found = _with_id(objects, object_id)
        return as_json({name: found}) if found else self.missing()

    def _removed(self, objects, object_id):
        found = _with_id(objects, object_id)
        if found is None:
            return self.missing()
        objects.remove(found)
        return Reply(status=204)

    @route("GET", r"/v2/volumes")
    def list_volumes(self, request):
        return self._listed(request, "volumes", self.volumes)

    @route("GET", r"/v2/volumes/([^/]+)")
    def get_volume(self, request, volume_id):
        return self._one("volume", self.volumes, volume_id)

    @route("POST", r"/v2/volumes")
    def create_volume(self, request):
        given = request.body
        assert given.keys() <= {"name", "size_gigabytes", "region", "snapshot_id", "tags"}
        regions = {one["slug"]: one for one in recording("digitalocean/list_locations")["regions"]}
        regions |= {one["region"]["slug"]: one["region"] for one in self.droplets}
        source = _with_id(self.volume_snapshots, given.get("snapshot_id"))
        if given.get("snapshot_id") and source is None:
            return self.missing()
        least = source["min_disk_size"] if source else 1
        if not VOLUME_NAME.fullmatch(given["name"]):
            return self.invalid("invalid volume name")
        if given.get("region") not in regions or given.get("size_gigabytes", 0) < least:
            return self.invalid("invalid region or size")
        if any(TAG.fullmatch(tag) is None for tag in given["tags"]):
            return self.invalid("tag names may contain letters, numbers, colons, ...")
        facts = {
            "id": str(uuid.uuid4()),
            "region": regions[given["region"]],
            "droplet_ids": [],
            "tags": given["tags"],
            "size_gigabytes": given["size_gigabytes"],
            "name": given["name"],
        }
        self.volumes.append(copy.deepcopy(self.volumes[0]) | facts)
        return as_json({"volume": self.volumes[-1]}, 201)

    @route("POST", r"/v2/volumes/([^/]+)/actions")
    def act_on_volume(self, request, volume_id):
        volume, given = _with_id(self.volumes, volume_id), request.body
        if volume is None:
            return self.missing()
        if given["type"] == "resize":
            if given["size_gigabytes"] <= volume["size_gigabytes"]:
                return self.invalid("new size must be greater than the current size")
            volume["size_gigabytes"] = given["size_gigabytes"]
        elif self._droplet(str(given["droplet_id"])) is None:
            return self.missing()
        elif given["type"] == "attach":
            if volume["droplet_ids"]:
                return self.invalid("This volume is already attached")
            volume["droplet_ids"] = [given["droplet_id"]]
        elif given["droplet_id"] not in volume["droplet_ids"]:
            return self.invalid("Attachment not found")
        else:
            volume["droplet_ids"] = []
        action = {"id": 72531856, "status": "in-progress", "type": f"{given['type']}_volume"}
        return as_json({"action": action | {"resource_id": None, "resource_type": "volume"}}, 202)

    @route("DELETE", r"/v2/volumes/([^/]+)")
    def delete_volume(self, request, volume_id):
        if (_with_id(self.volumes, volume_id) or {}).get("droplet_ids"):
            return as_json({"id": "conflict", "message": IN_USE}, 409)
        return self._removed(self.volumes, volume_id)

    @route("GET", r"/v2/snapshots")
    def list_snapshots(self, request):
        """The API lists snapshots of droplets too, unless ``resource_type`` selects one type."""
        assert request.query["resource_type"] == "volume"
        return self._listed(request, "snapshots", self.volume_snapshots)

    @route("GET", r"/v2/snapshots/([^/]+)")
    def get_snapshot(self, request, snapshot_id):
        return self._one("snapshot", self.volume_snapshots, snapshot_id)

    @route("POST", r"/v2/volumes/([^/]+)/snapshots")
    def create_snapshot(self, request, volume_id):
        volume = _with_id(self.volumes, volume_id)
        if volume is None:
            return self.missing()
        assert request.body.keys() == {"name", "tags"}
        facts = {
            "id": str(uuid.uuid4()),
            "resource_id": volume_id,
            "min_disk_size": volume["size_gigabytes"],
            "regions": [volume["region"]["slug"]],
        }
        self.volume_snapshots.append(self.volume_snapshots[0] | request.body | facts)
        return as_json({"snapshot": self.volume_snapshots[-1]}, 201)

    @route("DELETE", r"/v2/snapshots/([^/]+)")
    def delete_snapshot(self, request, snapshot_id):
        return self._removed(self.volume_snapshots, snapshot_id)

    @route("GET", r"/v2/account/keys")
    def list_keys(self, request):
        return self._listed(request, "ssh_keys", self.ssh_keys)

    @route("POST", r"/v2/account/keys")
    def create_key(self, request):
        given = request.body
        assert given.keys() == {"name", "public_key"}
        try:
            load_ssh_public_key(given["public_key"].encode())
        except ValueError:
            return self.invalid("Key invalid, key should be of the format `type key [comment]`")
        material = given["public_key"].split()[1]
        if any(one["public_key"].split()[1] == material for one in self.ssh_keys):
            return self.invalid("SSH Key is already in use on your account")
        number = 512_190 + len(self.ssh_keys)
        fingerprint = ":".join([f"{len(self.ssh_keys):02x}"] * 16)
        self.ssh_keys.append(given | {"id": number, "fingerprint": fingerprint})
        return as_json({"ssh_key": self.ssh_keys[-1]}, 201)

    @route("DELETE", r"/v2/account/keys/([^/]+)")
    def delete_key(self, request, key_id):
        return self._removed(self.ssh_keys, key_id)


def _with_id(objects, object_id):
    return next((one for one in objects if str(one["id"]) == str(object_id)), None)
