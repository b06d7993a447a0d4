"""A Docker engine's API, from recordings; tests/recordings/docker says where they are from."""

import copy
import json
import re
import secrets
import time

from tests.clouds.recorded import RecordedCloud, as_json, recording, route
from tests.clouds.static_ec2 import Reply

ENDED = "Exited ({code}) Less than a second ago"
UP = "Up Less than a second"
RUNS = {"running", "paused", "restarting"}
# "Grammar" of github.com/distribution/reference, as far as tests have names.
REFERENCE = re.compile(
    r"(?:[A-Za-z0-9.-]+(?::[0-9]+)?/)?[a-z0-9._/-]+(?::[\w.-]+)?(?:@sha256:[0-9a-f]+)?"
)
LEAST_MEMORY = 6 << 20


class Docker(RecordedCloud):
    """``registry``: the images that can be fetched. ``locked``: no certificate is accepted."""

    hosts = ("engine.example",)

    def __init__(self):
        super().__init__()
        self.version = recording("docker/version")
        self.containers = recording("docker/containers")
        self.images = {"busybox", "busybox:latest"}
        self.registry = {"lab/tool:1"}
        self.locked = False
        # Only an inspection shows these, by id: limits in bytes, and images as they were asked for.
        self.limits, self.asked_for = {}, {}
        for one in self.containers:
            if "/done" in one["Names"]:
                self.limits[one["Id"]] = 32 << 20
        self.pull_ends_in = None

    def add(self, count):
        """Add ``count`` copies of the first container, each with its own name."""
        for number in range(count):
            more = {"Id": f"{number:064x}", "Names": [f"/more-{number}"]}
            self.containers.append(copy.deepcopy(self.containers[0]) | more)

    def fault_meets(self, request):
        return "/containers" in request.path

    def refusal(self, request):
        return self.error(401, "authorization is required") if self.locked else None

    def missing(self):
        return self.error(404, "page not found")

    def nobody(self, container_id):
        return self.error(404, f"No such container: {container_id}")

    def error(self, status, message):
        return as_json({"message": message}, status)

    @route("GET", r"/version")
    def get_version(self, request):
        return as_json(self.version)

    @route("GET", r"/v1\.41/containers/json")
    def list_containers(self, request):
        """List the running containers, or all of them on request."""
        filters = json.loads(request.query.get("filters") or "{}")
        shown = [
            one
            for one in self.containers
            if (request.query.get("all") == "true" or one["State"] in RUNS)
            and all(one["Id"].startswith(start) for start in filters.get("id", []))
            and all(re.search(name, one["Names"][0]) for name in filters.get("name", []))
        ]
        return as_json(shown)

    @route("GET", r"/v1\.41/containers/([^/]+)/json")
    def inspect_container(self, request, container_id):
        found = self._container(container_id)
        if found is None:
            return self.nobody(container_id)
        ordered = found.get("_ordered") or {}
        limit = (ordered.get("HostConfig") or {}).get("Memory", 0)
        body = {
            "Id": container_id,
            "Config": {"Image": self.asked_for.get(container_id, found["Image"])},
            "HostConfig": {"Memory": self.limits.get(container_id, limit)},
        }
        return as_json(body)

    @route("POST", r"/v1\.41/containers/create")
    def create_container(self, request):
        order, name = request.body, request.query["name"]
        if not re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+", name):
            return self.error(400, f"Invalid container name ({name})")
        if request.headers["Content-Type"] != "application/json":
            return self.error(400, "Content-Type specified () must be 'application/json'")
        if refused := self._refused_order(order):
            return self.error(400, refused)
        if order["Image"] not in self.images:
            return self.error(404, f"No such image: {order['Image']}")
        if any(one["Names"] == [f"/{name}"] for one in self.containers):
            return self.error(409, f'Conflict. The container name "/{name}" is already in use')
        made = copy.deepcopy(self.containers[0]) | {
            "Id": secrets.token_hex(32),  # never used again: answers are kept by it
            "Names": [f"/{name}"],
            "Image": order["Image"],
            "Command": " ".join(order["Cmd"] or ["/bin/sleep", "3600"]),
            "Created": int(time.time()),
            "Labels": order["Labels"],
            "Ports": [],
            "State": "created",
            "Status": "Created",
            "_ordered": order,
        }
        self.containers.append(made)
        return as_json({"Id": made["Id"], "Warnings": []}, 201)

    def _refused_order(self, order):
        """The reason for which a real engine of version 20.10 answers 400."""
        if not REFERENCE.fullmatch(order["Image"]):
            return "invalid reference format"
        if 0 < (order.get("HostConfig") or {}).get("Memory", 0) < LEAST_MEMORY:
            return "Minimum memory limit allowed is 6MB"
        odd = [one for one in order.get("Env") or [] if one.startswith("=")]
        return f"invalid environment variable: {odd[0]}" if odd else None

    @route("POST", r"/v1\.41/containers/([^/]+)/(start|stop|restart|unpause)")
    def act(self, request, container_id, action):
        found = self._container(container_id)
        if found is None:
            return self.nobody(container_id)
        if action == "start" and found["State"] == "paused":
            return self.error(409, "cannot start a paused container, try unpause instead")
        if action == "unpause" and found["State"] != "paused":
            return self.error(500, f"Container {container_id} is not paused")
        runs = found["State"] in RUNS
        if (action, runs) in {("start", True), ("stop", False)}:
            return Reply(status=304)
        if action == "stop":
            found.update(State="exited", Status=ENDED.format(code=137), Ports=[])
        else:
            found.update(State="running", Status=UP, Ports=_open_ports(found))
        return Reply(status=204)

    @route("DELETE", r"/v1\.41/containers/([^/]+)")
    def remove_container(self, request, container_id):
        found = self._container(container_id)
        if found is None:
            return self.nobody(container_id)
        if found["State"] == "removing":
            message = f"removal of container {container_id} is already in progress"
            return self.error(409, message)
        if found["State"] in RUNS and request.query.get("force") != "true":
            return self.error(409, f"You cannot remove a running container {container_id}.")
        assert request.query.get("v") != "true"  # volumes stay
        self.containers.remove(found)
        return Reply(status=204)

    @route("GET", r"/v1\.41/images/json")
    def list_images(self, request):
        return as_json(recording("docker/images"))

    @route("POST", r"/v1\.41/images/create")
    def pull(self, request):
        """Lines of progress, and one that says how it ended."""
        image = request.query["fromImage"]
        if "tag" in request.query:
            image = f"{image}:{request.query['tag']}"
        lines = [{"status": f"Pulling from {image}", "id": "1"}]
        if self.pull_ends_in:
            error = self.pull_ends_in
            lines.append({"errorDetail": {"message": error}, "error": error})
        elif image not in self.registry:
            return self.error(404, f"pull access denied for {image}, repository does not exist")
        else:
            self.images |= {image, image.removesuffix(":latest")}
            lines.append({"status": f"Status: Downloaded newer image for {image}"})
        body = "".join(json.dumps(line) + "\r\n" for line in lines)
        return Reply(body.encode(), 200, {"Content-Type": "application/json"})

    def _container(self, container_id):
        return next((one for one in self.containers if one["Id"] == container_id), None)


def _open_ports(container):
    """The ordered ports. Docker lists a port that is not published without a public port."""
    ordered = container.get("_ordered")
    if ordered is None:
        return container["Ports"]
    ports = []
    for name in ordered["ExposedPorts"]:
        number, _, protocol = name.partition("/")
        inner = {"PrivatePort": int(number), "Type": protocol}
        bindings = ordered["HostConfig"]["PortBindings"].get(name) or []
        ports += [
            inner | {"PublicPort": int(one["HostPort"]), "IP": one["HostIp"] or "0.0.0.0"}  # noqa: S104
            for one in bindings
        ] or [inner]
    return ports
