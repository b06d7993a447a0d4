"""Linode's API v4, from recordings."""

import copy

from tests.clouds.apis.linode_storage import Storage
from tests.clouds.recorded import RecordedCloud, as_json, recording, route

POWER = {"boot": "running", "shutdown": "offline", "reboot": "running"}
LISTS = {"types": "types", "images": "images", "regions": "locations"}


class Linode(Storage, RecordedCloud):
    hosts = ("api.linode.com",)

    def __init__(self, *, page=100):
        super().__init__()
        self.page = page
        self.linodes = recording("linode/list_nodes")["data"]
        self.scopes, self.restricted = "*", False

    def add(self, count):
        """Add ``count`` copies of the first machine, each with its own number."""
        for number in range(count):
            linode = copy.deepcopy(self.linodes[0])
            self.linodes.append(linode | {"id": 50_000_000 + number, "label": f"more-{number}"})

    def unauthorized(self):
        return self.error(401, "Invalid Token")

    def missing(self):
        return self.error(404, "Not found")

    def error(self, status, reason, field=None):
        return as_json(
            {"errors": [{"reason": reason, **({"field": field} if field else {})}]}, status
        )

    @route("GET", r"/v4/linode/instances")
    def list_linodes(self, request):
        size = min(self.page, int(request.query["page_size"]))
        number = int(request.query.get("page", 1))
        shown = self.linodes[(number - 1) * size : number * size]
        pages = -(-len(self.linodes) // size)
        return as_json(
            {"data": shown, "page": number, "pages": pages, "results": len(self.linodes)}
        )

    @route("GET", r"/v4/linode/instances/([^/]+)")
    def get_linode(self, request, linode_id):
        linode = self._linode(linode_id)
        return as_json(linode) if linode else self.missing()

    @route("POST", r"/v4/linode/instances")
    def create_linode(self, request):
        order = request.body
        types = {one["id"]: one for one in recording("linode/list_types")["data"]}
        images = {one["id"] for one in recording("linode/list_images")["data"]}
        regions = {one["id"] for one in recording("linode/list_locations")["data"]}
        for field, known in (("type", types), ("image", images), ("region", regions)):
            if order[field] not in known:
                return self.error(400, f"A valid {field} is required", field)
        if len(order["root_pass"]) < 11:
            return self.error(400, "Password does not meet strength requirement.", "root_pass")
        size = types[order["type"]]
        linode = {
            **recording("linode/create_node"),
            **{name: order[name] for name in ("label", "type", "image", "region", "tags")},
            "specs": {name: size[name] for name in ("disk", "memory", "vcpus")},
            "id": 60_000_000 + len(self.linodes),
        }
        self.linodes.append(linode | {"status": "running"})  # it boots at once
        return as_json(linode)

    @route("PUT", r"/v4/linode/instances/([^/]+)")
    def change_linode(self, request, linode_id):
        linode = self._linode(linode_id)
        if linode is None:
            return self.missing()
        if any(not 3 <= len(tag) <= 50 for tag in request.body.get("tags", [])):
            return self.error(400, "Length must be 3-50 characters", "tags")
        linode.update(request.body)
        return as_json(linode)

    @route("POST", r"/v4/linode/instances/([^/]+)/resize")
    def resize_linode(self, request, linode_id):
        linode = self._linode(linode_id)
        if linode is None:
            return self.missing()
        types = {one["id"]: one for one in recording("linode/list_types")["data"]}
        size = types[request.body["type"]]
        specs = {name: size[name] for name in ("disk", "memory", "vcpus")}
        linode.update(type=size["id"], specs=specs)
        return as_json({})

    @route("POST", r"/v4/linode/instances/([^/]+)/(boot|shutdown|reboot)")
    def act(self, request, linode_id, action):
        linode = self._linode(linode_id)
        if linode is None:
            return self.missing()
        linode["status"] = POWER[action]
        return as_json({})

    @route("DELETE", r"/v4/linode/instances/([^/]+)")
    def delete_linode(self, request, linode_id):
        linode = self._linode(linode_id)
        if linode is None:
            return self.missing()
        if linode.get("locks"):
            # techdocs.akamai.com/linode-api/reference/create-a-resource-lock-for-a-linode
            return self.error(400, "This Linode has a resource lock and cannot be deleted.")
        self.linodes.remove(linode)
        return as_json({})

    @route("GET", r"/v4/profile")
    def profile(self, request):
        body = {"username": "exampleUser", "restricted": self.restricted}
        return as_json(body, **{"X-OAuth-Scopes": self.scopes})

    @route("GET", r"/v4/(?:linode/|profile/)?(types|images|regions)")
    def catalog(self, request, name):
        return as_json(recording(f"linode/list_{LISTS[name]}"))

    def _linode(self, linode_id):
        return next((one for one in self.linodes if str(one["id"]) == linode_id), None)
