"""Compute Engine's API v1 and the token's server, from recordings, and Cloud Storage."""

import base64
import copy
import json
import re
from functools import cache
from urllib.parse import parse_qs

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.clouds.apis.google_buckets import SCOPE as STORAGE_SCOPE
from tests.clouds.apis.google_buckets import STORAGE, Buckets
from tests.clouds.apis.google_images import Images
from tests.clouds.apis.google_signed import Signed
from tests.clouds.apis.google_storage import Storage
from tests.clouds.recorded import RecordedCloud, as_json, recording, route

API = "compute.googleapis.com"
COMPUTE_SCOPE = "https://www.googleapis.com/auth/compute"
HERE = r"/compute/v1/projects/project_name"
ADDRESS = "https://www.googleapis.com/compute/v1/projects/project_name"
STATUSES = {
    "start": "RUNNING",
    "stop": "TERMINATED",
    "reset": "RUNNING",
    "suspend": "SUSPENDED",
    "resume": "RUNNING",
}
TYPES = "google/zones_us-central1-a_machineTypes"


@cache
def service_account():
    """A key file as the console hands it out, with a key of the tests' own.

    It is shorter than Google's: to read one of 2048 bits, which libcloud does twice for each
    driver, takes 34 ms of CPU.
    """
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - see above
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    account = {
        "type": "service_account",
        "project_id": "project_name",
        "private_key": pem.decode(),
        "client_email": "gateway@project_name.iam.gserviceaccount.com",
    }
    return json.dumps(account, indent=2)


def is_signed(request):
    """True for a request of the XML API, which has its signature in itself."""
    return request.host == STORAGE and not re.match(r"/(?:upload/)?storage/v1/", request.path)


class Google(Images, Storage, Buckets, Signed, RecordedCloud):
    hosts = (API, STORAGE, "accounts.google.com")

    def __init__(self, *, page=500):
        super().__init__()
        self.page = page
        self.signing_account = service_account()
        self.knows_account = True
        self.denied = set()  # of the permissions of instances
        self.instances = self._all("instances")
        self.orders = {}  # requestId of an insert -> the answer
        for instance in self.instances:
            self._give_image(instance)

    def _all(self, name):
        zones = recording(f"google/aggregated_{name}")["items"].values()
        return [one for zone in zones for one in zone.get(name, [])]

    def _give_image(self, instance):
        """Make a disk for an instance whose disk was not recorded."""
        source = instance["disks"][0]["source"]
        if all(disk["selfLink"] != source for disk in self.disks):
            zone, _, name = source.partition("/zones/")[2].partition("/disks/")
            self.new_disk(zone, name)

    def add(self, count):
        """Add ``count`` copies of the first instance, each with its own name."""
        for number in range(count):
            more = {"id": str(5_000_000 + number), "name": f"more-{number}"}
            self.instances.append(copy.deepcopy(self.instances[0]) | more)

    def fault_meets(self, request):
        return request.host in {API, STORAGE}

    def refusal(self, request):
        """A token is good for the API that its scope names."""
        if request.path == "/o/oauth2/token" or is_signed(request):
            return None
        token = self.token_of(STORAGE_SCOPE if request.host == STORAGE else COMPUTE_SCOPE)
        is_right = request.headers.get("Authorization") == f"Bearer {token}"
        return None if is_right else self.unauthorized()

    def _routed(self, request):
        return self.answer_to_signed(request) if is_signed(request) else super()._routed(request)

    def token_of(self, scope):
        return f"{self.token}-of-storage" if scope == STORAGE_SCOPE else self.token

    def unauthorized(self):
        return self.problem(401, "authError", "Invalid Credentials")

    def missing(self):
        return self.problem(404, "notFound", "The resource was not found")

    def problem(self, status, reason, message):
        errors = [{"domain": "global", "reason": reason, "message": message}]
        return as_json({"error": {"code": status, "message": message, "errors": errors}}, status)

    @route("POST", r"/o/oauth2/token")
    def sign_in(self, request):
        _head, claims, _signature = parse_qs(request.text)["assertion"][0].split(".")
        scope = json.loads(base64.urlsafe_b64decode(claims))["scope"]
        assert scope in {COMPUTE_SCOPE, STORAGE_SCOPE}
        if not self.knows_account:
            body = {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
            return as_json(body, 400)
        token = self.token_of(scope)
        return as_json({"access_token": token, "expires_in": 3599, "token_type": "Bearer"})

    @route("GET", HERE + r"/aggregated/instances")
    def list_instances(self, request):
        shown, following = self.page_of(request, self.instances)
        return as_json(self._scoped("instances", shown) | following)

    @route("GET", HERE + r"/aggregated/machineTypes")
    def list_all_types(self, request):
        types = [
            one
            for one in recording(TYPES)["items"]
            if f"(name = {one['name']})" in (request.query["filter"])
        ]
        return as_json(self._scoped("machineTypes", types))

    @route("GET", HERE + r"/zones/[^/]+/machineTypes")
    def list_types(self, request):
        return as_json(recording(TYPES))

    @route("GET", HERE + r"/zones/[^/]+/machineTypes/([^/]+)")
    def get_type(self, request, name):
        return self._one(recording(TYPES)["items"], name)

    @route("GET", HERE + r"/(?:zones|regions)/[^/]+/disks/([^/]+)")
    def get_disk(self, request, name):
        return self._one(self.disks, name)

    @route("GET", HERE + r"/zones")
    def zones(self, request):
        return as_json(recording("google/zones"))

    @route("GET", r"/compute/v1/projects/(debian-cloud|ubuntu-os-cloud)/global/images")
    def images(self, request, project):
        return as_json(recording(f"google/projects_{project}_global_images"))

    @route("GET", r"/compute/v1/projects/(debian-cloud|ubuntu-os-cloud)/global/images/([^/]+)")
    def image(self, request, project, name):
        return self._one(recording(f"google/projects_{project}_global_images")["items"], name)

    @route("POST", HERE + r"/zones/([^/]+)/instances")
    def create(self, request, zone):
        """The same requestId has the same operation as its answer, and a name is taken once:
        https://docs.cloud.google.com/compute/docs/reference/rest/v1/instances/insert.
        """
        order, request_id = request.body, request.query.get("requestId")
        if request_id in self.orders:
            return self.orders[request_id]
        if self._instance(zone, order["name"]) is not None:
            return self.problem(409, "alreadyExists", f"The resource '{order['name']}' exists.")
        size = order["machineType"].rpartition("/")[2]
        image = order["disks"][0]["initializeParams"]["sourceImage"]
        zones = {one["name"] for one in recording("google/zones")["items"]}
        sizes = {one["name"] for one in recording(TYPES)["items"]}
        known = recording("google/projects_debian-cloud_global_images")["items"]
        images = {one["selfLink"].partition("/v1/")[2] for one in known}
        if zone not in zones or size not in sizes:
            return self.missing()
        if image not in images:
            return self.problem(400, "invalid", "Invalid value for field 'sourceImage'.")
        found = f"https://www.googleapis.com/compute/v1/{image}"
        source = self.new_disk(zone, order["name"], sourceImage=found)["selfLink"]
        instance = copy.deepcopy(self.instances[0]) | {
            "id": str(60_000_000 + len(self.instances)),
            "name": order["name"],
            "zone": f"{ADDRESS}/zones/{zone}",
            "machineType": f"{ADDRESS}/zones/{zone}/machineTypes/{size}",
            "labels": order["labels"],
            "disks": [{"boot": True, "source": source}],
        }
        self.instances.append(instance)
        answer = self._begun(instance, "insert", lambda: None)
        if request_id:
            self.orders[request_id] = answer
        return answer

    @route("POST", HERE + r"/zones/([^/]+)/instances/([^/]+)/([A-Za-z]+)")
    def act(self, request, zone, name, action):
        instance = self._instance(zone, name)
        if instance is None:
            return self.missing()
        if action == "testIamPermissions":
            held = [one for one in request.body["permissions"] if one not in self.denied]
            return as_json({"permissions": held} if held else {})
        if action == "setMachineType":
            change = {"machineType": f"{ADDRESS}/{request.body['machineType']}"}
        elif action == "setLabels":
            change = {"labels": request.body["labels"]}
        else:
            change = {"status": STATUSES[action]}
        return self._begun(instance, action, lambda: instance.update(change))

    @route("DELETE", HERE + r"/zones/([^/]+)/instances/([^/]+)")
    def delete(self, request, zone, name):
        instance = self._instance(zone, name)
        if instance is None:
            return self.missing()
        if instance.get("deletionProtection"):
            # github.com/hashicorp/terraform-provider-google/pull/1211
            message = "Resource cannot be deleted if it's protected against deletion."
            whole = f"Invalid resource usage: '{message}'."
            return self.problem(400, "invalidResourceUsage", whole)
        return self._begun(instance, "delete", lambda: self.instances.remove(instance))

    def _begun(self, instance, kind, effect):
        """The answer to each change: docs.cloud.google.com/compute/docs/reference/rest/v1/
        zoneOperations. Its links lead to www.googleapis.com, as those of the recordings do.
        """
        name = f"operation-1484671293435-{len(self.operations):013x}"
        zone = instance["zone"].rpartition("/")[2]
        facts = {
            "kind": "compute#operation",
            "id": str(7_000_000 + len(self.operations)),
            "name": name,
            "zone": f"{ADDRESS}/zones/{zone}",
            "operationType": kind,
            "targetId": instance["id"],
            "insertTime": f"2026-11-28T05:00:{len(self.operations):02}.000-08:00",
            "selfLink": f"{ADDRESS}/zones/{zone}/operations/{name}",
        }
        self.begin(name, effect, **facts)
        return as_json(facts | {"status": "RUNNING"})

    @route("GET", HERE + r"/zones/([^/]+)/operations/([^/]+)")
    def get_operation(self, request, zone, name):
        shown = self._operation(name) if name in self.operations else None
        if shown is None or not shown["zone"].endswith(f"/{zone}"):
            return self.missing()
        return as_json(shown)

    @route("GET", HERE + r"/aggregated/operations")
    def list_operations(self, request):
        wanted = request.query["filter"].removeprefix("targetId = ")
        shown = [self._operation(name) for name in self.operations]
        found = [one for one in shown if one["targetId"] == wanted]
        return as_json(self._scoped("operations", found))

    def _operation(self, name):
        operation, facts = self.operations[name]
        if operation.state == "RUNNING":
            return facts | {"status": "RUNNING", "progress": 0}
        shown = facts | {"status": "DONE", "progress": 100}
        if operation.state == "FAILED":
            errors = [{"code": "ZONE_RESOURCE_POOL_EXHAUSTED", "message": self.failing}]
            shown |= {"error": {"errors": errors}}
        return shown

    def _scoped(self, name, found):
        warning = {"code": "NO_RESULTS_ON_PAGE", "message": "There are no results."}
        empty = {"zones/asia-south1-a": {"warning": warning}}
        places = {}
        for one in found:
            kind = "zones" if "zone" in one else "regions"
            place = one["zone" if "zone" in one else "region"].rpartition("/")[2]
            places.setdefault(f"{kind}/{place}", {name: []})[name].append(one)
        return {"items": empty | places}

    def _one(self, items, name):
        found = next((one for one in items if one["name"] == name), None)
        return as_json(found) if found else self.missing()

    def _instance(self, zone, name):
        return next(
            (
                one
                for one in self.instances
                if one["name"] == name and one["zone"].endswith(f"/{zone}")
            ),
            None,
        )
