"""Disks, snapshots, images and SSH public keys of Azure: learn.microsoft.com/rest/api/compute.

The answer to attaching an attached disk is as users report it:
github.com/kubernetes-sigs/azuredisk-csi-driver/issues/1378.
"""

import copy
import uuid

from tests.clouds.recorded import as_json, route
from tests.clouds.static_ec2 import Reply

SUBSCRIPTION = "99999999-9999-9999-9999-999999999999"
HERE = rf"/subscriptions/{SUBSCRIPTION}"
COMPUTE = r"/providers/Microsoft\.Compute"
KINDS = r"(?:disks|snapshots|images|sshPublicKeys)"
ONE = rf"(?i:({HERE}/resourceGroups/[^/]+{COMPUTE}/{KINDS}/[^/]+))"
GROUP = f"{HERE}/resourceGroups/lab/providers/Microsoft.Compute"
VERSIONS = {
    "disks": "2023-10-02",
    "snapshots": "2023-10-02",
    "images": "2024-03-01",
    "sshPublicKeys": "2024-03-01",
}
CREATED = {"timeCreated": "2024-05-06T07:08:09.1234567+00:00", "provisioningState": "Succeeded"}
KEY = "ssh-ed25519 AAAA laptop"


class Storage:
    """Needs ``page``, ``machines``, ``missing``, ``problem``, ``_machine`` and ``_begun``."""

    def __init__(self, **options):
        super().__init__(**options)
        disk = {
            "location": "eastus",
            "tags": {"env": "test"},
            "sku": {"name": "Premium_LRS", "tier": "Premium"},
        }
        empty = {
            "diskSizeGB": 32,
            "diskState": "Unattached",
            "creationData": {"createOption": "Empty"},
        }
        self.resources = {"disks": [], "snapshots": [], "images": [], "sshPublicKeys": []}
        self.new("disks", "data", disk, empty)
        copied = {"createOption": "Copy", "sourceResourceId": self.resources["disks"][0]["id"]}
        self.new("snapshots", "kept", disk, {"diskSizeGB": 32, "creationData": copied})
        self.new("sshPublicKeys", "laptop", {"location": "eastus"}, {"publicKey": KEY})

    def new(self, kind, name, facts, properties):
        unique = CREATED | {"uniqueId": str(uuid.uuid4())}
        known = {"id": f"{GROUP}/{kind}/{name}", "name": name}
        properties = properties if kind == "sshPublicKeys" else properties | unique
        self.resources[kind].append(copy.deepcopy(facts) | known | {"properties": dict(properties)})

    def add_own_image(self, name):
        """By "Images" there."""
        profile = {"osDisk": {"osType": "Linux", "osState": "Generalized", "diskSizeGB": 30}}
        self.new("images", name, {"location": "eastus", "tags": {}}, {"storageProfile": profile})

    def _more(self, kind, count):
        first = self.resources[kind][0]
        for number in range(count):
            self.new(kind, f"more-{number}", first, first["properties"])

    def more_volumes(self, count):
        self._more("disks", count)

    def more_snapshots(self, count):
        self._more("snapshots", count)

    def more_key_pairs(self, count):
        self._more("sshPublicKeys", count)

    @route("GET", rf"{HERE}{COMPUTE}/({KINDS})")
    def list_resources(self, request, kind):
        assert request.query["api-version"] == VERSIONS[kind]
        found, start = self.resources[kind], int(request.query.get("$skiptoken", 0))
        body = {"value": found[start : start + self.page]}
        if start + self.page < len(found):
            words = f"api-version={VERSIONS[kind]}&$skiptoken={start + self.page}"
            body["nextLink"] = f"https://management.azure.com:443{request.path}?{words}"
        return as_json(body)

    @route("GET", ONE)
    def get_resource(self, request, resource_id):
        one = self._resource(resource_id)
        return as_json(one) if one else self.missing()

    @route("DELETE", ONE)
    def delete_resource(self, request, resource_id):
        one = self._resource(resource_id)
        if one is None:
            return Reply(status=204)
        if one.get("managedBy"):
            message = f"Disk {one['name']} is attached to VM {one['managedBy']}."
            return self.problem(409, "OperationNotAllowed", message)
        for found in self.resources.values():
            if one in found:
                found.remove(one)
        return Reply(status=202)

    @route("PATCH", ONE)
    def change_resource(self, request, resource_id):
        one = self._resource(resource_id)
        if one is None:
            return self.missing()
        assert request.body.keys() == {"properties"}
        one["properties"] |= request.body["properties"]
        return as_json(one, 202)

    @route(
        "POST",
        rf"(?i:({HERE}/resourceGroups/[^/]+{COMPUTE}/virtualMachines/[^/]+)/attachDetachDataDisks)",
    )
    def change_disks(self, request, machine_id):
        machine = self._machine(machine_id)
        if machine is None:
            return self.missing()
        given = request.body
        assert len(given) == 1
        for one in given.get("dataDisksToAttach", []):
            disk = self._resource(one["diskId"])
            if disk is None:
                return self.missing()
            if disk.get("managedBy"):
                message = f"Cannot attach the disk {disk['name']}: it is already attached."
                return self.problem(409, "ConflictingUserInput", message)
            disk["managedBy"] = machine["id"]
            disk["properties"]["diskState"] = "Attached"
        for one in given.get("dataDisksToDetach", []):
            disk = self._resource(one["diskId"])
            if disk is None or disk.get("managedBy") != machine["id"]:
                return self.problem(400, "InvalidParameter", "The disk is not attached.")
            del disk["managedBy"]
            disk["properties"]["diskState"] = "Unattached"
        return self._begun(machine_id, lambda: None)

    def _resource(self, resource_id):
        low = resource_id.lower()
        every = [one for found in self.resources.values() for one in found]
        return next((one for one in every if one["id"].lower() == low), None)
