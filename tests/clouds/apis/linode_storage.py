"""Volumes and SSH keys of Linode: techdocs.akamai.com/linode-api/reference.

Whether Linode refuses to delete an attached volume is not documented: this one deletes it.
"""

import copy
import re

from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from tests.clouds.recorded import as_json, recording, route

LABEL = re.compile(r"(?!.*(?:--|__))[a-zA-Z][a-zA-Z0-9_-]{0,31}")
SMALLEST = 10  # GiB
LONGEST_LABEL = 64  # of a key
LONGEST_IMAGE_LABEL = 128
TAG = range(3, 51)  # characters


class Storage:
    """Needs ``page``, ``missing``, ``error``, ``linodes`` and ``_linode``."""

    def __init__(self, **options):
        super().__init__(**options)
        self.volumes = recording("linode/list_volumes")["data"]
        self.ssh_keys = recording("linode/list_key_pairs")["data"]
        # The recording is older than the field "status".
        images = recording("linode/list_images")["data"]
        self.images = [{"status": "available"} | image for image in images]
        self.more_disks = []
        self.roots = {}  # Linodes and the volumes that they start from, by their ids

    def add_own_image(self, name):
        """An image of the account, by the fields of "Images" there; the recording has none."""
        own = {"id": "private/15", "label": name, "is_public": False, "status": "available"}
        own |= {"size": 2500, "type": "manual", "created_by": "exampleUser", "vendor": None}
        self.images.append(self.images[0] | own)

    @route("GET", r"/v4/images")
    def list_images(self, request):
        body = {"data": self.images, "page": 1, "pages": 1, "results": len(self.images)}
        reply = as_json(body)
        for image in self.images:
            image["status"] = "available"
        return reply

    @route("GET", r"/v4/linode/instances/([^/]+)/configs")
    def list_configs(self, request, linode_id):
        """By the fields of "List configuration profiles": one, with a disk or a volume."""
        if self._linode(linode_id) is None:
            return self.missing()
        root = {"disk_id": None if linode_id in self.roots else 1}
        root["volume_id"] = self.roots.get(linode_id)
        slots = {"sda": root, "sdb": {"disk_id": 2, "volume_id": None}, "sdc": None}
        profile = {"id": 7, "label": "mine", "root_device": "/dev/sda", "devices": slots}
        return self._listed(request, [profile])

    @route("GET", r"/v4/linode/instances/([^/]+)/disks")
    def list_disks(self, request, linode_id):
        """By the fields of "List disks": the disk of the system, and one to swap on."""
        if self._linode(linode_id) is None:
            return self.missing()
        number = int(linode_id) * 10
        disks = [
            {"id": number, "label": "Debian", "filesystem": "ext4", "size": 25_000},
            {"id": number + 1, "label": "512 MB Swap", "filesystem": "swap", "size": 512},
        ]
        return self._listed(request, disks + self.more_disks)

    @route("POST", r"/v4/images")
    def create_image(self, request):
        """By "Create an image": it is ``creating`` until it is listed once."""
        given = request.body
        assert given.keys() == {"disk_id", "label", "description", "tags"}
        known = {one["id"] * 10 for one in self.linodes}
        if given["disk_id"] not in known:
            return self.missing()
        if not 1 <= len(given["label"]) <= LONGEST_IMAGE_LABEL:
            return self.error(400, "Length must be 1-128 characters", "label")
        if any(len(tag) not in TAG for tag in given["tags"]):
            return self.error(400, "Length must be 3-50 characters", "tags")
        more = {name: given[name] for name in ("label", "description", "tags")}
        facts = {"id": f"private/{100 + len(self.images)}", "is_public": False, "size": 2500}
        facts |= {"status": "creating", "type": "manual", "vendor": None}
        self.images.append(self.images[0] | more | facts)
        return as_json(self.images[-1])

    @route("DELETE", r"/v4/images/(private/[0-9]+)")
    def delete_image(self, request, image_id):
        image = _with_id(self.images, image_id)
        if image is None:
            return self.missing()
        self.images.remove(image)
        return as_json({})

    def more_volumes(self, count):
        for number in range(count):
            more = {"id": 70_000 + number, "label": f"more-{number}"}
            self.volumes.append(copy.deepcopy(self.volumes[0]) | more)

    def more_key_pairs(self, count):
        for number in range(count):
            more = {"id": 80_000 + number, "label": f"more-{number}"}
            self.ssh_keys.append(self.ssh_keys[0] | more)

    def _listed(self, request, objects):
        size = min(self.page, int(request.query["page_size"]))
        number = int(request.query.get("page", 1))
        shown = objects[(number - 1) * size : number * size]
        pages = -(-len(objects) // size)
        return as_json({"data": shown, "page": number, "pages": pages, "results": len(objects)})

    @route("GET", r"/v4/volumes")
    def list_volumes(self, request):
        return self._listed(request, self.volumes)

    @route("GET", r"/v4/volumes/([^/]+)")
    def get_volume(self, request, volume_id):
        volume = _with_id(self.volumes, volume_id)
        return as_json(volume) if volume else self.missing()

    @route("POST", r"/v4/volumes")
    def create_volume(self, request):
        """It shows once that it is being created."""
        given = request.body
        assert given.keys() <= {"label", "size", "region", "encryption", "tags"}
        regions = {one["id"]: one for one in recording("linode/list_locations")["data"]}
        if not LABEL.fullmatch(given["label"]):
            return self.error(400, "Must begin with a letter.", "label")
        if "Block Storage" not in regions.get(given["region"], {}).get("capabilities", ()):
            return self.error(400, "region is not valid", "region")
        if given["size"] < SMALLEST:
            return self.error(400, "Must be 10-16384", "size")
        if any(len(tag) not in TAG for tag in given["tags"]):
            return self.error(400, "Length must be 3-50 characters", "tags")
        facts = {"id": 60_000 + len(self.volumes), "linode_id": None, "linode_label": None}
        volume = self.volumes[0] | given | facts
        self.volumes.append(volume)
        return as_json(volume | {"status": "creating"})

    @route("POST", r"/v4/volumes/([^/]+)/(attach|detach|resize)")
    def act_on_volume(self, request, volume_id, verb):
        volume, given = _with_id(self.volumes, volume_id), request.body
        if volume is None:
            return self.missing()
        if verb == "resize":
            if given["size"] <= volume["size"]:
                return self.error(400, "Volumes can only be resized up.", "size")
            volume["size"] = given["size"]
        elif verb == "detach":
            volume["linode_id"] = None
        elif self._linode(str(given["linode_id"])) is None:
            return self.missing()
        else:
            volume["linode_id"] = given["linode_id"]
        return as_json(volume)

    @route("DELETE", r"/v4/volumes/([^/]+)")
    def delete_volume(self, request, volume_id):
        return self._removed(self.volumes, volume_id)

    def _removed(self, objects, object_id):
        found = _with_id(objects, object_id)
        if found is None:
            return self.missing()
        objects.remove(found)
        return as_json({})

    @route("GET", r"/v4/profile/sshkeys")
    def list_keys(self, request):
        return self._listed(request, self.ssh_keys)

    @route("POST", r"/v4/profile/sshkeys")
    def create_key(self, request):
        given = request.body
        assert given.keys() == {"label", "ssh_key"}
        if len(given["label"]) > LONGEST_LABEL:
            return self.error(400, "Length must be 0-64 characters", "label")
        try:
            load_ssh_public_key(given["ssh_key"].encode())
        except ValueError:
            return self.error(400, "SSH Key 1 must start with ssh-dss, ssh-rsa, ...", "ssh_key")
        self.ssh_keys.append(self.ssh_keys[0] | given | {"id": 50_000 + len(self.ssh_keys)})
        return as_json(self.ssh_keys[-1])

    @route("DELETE", r"/v4/profile/sshkeys/([^/]+)")
    def delete_key(self, request, key_id):
        return self._removed(self.ssh_keys, key_id)


def _with_id(objects, object_id):
    return next((one for one in objects if str(one["id"]) == object_id), None)
