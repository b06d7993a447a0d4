"""Keystone, Nova, Glance and Neutron of one cloud, from recordings."""

import copy
import itertools

from tests.clouds.apis.openstack_groups import SecurityGroups
from tests.clouds.apis.openstack_images import Images
from tests.clouds.apis.openstack_keys import KeyPairs
from tests.clouds.apis.openstack_volumes import CINDER, Volumes, volume_service
from tests.clouds.recorded import RecordedCloud, as_json, recording, route
from tests.clouds.static_ec2 import Reply

NOVA = "nova.example"
STATUSES = {
    "os-start": "ACTIVE",
    "os-stop": "SHUTOFF",
    "reboot": "ACTIVE",
    "suspend": "SUSPENDED",
    "resume": "ACTIVE",
    "unpause": "ACTIVE",
    "unshelve": "ACTIVE",
    "confirmResize": "SHUTOFF",
}
RUNS, IS_OFF = 1, 4  # nova's power states
EMBEDS_FLAVORS = 47  # microversion 2.47
SHOWS_LOCK = 9  # microversion 2.9
SHOWS_DOWN_CELLS = 69  # microversion 2.69
# nova's compute/api.py, ``check_instance_state``: the vm_states in which an action is accepted.
ACCEPTED_IN = {
    "os-start": {"stopped"},
    "os-stop": {"active", "error"},
    "reboot": {"active"},
    "suspend": {"active"},
    "resume": {"suspended"},
    "unpause": {"paused"},
    "unshelve": {"shelved", "shelved_offloaded"},
    "resize": {"active", "stopped"},
    "confirmResize": {"resized"},
    "createImage": {"active", "paused", "stopped", "suspended"},
    "metadata": {"active", "paused", "suspended", "stopped"},
}
METHODS = {"os-start": "start", "os-stop": "stop", "confirmResize": "confirm_resize"}
# nova's api/openstack/common.py, ``_STATE_MAP``; other statuses are those of a task.
VM_STATES = {
    "ACTIVE": "active",
    "BUILD": "building",
    "SHUTOFF": "stopped",
    "VERIFY_RESIZE": "resized",
    "PAUSED": "paused",
    "SUSPENDED": "suspended",
    "RESCUE": "rescued",
    "ERROR": "error",
    "SOFT_DELETED": "soft-delete",
    "SHELVED": "shelved",
    "SHELVED_OFFLOADED": "shelved_offloaded",
}


def _short(server):
    return {"id": server["id"], "name": server["name"], "links": server.get("links", [])}


SERIES = itertools.count()


class OpenStack(Images, KeyPairs, SecurityGroups, Volumes, RecordedCloud):
    hosts = ("keystone.example", NOVA, "glance.example", "neutron.example", CINDER)
    password = "the-password-of-demo"
    application = ("an-application-credential", "its-secret-of-tests")

    def __init__(self, *, page=1000):
        super().__init__()
        self.page = page
        self.servers = recording("openstack/servers")["servers"]
        self.catalogue = None  # another one than the recorded
        self.stores = []  # of objects, in the catalogue
        self.deleted_flavors = {}
        self.deleted_applications = set()
        self.newest_microversion = 93  # 2.93 is that of nova 26
        self.in_down_cell = set()  # the ids of servers
        self.tokens = 0
        self.series = next(SERIES)  # no token is one that an earlier cloud gave at this address
        self.roles = ("member", "reader")
        self.expires_at = None

    def add(self, count):
        """Add ``count`` copies of the first server, each with its own name."""
        for number in range(count):
            more = {"id": f"{number:032x}", "name": f"more-{number}"}
            self.servers.append(copy.deepcopy(self.servers[0]) | more)

    def fault_meets(self, request):
        return request.host == NOVA

    def refusal(self, request):
        if request.path == "/v3/auth/tokens" or request.path in self.documents:
            return None
        if self._microversion(request) > self.newest_microversion:
            message = f"Maximum is 2.{self.newest_microversion}."
            return self.problem(406, "computeFault", message)
        good = request.headers.get("X-Auth-Token") == self.latest_token
        return None if good else self.unauthorized()

    @property
    def latest_token(self):
        return f"{self.token}-{self.series}-{self.tokens}"

    def unauthorized(self):
        message = "The request you have made requires authentication."
        error = {"code": 401, "title": "Unauthorized", "message": message}
        return as_json({"error": error}, 401)

    def missing(self):
        return self.problem(404, "itemNotFound", "Instance could not be found.")

    def problem(self, status, word, message):
        return as_json({word: {"code": status, "message": message}}, status)

    @property
    def documents(self):
        """The documents of Keystone at its root and under /v3, recorded from version 22."""
        version = recording("openstack/identity")["version"]
        return {"/": {"versions": {"values": [version]}}, "/v3": {"version": version}}

    @route("GET", r"/(?:v3)?")
    def document(self, request):
        return as_json(self.documents[request.path], 200 if request.path == "/v3" else 300)

    @route("POST", r"/v3/auth/tokens")
    def sign_in(self, request):
        identity = request.body["auth"]["identity"]
        by_password = identity.get("password", {}).get("user", {}).get("password")
        by_application = identity.get("application_credential", {})
        if by_application.get("id") in self.deleted_applications:
            message = f"Could not find Application Credential: {by_application['id']}."
            error = {"code": 404, "title": "Not Found", "message": message}
            return as_json({"error": error}, 404)
        if by_password != self.password and (tuple(by_application.values()) != self.application):
            return self.unauthorized()
        self.tokens += 1
        body = recording("openstack/token")
        body["token"]["roles"] = [{"id": f"{role}-id", "name": role} for role in self.roles]
        recorded = [*body["token"]["catalog"], *volume_service(self), *self.stores]
        body["token"]["catalog"] = self.catalogue or recorded
        body["token"]["expires_at"] = self.expires_at or "2999-01-01T00:00:00.000000Z"
        return as_json(
            body, 201, **{"X-Subject-Token": f"{self.token}-{self.series}-{self.tokens}"}
        )

    @route("GET", r"/v2\.1/servers/detail")
    def list_servers(self, request, *, is_detail=True):
        """Servers of a down cell come first, since 2.69, in a list without paging, as far as the
        page has room: ``get_all`` in nova's compute/api.py.
        """
        up = [one for one in self.servers if one["id"] not in self.in_down_cell]
        ids = [server["id"] for server in up]
        marker = request.query.get("marker")
        if marker is not None and marker not in ids:
            # exception.MarkerNotFound in nova's api/openstack/compute/servers.py
            return self.problem(400, "badRequest", f"marker [{marker}] not found")
        start = ids.index(marker) + 1 if marker else 0
        size = min(self.page, int(request.query.get("limit", self.page)))
        shown = up[start : start + size]
        down = [one for one in self.servers if one["id"] in self.in_down_cell]
        shows_down = self._microversion(request) >= SHOWS_DOWN_CELLS and not request.query
        minimal = [self._minimal(one, is_detail) for one in down] if shows_down else []
        body = {
            "servers": [
                *minimal[: size - len(shown)],
                *(self._as_asked(one, request) if is_detail else _short(one) for one in shown),
            ]
        }
        if start + size < len(up):
            href = f"http://{NOVA}:8774{request.path}?limit={size}&marker={shown[-1]['id']}"
            body["servers_links"] = [{"rel": "next", "href": href}]
        return as_json(body)

    @route("GET", r"/v2\.1/servers")
    def list_short(self, request):
        return self.list_servers(request, is_detail=False)

    def _minimal(self, server, is_detail):
        """The same fields as ``_show_minimal`` of nova's api/openstack/compute/views/servers.py."""
        known = {"id": server["id"], "status": "UNKNOWN", "links": server.get("links", [])}
        if is_detail:
            known |= {"tenant_id": server.get("tenant_id"), "created": server["created"]}
        return known

    @route("GET", r"/v2\.1/servers/([^/]+)")
    def get_server(self, request, server_id):
        server = self._server(server_id)
        if server and server_id in self.in_down_cell:
            # NovaException below 2.69: ``_get_instance_from_cell`` in nova's compute/api.py
            return self.problem(500, "computeFault", "Unexpected API Error.")
        return as_json({"server": self._as_asked(server, request)}) if server else self.missing()

    def _as_asked(self, server, request):
        """The lock is in it since 2.9, the flavor's values since 2.47; recorded from nova 26."""
        locked = server.get("locked", False)
        server = {key: value for key, value in server.items() if key != "locked"}
        if self._microversion(request) < EMBEDS_FLAVORS:
            shows = self._microversion(request) >= SHOWS_LOCK
            return server | ({"locked": locked} if shows else {})
        flavor_id = server["flavor"]["id"]
        known = {one["id"]: one for one in recording("openstack/flavors")["flavors"]}
        flavor = known.get(flavor_id) or self.deleted_flavors[flavor_id]
        embedded = {key: flavor[key] for key in ("ram", "vcpus", "disk", "swap")}
        embedded |= {"ephemeral": 0, "original_name": flavor["name"]}
        return server | {"flavor": embedded, "locked": locked, "description": None, "tags": []}

    @route("POST", r"/v2\.1/servers")
    def create_server(self, request):
        order = request.body["server"]
        images = {one["id"] for one in self.glance_images}
        for field, known, word in (
            ("flavorRef", self._ids("flavors"), "Flavor"),
            ("imageRef", images, "Image"),
        ):
            if order[field] not in known:
                return self.problem(400, "badRequest", f"{word} could not be found.")
        if order.get("availability_zone", "nova") != "nova":
            message = "The requested availability zone is not available"
            return self.problem(400, "badRequest", message)
        server = copy.deepcopy(self.servers[0]) | {
            "id": f"{len(self.servers) + 100:032x}",
            "name": order["name"],
            "metadata": order["metadata"],
            "flavor": {"id": order["flavorRef"]},
            "image": {"id": order["imageRef"]},
        }
        self.servers.append(server)
        return as_json({"server": {"id": server["id"], "adminPass": "random"}}, 202)

    @route("POST", r"/v2\.1/servers/([^/]+)/action")
    def act(self, request, server_id):
        server = self._server(server_id)
        if server is None:
            return self.missing()
        [(action, details)] = request.body.items()
        if refused := self._refused(server, action):
            return refused
        if action == "createImage":
            return self.create_image(server, details, request)
        change = {"status": STATUSES.get(action)}
        if action == "resize":
            change = {"status": "VERIFY_RESIZE", "flavor": {"id": details["flavorRef"]}}
        runs = change["status"] == "ACTIVE"
        change["OS-EXT-STS:power_state"] = RUNS if runs else IS_OFF
        return self._begun(server, action, lambda: server.update(change))

    def _begun(self, server, action, effect, status=202):
        """Recorded by nova under the id of the request, which each reply has."""
        name = f"req-00000000-0000-4000-8000-{len(self.operations):012x}"
        facts = {"action": METHODS.get(action, action), "instance_uuid": server["id"]}
        self.begin(name, effect, request_id=name, **facts)
        headers = {"x-openstack-request-id": name, "x-compute-request-id": name}
        return Reply(status=status, headers=headers)

    @route("GET", r"/v2\.1/servers/([^/]+)/os-instance-actions/([^/]+)")
    def get_instance_action(self, request, server_id, name):
        """The action as a user of the project sees it below microversion 2.51: without events."""
        operation, facts = self.operations.get(name, (None, {}))
        if self._server(server_id) is None or facts.get("instance_uuid") != server_id:
            return self.missing()
        message = "Error" if operation.state == "FAILED" else None
        return as_json({"instanceAction": facts | {"message": message}})

    @route("DELETE", r"/v2\.1/servers/([^/]+)")
    def delete_server(self, request, server_id):
        server = self._server(server_id)
        if server is None:
            return self.missing()
        if refused := self._refused(server, "delete"):
            return refused
        return self._begun(server, "delete", lambda: self.servers.remove(server), 204)

    @route("POST", r"/v2\.1/servers/([^/]+)/metadata")
    def set_metadata(self, request, server_id):
        server = self._server(server_id)
        if refused := self._refused(server, "metadata"):
            return refused
        server["metadata"].update(request.body["metadata"])
        return as_json({"metadata": server["metadata"]})

    @route("DELETE", r"/v2\.1/servers/([^/]+)/metadata/([^/]+)")
    def delete_metadata(self, request, server_id, key):
        if refused := self._refused(self._server(server_id), "metadata"):
            return refused
        if self._server(server_id)["metadata"].pop(key, None) is None:
            return self.problem(404, "itemNotFound", "Metadata item was not found")
        return Reply(status=204)

    @route("GET", r"/v2\.1/flavors/detail")
    def flavors(self, request):
        return as_json(recording("openstack/flavors"))

    @route("GET", r"/v2\.1/flavors/([^/]+)")
    def flavor(self, request, flavor_id):
        flavors = recording("openstack/flavors")["flavors"]
        found = next((one for one in flavors if one["id"] == flavor_id), None)
        return as_json({"flavor": found}) if found else self.missing()

    @route("GET", r"/v2\.1/os-availability-zone")
    def zones(self, request):
        return as_json(recording("openstack/zones"))

    @route("GET", r"/v2\.0/networks")
    def networks(self, request):
        networks = recording("openstack/networks")["networks"]
        shown = [
            one
            for one in networks
            if all(one[key] == request.query[key] for key in ("id", "name") if key in request.query)
        ]
        return as_json({"networks": shown})

    def _refused(self, server, action):
        """Do as ``check_instance_lock`` and ``check_instance_state`` in nova's compute/api.py."""
        if server.get("locked") and "admin" not in self.roles:
            return self.conflict(f"Instance {server['id']} is locked")
        task = server["OS-EXT-STS:task_state"]
        state = VM_STATES.get(server["status"], "active")
        facts = {
            "vm_state": (state, action == "delete" or state in ACCEPTED_IN[action]),
            "task_state": (task, action in {"delete", "metadata"} or task is None),
            "launched_at": (None, action == "delete" or bool(server["OS-SRV-USG:launched_at"])),
        }
        for name, (value, is_accepted) in facts.items():
            if not is_accepted:
                method = METHODS.get(action, action)
                return self.conflict(
                    f"Cannot '{method}' instance {server['id']} while it is in {name} {value}"
                )
        return None

    def conflict(self, message):
        return self.problem(409, "conflictingRequest", message)

    def _microversion(self, request):
        return int(request.headers.get("OpenStack-API-Version", "compute 2.1").split(".")[1])

    def _ids(self, name):
        return {one["id"] for one in recording(f"openstack/{name}")[name]}

    def _server(self, server_id):
        return next((one for one in self.servers if one["id"] == server_id), None)
