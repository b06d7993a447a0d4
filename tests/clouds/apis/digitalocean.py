"""DigitalOcean's API v2, from recordings."""

import copy
import re

from tests.clouds.apis.digitalocean_storage import Storage
from tests.clouds.recorded import RecordedCloud, as_json, recording, route
from tests.clouds.static_ec2 import Reply

# "Tags may contain letters, numbers, colons, dashes, and underscores", up to 255.
TAG = re.compile(r"[A-Za-z0-9:_-]{1,255}")
STATUSES = {"RUNNING": "in-progress", "DONE": "completed", "FAILED": "errored"}
POWER = {"power_on": "active", "shutdown": "off", "reboot": "active"}
# docs.digitalocean.com/reference/pydo/reference/droplet_actions: an action that is not completed
# locks the Droplet, and another one "will fail with a status of 422".
PENDING = "Droplet already has a pending event."


def is_gpu(droplet):
    """The list shows these only to a request with the parameter ``type``."""
    return droplet["size_slug"].startswith("gpu-")


class DigitalOcean(Storage, RecordedCloud):
    hosts = ("api.digitalocean.com",)

    def __init__(self, *, page=20):
        super().__init__()
        self.page = page
        self.droplets = recording("digitalocean/list_nodes")["droplets"]
        self.tags = set()

    def add(self, count):
        """Add ``count`` copies of the first machine, each with its own number."""
        for number in range(count):
            droplet = copy.deepcopy(self.droplets[0])
            self.droplets.append(droplet | {"id": 50_000_000 + number, "name": f"more-{number}"})

    def unauthorized(self):
        body = {"id": "Unauthorized", "message": "Unable to authenticate you"}
        return as_json(body, 401)

    def missing(self):
        body = {"id": "not_found", "message": "The resource you were accessing could not be found."}
        return as_json(body, 404)

    def invalid(self, message):
        return as_json({"id": "unprocessable_entity", "message": message}, 422)

    @route("GET", r"/v2/droplets")
    def list_droplets(self, request):
        number = int(request.query.get("page", 1))
        size = min(self.page, int(request.query["per_page"]))
        wants_gpus = request.query.get("type") == "gpus"
        droplets = [one for one in self.droplets if is_gpu(one) is wants_gpus]
        shown = droplets[(number - 1) * size : number * size]
        pages = {}
        if number * size < len(droplets):
            last = -(-len(droplets) // size)
            url = "https://api.digitalocean.com/v2/droplets?page="
            pages = {"pages": {"last": f"{url}{last}", "next": f"{url}{number + 1}"}}
        return as_json({"droplets": shown, "links": pages, "meta": {"total": len(droplets)}})

    @route("GET", r"/v2/droplets/([^/]+)")
    def get_droplet(self, request, droplet_id):
        droplet = self._droplet(droplet_id)
        return as_json({"droplet": droplet}) if droplet else self.missing()

    @route("POST", r"/v2/droplets")
    def create_droplet(self, request):
        order = request.body
        sizes = {size["slug"]: size for size in recording("digitalocean/list_sizes")["sizes"]}
        images = recording("digitalocean/list_images")["images"]
        image = next((one for one in images if order["image"] in {one["slug"], one["id"]}), None)
        regions = {one["slug"]: one for one in recording("digitalocean/list_locations")["regions"]}
        region = order.get("region", "nyc1")
        if image is None or order["size"] not in sizes or region not in regions:
            return self.invalid("You specified an invalid image, size or region for Droplet.")
        size = sizes[order["size"]]
        droplet = {
            **copy.deepcopy(self.droplets[0]),
            "id": 60_000_000 + len(self.droplets),
            "name": order["name"],
            "status": "new",
            "size": size,
            "size_slug": size["slug"],
            "memory": size["memory"],
            "vcpus": size["vcpus"],
            "disk": size["disk"],
            "image": image,
            "region": regions[region],
            "tags": order["tags"],
            "networks": {"v4": [], "v6": []},
        }
        self.droplets.append(droplet | {"status": "active"})  # it boots at once
        return as_json({"droplet": droplet}, 202)

    @route("POST", r"/v2/droplets/([^/]+)/actions")
    def act(self, request, droplet_id):
        droplet = self._droplet(droplet_id)
        if droplet is None:
            return self.missing()
        if droplet["locked"]:
            return self.invalid(PENDING)
        kind = request.body["type"]
        change = {"status": POWER.get(kind)}
        if kind == "resize":
            sizes = {size["slug"]: size for size in recording("digitalocean/list_sizes")["sizes"]}
            size = sizes[request.body["size"]]
            change = {"size_slug": size["slug"], "memory": size["memory"], "vcpus": size["vcpus"]}
        number = 36_804_758 + len(self.operations)
        facts = {"id": number, "type": kind, "resource_id": droplet["id"]}
        self.begin(str(number), lambda: droplet.update(change), **facts)
        return as_json({"action": facts | {"status": STATUSES["RUNNING"]}}, 201)

    @route("GET", r"/v2/droplets/([^/]+)/actions")
    def list_actions(self, request, droplet_id):
        """The newest comes first."""
        shown = [self._action(number) for number in reversed(self.operations)]
        return as_json({"actions": [one for one in shown if str(one["resource_id"]) == droplet_id]})

    @route("GET", r"/v2/droplets/([^/]+)/actions/([^/]+)")
    def get_action(self, request, droplet_id, number):
        action = self._action(number) if number in self.operations else {}
        if str(action.get("resource_id")) != droplet_id:
            return self.missing()
        return as_json({"action": action})

    def _action(self, number):
        operation, facts = self.operations[number]
        return facts | {"status": STATUSES[operation.state], "resource_type": "droplet"}

    @route("DELETE", r"/v2/droplets/([^/]+)")
    def delete_droplet(self, request, droplet_id):
        droplet = self._droplet(droplet_id)
        if droplet is None:
            return self.missing()
        if droplet["locked"]:
            return self.invalid(PENDING)
        self.droplets.remove(droplet)
        return Reply(status=204)

    @route("GET", r"/v2/tags")
    def list_tags(self, request):
        return as_json({"tags": [{"name": name} for name in sorted(self.tags)], "links": {}})

    @route("POST", r"/v2/tags")
    def create_tag(self, request):
        """The first spelling stays: docs.digitalocean.com/reference/api/reference/tags."""
        word = request.body["name"]
        if TAG.fullmatch(word) is None:
            return self.invalid("Name contains invalid characters.")
        name = next((tag for tag in self.tags if tag.lower() == word.lower()), word)
        self.tags.add(name)
        return as_json({"tag": {"name": name}}, 201)

    @route("POST", r"/v2/tags/([^/]+)/resources")
    def tag_resources(self, request, tag):
        if tag not in self.tags:
            return self.missing()
        return self._tagged(request, lambda tags: [*dict.fromkeys([*tags, tag])])

    @route("DELETE", r"/v2/tags/([^/]+)/resources")
    def untag_resources(self, request, tag):
        if all(tag not in droplet["tags"] for droplet in self.droplets):
            return self.missing()
        return self._tagged(request, lambda tags: [one for one in tags if one != tag])

    @route("GET", r"/v2/(sizes|images|regions)")
    def catalog(self, request, name):
        file = {"sizes": "sizes", "images": "images", "regions": "locations"}[name]
        return as_json(recording(f"digitalocean/list_{file}"))

    def _tagged(self, request, change):
        [resource] = request.body["resources"]
        droplet = self._droplet(resource["resource_id"])
        droplet["tags"] = change(droplet["tags"])
        return Reply(status=204)

    def _droplet(self, droplet_id):
        return next((one for one in self.droplets if str(one["id"]) == droplet_id), None)
