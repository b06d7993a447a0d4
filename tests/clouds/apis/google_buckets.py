"""Buckets and objects of Cloud Storage: docs.cloud.google.com/storage/docs/json_api/v1.

Messages of refusals are as users report them, see inventory/providers/google/storage/refusals.py.
Signed requests are checked by ``google_signed``.
"""

import base64
import email
import itertools
import json
import re
from datetime import UTC, datetime

from tests.clouds.recorded import as_json, route
from tests.clouds.static_ec2 import Reply

STORAGE = "storage.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/devstorage.full_control"
BUCKETS = r"/storage/v1/b"
BUCKET = BUCKETS + r"/([^/]+)"
OBJECTS = BUCKET + r"/o"
OBJECT = OBJECTS + r"/([^/]+)"
NAME = re.compile(r"(?!goog)(?!.*g[o0][o0]g[l1][e3])[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
LABEL = re.compile(r"[a-z0-9_-]{0,63}")
LOCATIONS = {"US", "EU", "US-CENTRAL1", "EUROPE-WEST1"}
TAKEN = (
    "The requested bucket name is not available. The bucket namespace is shared by all users of "
    "the system. Please select a different name and try again."
)
OWN = "Your previous request to create the named bucket succeeded and you already own it."
PREVENTED = (
    "The member bindings allUsers and allAuthenticatedUsers are not allowed since public access "
    "prevention is enforced."
)
RESTRICTED = "One or more users named in the policy do not belong to a permitted customer."
PUBLIC = {"allUsers", "allAuthenticatedUsers"}


def now():
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Buckets:
    """Needs ``problem`` and ``page``.

    ``elsewhere``: names that other projects have. ``is_restricted``: the organization allows no
    access from outside. ``held``: keys of objects under a hold. ``unreadable``: buckets whose
    policy the account may not read.
    """

    def __init__(self, **options):
        super().__init__(**options)
        self.buckets, self.policies, self.objects = {}, {}, {}
        self.elsewhere = {"taken-elsewhere"}
        self.is_restricted = False
        self.held, self.unreadable = set(), set()
        self.generations = itertools.count(1_700_000_000_000_000)
        self.add_bucket("first-bucket", labels={"purpose": "tests"})
        self.write("first-bucket", "2026/report.txt", b"text")

    # --- for tests --------------------------------------------------------------------------

    def add_bucket(self, name, /, **facts):
        created_at = now()
        access = {
            "bucketPolicyOnly": {"enabled": False},
            "uniformBucketLevelAccess": {"enabled": False},
            "publicAccessPrevention": "inherited",
        }
        facts["iamConfiguration"] = access | facts.get("iamConfiguration", {})
        self.buckets[name] = {
            "kind": "storage#bucket",
            "id": name,
            "selfLink": f"https://www.googleapis.com/storage/v1/b/{name}",
            "projectNumber": "1000100010001",
            "name": name,
            "location": "US",
            "locationType": "multi-region",
            "storageClass": "STANDARD",
            "metageneration": "1",
            "timeCreated": created_at,
            "updated": created_at,
            "etag": "CAE=",
            "softDeletePolicy": {"retentionDurationSeconds": "604800"},
            **facts,
        }
        owners = {"role": "roles/storage.legacyBucketOwner", "members": ["projectOwner:p"]}
        self.policies[name] = {"version": 1, "etag": "CAE=", "bindings": [owners]}
        self.objects[name] = []

    def more_buckets(self, count):
        for number in range(count):
            self.add_bucket(f"more-{number}")

    def write(self, bucket, key, data, **facts):
        """A new generation, which is the live one."""
        self._retire(bucket, key)
        generation, moment = str(next(self.generations)), now()
        found = {
            "kind": "storage#object",
            "id": f"{bucket}/{key}/{generation}",
            "name": key,
            "bucket": bucket,
            "generation": generation,
            "metageneration": "1",
            "contentType": "application/octet-stream",
            "timeCreated": moment,
            "updated": moment,
            "storageClass": "STANDARD",
            "size": str(len(data)),
            "etag": "CJ" + base64.b64encode(generation.encode()).decode(),
            **facts,
        }
        self.objects[bucket].append((found, data))
        return found

    def live(self, bucket, key):
        return next(
            (
                (found, data)
                for found, data in self.objects.get(bucket, ())
                if found["name"] == key and "timeDeleted" not in found
            ),
            None,
        )

    def _retire(self, bucket, key):
        """Make the live generation noncurrent if the bucket has versions; otherwise delete it."""
        live = self.live(bucket, key)
        if live is None:
            return
        if (self.buckets[bucket].get("versioning") or {}).get("enabled"):
            live[0]["timeDeleted"] = now()
        else:
            self.objects[bucket].remove(live)

    # --- buckets ----------------------------------------------------------------------------

    @route("GET", BUCKETS)
    def list_buckets(self, request):
        if "project" not in request.query:
            return self.problem(400, "required", "Required parameter: project")
        if request.query["project"] != "project_name":
            return self.problem(403, "forbidden", "Forbidden")
        prefix = request.query.get("prefix", "")
        found = [self.buckets[name] for name in sorted(self.buckets) if name.startswith(prefix)]
        return self._page(
            request, "storage#buckets", [("items", one["name"], one) for one in found]
        )

    @route("POST", BUCKETS)
    def create_bucket(self, request):
        given, name = dict(request.body), request.body["name"]
        assert request.query == {"project": "project_name"}
        assert given.keys() <= {"name", "labels", "versioning", "iamConfiguration", "location"}
        labels = given.get("labels", {})
        if not NAME.fullmatch(name):
            return self.problem(400, "invalid", f"Invalid bucket name: '{name}'")
        if not all(map(LABEL.fullmatch, (*labels, *labels.values()))):
            return self.problem(400, "invalid", "Invalid label.")
        given.setdefault("location", "US")
        if given["location"] not in LOCATIONS:
            return self.problem(400, "invalid", "The specified location constraint is not valid.")
        if name in self.buckets or name in self.elsewhere:
            return self.problem(409, "conflict", OWN if name in self.buckets else TAKEN)
        self.add_bucket(name, **given)
        return as_json(self.buckets[name])

    @route("DELETE", BUCKET)
    def delete_bucket(self, _request, name):
        if name not in self.buckets:
            return self._no_bucket()
        if self.objects[name]:
            return self.problem(409, "conflict", "The bucket you tried to delete is not empty.")
        for one in (self.buckets, self.policies, self.objects):
            del one[name]
        return Reply(b"", 204)

    @route("GET", BUCKET + "/iam")
    def get_policy(self, _request, name):
        if name not in self.buckets:
            return self._no_bucket()
        if name in self.unreadable:
            message = f"gateway does not have storage.buckets.getIamPolicy access to {name}."
            return self.problem(403, "forbidden", message)
        known = {"kind": "storage#policy", "resourceId": f"projects/_/buckets/{name}"}
        return as_json(known | self.policies[name])

    @route("PUT", BUCKET + "/iam")
    def set_policy(self, request, name):
        if name not in self.buckets:
            return self._no_bucket()
        given, held = request.body, self.policies[name]
        if given.get("etag") not in {None, held["etag"]}:
            return self.problem(412, "conditionNotMet", "Precondition Failed")
        members = {one for binding in given["bindings"] for one in binding["members"]}
        if members & PUBLIC and self.is_restricted:
            return self.problem(412, "conditionNotMet", RESTRICTED)
        access = self.buckets[name]["iamConfiguration"]
        if members & PUBLIC and access["publicAccessPrevention"] == "enforced":
            return self.problem(412, "conditionNotMet", PREVENTED)
        self.policies[name] = held | {"bindings": given["bindings"], "etag": "CAI="}
        return as_json(self.policies[name])

    # --- objects ----------------------------------------------------------------------------

    @route("GET", OBJECTS)
    def list_objects(self, request, bucket):
        """Objects and prefixes count alike to a page. Names are in the order of their bytes."""
        if bucket not in self.buckets:
            return self._no_bucket()
        asked = request.query
        prefix, delimiter = asked.get("prefix", ""), asked.get("delimiter", "")
        entries = {}
        for found, _data in self.objects[bucket]:
            key = found["name"]
            is_shown = asked.get("versions") == "true" or "timeDeleted" not in found
            if not key.startswith(prefix) or not is_shown:
                continue
            at = key.find(delimiter, len(prefix)) if delimiter else -1
            if at >= 0:
                group = key[: at + len(delimiter)]
                entries[group, ""] = ("prefixes", group, group)
            else:
                entries[key, found["generation"]] = ("items", key, found)
        ordered = sorted(entries.items(), key=lambda one: (one[0][0].encode(), one[0][1]))
        return self._page(request, "storage#objects", [entry for _key, entry in ordered])

    @route("GET", OBJECT)
    def get_object(self, request, bucket, key):
        if bucket not in self.buckets:
            return self._no_bucket()
        assert "alt" not in request.query
        live = self.live(bucket, key)
        return self._no_object(bucket, key) if live is None else as_json(live[0])

    @route("DELETE", OBJECT)
    def delete_object(self, request, bucket, key):
        """With a generation, that one is gone; without one, the live one is retired."""
        if bucket not in self.buckets:
            return self._no_bucket()
        generation = request.query.get("generation")
        wanted = [
            one
            for one in self.objects[bucket]
            if one[0]["name"] == key and generation in {None, one[0]["generation"]}
        ]
        if not wanted or (generation is None and self.live(bucket, key) is None):
            return self._no_object(bucket, key)
        if key in self.held:
            message = (
                f"Object '{bucket}/{key}' is under active Temporary hold and cannot be deleted, "
                "overwritten or archived until hold is removed."
            )
            return self.problem(403, "forbidden", message)
        if generation is None:
            self._retire(bucket, key)
        else:
            self.objects[bucket].remove(wanted[0])
        return Reply(b"", 204)

    @route("POST", r"/upload/storage/v1/b/([^/]+)/o")
    def upload(self, request, bucket):
        """ "Multipart uploads": the resource in JSON, then the content."""
        assert request.query == {"uploadType": "multipart"}
        if bucket not in self.buckets:
            return self._no_bucket()
        kind = request.headers["Content-Type"]
        resource, content = parts_of(kind, request.text)
        given = json.loads(resource.get_payload(decode=True))
        assert given.keys() <= {"name", "contentType", "metadata"}
        assert content["Content-Type"] == given["contentType"]
        key, metadata = given["name"], given.get("metadata", {})
        if not 1 <= len(key.encode()) <= 1024 or {"\r", "\n"} & set(key) or key in {".", ".."}:
            return self.problem(400, "invalid", "Disallowed unicode characters present in name.")
        if sum(len(one.encode()) for pair in metadata.items() for one in pair) > 8192:
            return self.problem(400, "invalid", "The custom metadata is too large.")
        data = content.get_payload(decode=True)
        return as_json(self.write(bucket, key, data, **given))

    def _page(self, request, kind, entries):
        """``entries``: for each, its key in the answer, its name, and its content."""
        asked = request.query
        most = min(self.page, int(asked.get("maxResults", 1000)), 1000)
        start, token = 0, asked.get("pageToken")
        if token is not None:
            if not re.fullmatch(r"next-\d+", token):
                return self.problem(400, "invalid", "Invalid value for pageToken.")
            start = int(token.removeprefix("next-"))
        body = {"kind": kind}
        for place, _name, shown in entries[start : start + most]:
            body.setdefault(place, []).append(shown)
        if start + most < len(entries):
            body["nextPageToken"] = f"next-{start + most}"
        return as_json(body)

    def _no_bucket(self):
        return self.problem(404, "notFound", "The specified bucket does not exist.")

    def _no_object(self, bucket, key):
        return self.problem(404, "notFound", f"No such object: {bucket}/{key}")


def parts_of(content_type, text):
    """The parts of a body in MIME's form, each a message."""
    head = f"MIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n".encode()
    return email.message_from_bytes(head + text.encode()).get_payload()
