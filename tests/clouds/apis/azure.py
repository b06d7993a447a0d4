"""Azure's Resource Manager and the token's server, from recordings, and Blob Storage."""

import copy
from urllib.parse import parse_qs

from tests.clouds.apis.azure_blobs import BLOB_HOST, RESOURCE, Blobs
from tests.clouds.apis.azure_storage import Storage
from tests.clouds.recorded import RecordedCloud, as_json, recording, route
from tests.clouds.static_ec2 import Reply

API = "management.azure.com"
SUBSCRIPTION = "99999999-9999-9999-9999-999999999999"
HERE = rf"/subscriptions/{SUBSCRIPTION}"
MACHINES = r"/providers/Microsoft\.Compute/virtualMachines"
NETWORK = r"/providers/Microsoft\.Network"
INTERFACE = rf"({HERE}/resourceGroups/[^/]+{NETWORK}/networkInterfaces/[^/]+)"
PART = rf"(?i:({HERE}/resourceGroups/[^/]+{NETWORK}/(?:networkInterfaces|publicIPAddresses)/[^/]+))"
SETS = r"/providers/Microsoft\.Compute/virtualMachineScaleSets"
SET = rf"(?i:{HERE}/resourceGroups/[^/]+{SETS}/[^/]+)"
MEMBER = rf"(?i:{HERE}/resourceGroups/[^/]+{SETS}/[^/]+/virtualMachines/[0-9]+)"
NETWORK_OF_SETS = "2018-10-01"
MACHINE = rf"(?i:{HERE}/resourceGroups/[^/]+{MACHINES}/[^/]+)"
POWER = {"start": "running", "restart": "running", "deallocate": "deallocated"}
LOCATIONS = {"eastus", "westus", "centralus", "eastus2"}


class Azure(Storage, Blobs, RecordedCloud):
    hosts = (API, BLOB_HOST, "login.microsoftonline.com")
    secret = "the-secret-of-the-client"

    def __init__(self, *, page=200):
        super().__init__()
        self.page = page
        self.machines = [
            machine
            for name in ("virtualMachines", "virtualMachines_page_2")
            for machine in recording(f"azure/{name}")["value"]
        ]
        self.interfaces = [recording(f"azure/networkInterface_{one}") for one in (1, 2)]
        self.addresses = [
            {
                "id": f"{HERE}/resourceGroups/g/providers/Microsoft.Network/publicIPAddresses/p",
                "properties": {"ipAddress": "20.1.2.3"},
            }
        ]
        address = self.interfaces[0]["properties"]["ipConfigurations"][0]["properties"]
        address["publicIPAddress"] = {
            "id": self.addresses[0]["id"].upper().replace("/SUBSCRIPTIONS", "/subscriptions")
        }
        self.sets, self.set_machines, self.set_interfaces, self.set_addresses = [], [], [], []
        self.locks, self.generalized = [], set()
        self.roles = [{"actions": ["*"], "notActions": []}]  # in every resource group
        self.power = {}
        for machine in self.machines:
            self._arrive(machine)

    def _arrive(self, machine):
        """The machine runs and has the ``timeCreated`` that newer versions of the API report."""
        machine["properties"]["timeCreated"] = "2024-05-06T07:08:09.1234567+00:00"
        self.power[machine["id"].lower()] = "running"

    def add(self, count):
        """Add ``count`` copies of the first machine, each with its own name."""
        for number in range(count):
            machine = copy.deepcopy(self.machines[0])
            machine["name"] = f"more-{number}"
            machine["id"] = machine["id"].replace("test-node-1", machine["name"])
            self.machines.append(machine)
            self._arrive(machine)

    def add_scale_set(self, name, *, size, count, mode="Uniform"):
        """Add a scale set with ``count`` machines, each with an interface and a public address."""
        path = f"{self.machines[0]['id'].rpartition('/virtualMachines/')[0]}"
        set_id = f"{path}/virtualMachineScaleSets/{name}"
        properties = {"orchestrationMode": mode} if mode else {}
        self.sets.append({"id": set_id, "name": name, "properties": properties})
        if mode == "Flexible":
            return set_id  # its machines are virtual machines like others
        for number in range(count):
            machine_id = f"{set_id}/virtualMachines/{number}"
            face = f"{machine_id}/networkInterfaces/nic"
            address = f"{face}/ipConfigurations/config/publicIPAddresses/public"
            machine = copy.deepcopy(self.machines[0]) | {
                "id": machine_id,
                "name": f"{name}_{number}",
                "instanceId": str(number),
                "sku": {"name": size, "tier": "Standard"},
            }
            del machine["properties"]["hardwareProfile"]
            machine["properties"]["networkProfile"] = {"networkInterfaces": [{"id": face}]}
            configuration = {
                "privateIPAddress": f"10.240.0.{number + 4}",
                "publicIPAddress": {"id": address},
            }
            self.set_interfaces.append(
                {"id": face, "properties": {"ipConfigurations": [{"properties": configuration}]}}
            )
            self.set_addresses.append(
                {"id": address, "properties": {"ipAddress": f"20.9.9.{number + 1}"}}
            )
            self.set_machines.append(machine)
            self._arrive(machine)
        return set_id

    def fault_meets(self, request):
        return request.host in {API, BLOB_HOST}

    def _routed(self, request):
        is_of_blobs = request.host == BLOB_HOST
        return self.answer_of_blobs(request) if is_of_blobs else super()._routed(request)

    @property
    def blob_token(self):
        """A token is good for the resource that it was asked for."""
        return f"{self.token}-of-blobs"

    def refusal(self, request):
        if request.path.endswith("/oauth2/token") or request.host == BLOB_HOST:
            return None
        assert request.query.get("api-version"), request.path
        return super().refusal(request)

    def unauthorized(self):
        return self.problem(401, "InvalidAuthenticationToken", "The access token is invalid.")

    def missing(self):
        return self.problem(404, "ResourceNotFound", "The Resource was not found.")

    def problem(self, status, code, message):
        return as_json({"error": {"code": code, "message": message}}, status)

    @route("POST", r"/[^/]+/oauth2/token")
    def sign_in(self, request):
        if parse_qs(request.text)["client_secret"] != [self.secret]:
            description = "AADSTS7000215: Invalid client secret provided."
            body = {"error": "invalid_client", "error_description": description}
            return as_json(body, 401)
        is_for_blobs = parse_qs(request.text)["resource"] == [RESOURCE]
        token = self.blob_token if is_for_blobs else self.token
        return as_json(recording("azure/token") | {"access_token": token})

    @route("GET", HERE + r"/resourcegroups/([^/]+)/providers/Microsoft\.Authorization/permissions")
    def permissions(self, request, group):
        return as_json({"value": self.roles})

    @route("GET", HERE + r"/providers/Microsoft\.Authorization/locks")
    def list_locks(self, request):
        """Return the locks of the subscription, its groups and its resources."""
        if request.query["api-version"] not in {"2016-09-01", "2020-05-01"}:
            message = "The resource type 'locks' has no such API version."
            return self.problem(400, "InvalidResourceType", message)
        return as_json({"value": self.locks})

    def add_lock(self, scope, level):
        lock_id = f"{scope}/providers/Microsoft.Authorization/locks/keep"
        self.locks.append({"id": lock_id, "name": "keep", "properties": {"level": level}})

    def _refused(self, machine_id, method, action=""):
        """A read-only lock refuses every POST, PATCH and DELETE, and is inherited:
        learn.microsoft.com/azure/azure-resource-manager/management/lock-resources.
        """
        levels = {"ReadOnly", "CanNotDelete"} if method == "DELETE" else {"ReadOnly"}
        for lock in self.locks:
            scope = lock["id"].partition("/providers/Microsoft.Authorization/")[0].lower()
            if f"{machine_id.lower()}/".startswith(f"{scope}/") and (
                lock["properties"]["level"] in levels
            ):
                message = (
                    f"The scope '{machine_id}' cannot perform write operation because following "
                    f"scope(s) are locked: '{scope}'. Please remove the lock and try again."
                )
                return self.problem(409, "ScopeLocked", message)
        if action in {"start", "restart"} and machine_id.lower() in self.generalized:
            message = f"Operation '{action}' is not allowed on VM since the VM is generalized."
            return self.problem(409, "OperationNotAllowed", message)
        return None

    @route("GET", HERE + MACHINES)
    def list_machines(self, request):
        found = self.machines
        if request.query.get("statusOnly") == "true":
            found = [self._status(machine) for machine in found]
        start = int(request.query.get("$skiptoken", 0))
        body = {"value": found[start : start + self.page]}
        if start + self.page < len(found):
            query = request.query | {"$skiptoken": str(start + self.page)}
            words = "&".join(f"{name}={value}" for name, value in query.items())
            body["nextLink"] = f"https://{API}:443{request.path}?{words}"
        return as_json(body)

    def _status(self, machine):
        """Only what runs it, and an id in capitals, as that list has them."""
        return {
            "id": machine["id"].upper(),
            "name": machine["name"],
            "properties": {"instanceView": self._view(machine)},
        }

    def _view(self, machine):
        view = recording("azure/instanceView")
        power = self.power[machine["id"].lower()]
        view["statuses"][-1] = {"code": f"PowerState/{power}", "level": "Info"}
        if machine["id"].lower() in self.generalized:
            view["statuses"].insert(0, {"code": "OSState/generalized", "level": "Info"})
        return view

    @route("GET", f"({MACHINE})")
    def get_machine(self, request, machine_id):
        machine = self._machine(machine_id)
        if machine is None:
            return self.missing()
        return as_json(self._shown(machine, request))

    @route("GET", HERE + SETS)
    def list_sets(self, request):
        return as_json({"value": self.sets})

    @route("GET", f"({SET})/virtualMachines")
    def list_members(self, request, set_id):
        found = [self._shown(one, request) for one in self._below(self.set_machines, set_id)]
        return as_json({"value": found})

    @route("GET", f"((?:{SET}|{MEMBER}))/(?i:networkInterfaces)")
    def list_interfaces_of_set(self, request, owner):
        return self._network_of_set(request, self._below(self.set_interfaces, owner))

    @route("GET", f"({SET})/(?i:publicIPAddresses)")
    def list_addresses_of_set(self, request, set_id):
        return self._network_of_set(request, self._below(self.set_addresses, set_id))

    @route("GET", f"({MEMBER}/(?i:networkInterfaces/.+/publicIPAddresses)/[^/]+)")
    def get_address_of_set(self, request, address_id):
        found = [one for one in self.set_addresses if one["id"].lower() == address_id.lower()]
        return as_json(found[0]) if found else self.missing()

    @route("GET", f"({MEMBER})")
    def get_member(self, request, machine_id):
        machine = self._machine(machine_id)
        return as_json(self._shown(machine, request)) if machine else self.missing()

    @route("POST", f"({MEMBER})/(start|restart|deallocate)")
    def act_on_member(self, request, machine_id, action):
        return self.act(request, machine_id, action)

    @route("DELETE", f"({MEMBER})")
    def delete_member(self, request, machine_id):
        machine = self._machine(machine_id)
        if machine is None:
            return Reply(status=204)
        if refused := self._refused(machine_id, "DELETE"):
            return refused
        return self._begun(machine_id, lambda: self.set_machines.remove(machine))

    def _below(self, resources, owner):
        return [one for one in resources if one["id"].lower().startswith(f"{owner.lower()}/")]

    def _network_of_set(self, request, found):
        """Networks of scale sets have API versions of their own:
        learn.microsoft.com/rest/api/virtualnetwork.
        """
        if request.query["api-version"] != NETWORK_OF_SETS:
            message = "No registered resource provider found for this API version."
            return self.problem(400, "InvalidApiVersionParameter", message)
        return as_json({"value": found})

    def _shown(self, machine, request):
        shown = copy.deepcopy(machine)
        if request.query.get("$expand") == "instanceView":
            shown["properties"]["instanceView"] = self._view(machine)
        return shown

    @route("POST", f"({MACHINE})/(start|restart|deallocate)")
    def act(self, request, machine_id, action):
        if self._machine(machine_id) is None:
            return self.missing()
        if refused := self._refused(machine_id, "POST", action):
            return refused
        power = {machine_id.lower(): POWER[action]}
        return self._begun(machine_id, lambda: self.power.update(power))

    def _begun(self, machine_id, effect, answer=None):
        """The headers as recorded from Microsoft.Compute, in an answer without a body or in
        ``answer``: learn.microsoft.com/azure/azure-resource-manager/management/async-operations.
        """
        name = f"840391d3-fe88-4cfd-8866-{len(self.operations):012x}"
        self.begin(name, effect, machine=machine_id.lower())
        path = f"https://{API}{HERE}/providers/Microsoft.Compute/locations/eastus/operations/{name}"
        answer = answer or Reply(status=202)
        headers = {
            "Azure-AsyncOperation": f"{path}?p=ab12&api-version=2024-03-01",
            "Location": f"{path}?p=ab12&monitor=true&api-version=2024-03-01",
        }
        return Reply(answer.body, answer.status, answer.headers | headers)

    @route("GET", HERE + r"/providers/Microsoft\.Compute/locations/[^/]+/operations/([^/]+)")
    def get_operation(self, request, name):
        if name not in self.operations or request.query.get("p") != "ab12":
            return self.missing()
        operation, _facts = self.operations[name]
        statuses = {"RUNNING": "InProgress", "DONE": "Succeeded", "FAILED": "Failed"}
        shown = {"name": name, "status": statuses[operation.state]}
        if operation.state == "FAILED":
            shown["error"] = {"code": "AllocationFailed", "message": self.failing}
        return as_json(shown)

    @route("PATCH", f"({MACHINE})")
    def change(self, request, machine_id):
        machine = self._machine(machine_id)
        if machine is None:
            return self.missing()
        if refused := self._refused(machine_id, "PATCH"):
            return refused
        change = request.body
        if "tags" in change:
            names = [name.lower() for name in change["tags"]]
            if len(set(names)) < len(names):
                message = "Duplicate tag names; tag names are case-insensitive."
                return self.problem(400, "InvalidTagNames", message)
            machine["tags"] = self._spelled(machine.get("tags") or {}, change["tags"])
        if "properties" in change:
            return self._begun(
                machine_id,
                lambda: machine["properties"].update(change["properties"]),
                as_json(machine),
            )
        return as_json(machine)

    @route("DELETE", f"({MACHINE})")
    def delete(self, request, machine_id):
        machine = self._machine(machine_id)
        if machine is None:
            return Reply(status=204)
        if refused := self._refused(machine_id, "DELETE"):
            return refused
        return self._begun(machine_id, lambda: self.machines.remove(machine))

    @route("PUT", f"({MACHINE})")
    def create(self, request, machine_id):
        order = request.body
        if self._machine(machine_id) and request.headers.get("If-None-Match") == "*":
            return self.problem(412, "PreconditionFailed", "The resource exists.")
        sizes = {size["name"] for size in recording("azure/vmSizes")["value"]}
        properties = order["properties"]
        size = properties["hardwareProfile"]["vmSize"]
        if size not in sizes:
            return self.problem(400, "InvalidParameter", f"The value {size} is invalid.")
        if "publisher" not in properties["storageProfile"]["imageReference"]:
            return self.problem(400, "InvalidParameter", "The value of imageReference is invalid.")
        machine = {**order, "id": machine_id, "name": machine_id.rpartition("/")[2]}
        machine["properties"] = {**properties, "provisioningState": "Creating"}
        del machine["properties"]["osProfile"]
        self.machines.append(machine)
        self._arrive(machine)
        return as_json(machine, 201)

    @route("PUT", INTERFACE)
    def create_interface(self, request, interface_id):
        if request.body["location"] not in LOCATIONS:
            return self.problem(400, "LocationNotAvailableForResourceType", "No such location.")
        interface = {**request.body, "id": interface_id}
        address = interface["properties"]["ipConfigurations"][0]["properties"]
        address["privateIPAddress"] = "10.0.0.9"
        self.interfaces.append(interface)
        return as_json(interface, 201)

    @route("DELETE", INTERFACE)
    def delete_interface(self, request, interface_id):
        self.interfaces = [one for one in self.interfaces if one["id"] != interface_id]
        return Reply(status=202)

    @route("GET", PART)
    def get_network_part(self, request, part_id):
        parts = [*self.interfaces, *self.addresses]
        found = next((one for one in parts if one["id"].lower() == part_id.lower()), None)
        return as_json(found) if found else self.missing()

    @route("GET", HERE + r"/providers/Microsoft\.Network/(networkInterfaces|publicIPAddresses)")
    def network_parts(self, request, name):
        parts = {"networkInterfaces": self.interfaces, "publicIPAddresses": self.addresses}
        return as_json({"value": parts[name]})

    @route("GET", HERE + r"/providers/Microsoft\.Compute/locations/[^/]+/vmSizes")
    def sizes(self, request):
        return as_json(recording("azure/vmSizes"))

    @route("GET", HERE + r"/providers/Microsoft\.Compute/locations/[^/]+/publishers/(.+)/versions")
    def versions(self, request, plan):
        known = "OpenLogic/artifacttypes/vmimage/offers/CentOS/skus/7.3"
        return as_json([{"name": "7.3.20170201"}]) if plan == known else self.missing()

    @route("GET", HERE + r"/providers/Microsoft\.Compute")
    def provider(self, request):
        return as_json(recording("azure/Microsoft.Compute"))

    def _spelled(self, before, after):
        """A name keeps the case that it has: "the resource provider might keep the casing"."""
        names = {name.lower(): name for name in before}
        return {names.get(name.lower(), name): value for name, value in after.items()}

    def _machine(self, machine_id):
        low = machine_id.lower()
        machines = [*self.machines, *self.set_machines]
        return next((one for one in machines if one["id"].lower() == low), None)
