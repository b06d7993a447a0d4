"""Storage accounts of Resource Manager, and Blob Storage: learn.microsoft.com/rest/api/storagerp
and learn.microsoft.com/rest/api/storageservices.
"""

import base64
import hmac
import itertools
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import unquote
from xml.sax.saxutils import escape

from tests.clouds.recorded import as_json, route
from tests.clouds.static_ec2 import Reply

SUBSCRIPTION = "99999999-9999-9999-9999-999999999999"
HERE = rf"/subscriptions/{SUBSCRIPTION}"
ACCOUNT = "labstore"
BLOB_HOST = f"{ACCOUNT}.blob.core.windows.net"
RESOURCE = "https://storage.azure.com/"
PATH = f"{HERE}/resourceGroups/lab/providers/Microsoft.Storage/storageAccounts/{ACCOUNT}"
SERVICE = rf"(?i:{re.escape(PATH)})/blobServices/default"
CONTAINER = re.compile(r"(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*")
METADATA_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
DELEGATION_KEY = base64.b64encode(b"the key of a delegation").decode()
SIGNED = (
    *("sp", "st", "se", "", "skoid", "sktid", "skt", "ske", "sks", "skv", "saoid", "suoid"),
    *("scid", "sip", "spr", "sv", "sr", "snapshot", "ses", "rscc", "rscd", "rsce", "rscl", "rsct"),
)
OPERATIONS = {"GET": "r", "HEAD": "r", "PUT": "cw"}


def refused(status, code, message="No."):
    """With a body, as to all but HEAD: "Status and error codes"."""
    text = f"{message}\nRequestId:1\nTime:2026-11-29T00:00:00.0000000Z"
    body = f"<?xml version='1.0' encoding='utf-8'?><Error><Code>{code}</Code><Message>{text}"
    headers = {"x-ms-error-code": code, "Content-Type": "application/xml"}
    return Reply(f"﻿{body}</Message></Error>".encode(), status, headers)


def document(body):
    text = f"﻿<?xml version='1.0' encoding='utf-8'?>{body}"
    return Reply(text.encode(), 200, {"Content-Type": "application/xml"})


class Blobs:
    """Needs ``page``, ``missing``, ``problem`` and ``blob_token``.

    ``lets_public``: whether the storage account may have public containers. ``versioned``: whether
    it keeps versions. ``immutable``: keys that a policy keeps. ``blinded``: whether the account may
    not read the settings of the blob service.
    """

    def __init__(self, **options):
        super().__init__(**options)
        self.lets_public, self.versioned, self.blinded = True, False, False
        self.immutable, self.odd_accounts = set(), []
        self.directories = set()  # keys, in an account with a hierarchical namespace
        self.containers, self.blobs = {}, {}
        self.ticks = itertools.count()
        self.add_container("first", metadata={"purpose": "tests"})
        self.write("first", "2026/report.txt", b"text", {"Content-Type": "text/plain"})

    def add_container(self, name, public="None", metadata=()):
        self.containers[name] = {"publicAccess": public, "metadata": dict(metadata)}
        self.blobs[name] = []

    def more_buckets(self, count):
        for number in range(count):
            self.add_container(f"more-{number}")

    def write(self, container, key, data, headers):
        current = self.current(container, key)
        if current is not None:
            current["current"] = False
            if not self.versioned:
                self.blobs[container].remove(current)
        self.blobs[container].append(
            {
                "key": key,
                "data": data,
                "headers": dict(headers),
                "version": f"2026-11-29T00:00:00.{next(self.ticks):07d}Z",
                "modified": datetime.now(UTC),
                "current": True,
            }
        )

    def current(self, container, key):
        found = (one for one in self.blobs[container] if one["key"] == key and one["current"])
        return next(found, None)

    # --- Resource Manager -------------------------------------------------------------------

    @route("GET", HERE + r"/providers/Microsoft\.Storage/storageAccounts")
    def list_accounts(self, request):
        assert request.query["api-version"] == "2023-01-01"
        own = {
            "id": PATH,
            "name": ACCOUNT,
            "kind": "StorageV2",
            "location": "eastus",
            "properties": {
                "allowBlobPublicAccess": self.lets_public,
                "encryption": {"keySource": "Microsoft.Storage"},
                "primaryEndpoints": {
                    "blob": f"https://{BLOB_HOST}/",
                    "file": f"https://{ACCOUNT}.file.core.windows.net/",
                },
            },
        }
        shares = own | {
            "id": PATH.replace(ACCOUNT, "shares"),
            "name": "shares",
            "kind": "FileStorage",
            "properties": {"primaryEndpoints": {"file": "https://shares.file.core.windows.net/"}},
        }
        return as_json({"value": [*self.odd_accounts, own, shares]})

    @route("GET", SERVICE)
    def blob_service(self, _request):
        if self.blinded:
            return self.problem(403, "AuthorizationFailed", "The client has no authorization.")
        return as_json({"properties": {"isVersioningEnabled": self.versioned}})

    @route("GET", SERVICE + "/containers")
    def list_containers(self, request):
        names = sorted(self.containers)
        start = int(request.query.get("$skipToken", 0))
        body = {"value": [self._container_shown(name) for name in names[start : start + self.page]]}
        if start + self.page < len(names):
            query = f"api-version=2023-01-01&$skipToken={start + self.page}"
            body["nextLink"] = f"https://management.azure.com{request.path}?{query}"
        return as_json(body)

    @route("GET", SERVICE + "/containers/([^/]+)")
    def get_container(self, _request, name):
        if name not in self.containers:
            return self.problem(404, "ContainerNotFound", "The specified container does not exist.")
        return as_json(self._container_shown(name))

    def _container_shown(self, name):
        facts = self.containers[name]
        properties = {"publicAccess": facts["publicAccess"], "leaseStatus": "Unlocked"}
        if facts["metadata"]:
            properties["metadata"] = facts["metadata"]
        path = f"{PATH}/blobServices/default/containers/{name}"
        return {"id": path, "name": name, "properties": properties}

    # --- Blob Storage -----------------------------------------------------------------------

    def answer_of_blobs(self, request):
        container, _, key = unquote(request.path.removeprefix("/")).partition("/")
        headers = {name.lower(): value for name, value in request.headers.items()}
        if "sig" in request.query:
            if refusal := self._judge(request, container, key):
                return refusal
        elif headers.get("authorization") != f"Bearer {self.blob_token}":
            return refused(401, "InvalidAuthenticationInfo")
        elif headers.get("x-ms-version", "") < "2017-11-09":  # the first that takes tokens
            return refused(400, "InvalidHeaderValue")
        if request.query.get("comp") == "userdelegationkey":
            return self._delegate(request)
        if key:
            return self._blob(request, headers, container, key)
        assert request.query["restype"] == "container"
        return self._container(request, headers, container)

    def _container(self, request, headers, name):
        if request.method == "PUT":
            return self._create(headers, name)
        if name not in self.containers:
            return refused(404, "ContainerNotFound", "The specified container does not exist.")
        if request.method == "DELETE":
            del self.containers[name], self.blobs[name]
            return Reply(b"", 202)
        return self._list(request, name)

    def _create(self, headers, name):
        if not CONTAINER.fullmatch(name):
            return refused(400, "InvalidResourceName")
        if name in self.containers:
            message = "The specified container already exists."
            return refused(409, "ContainerAlreadyExists", message)
        metadata = metadata_of(headers)
        if not all(map(METADATA_NAME.fullmatch, metadata)):
            return refused(400, "InvalidMetadata")
        public = headers.get("x-ms-blob-public-access")
        if public and not self.lets_public:
            message = "Public access is not permitted on this storage account."
            return refused(409, "PublicAccessNotPermitted", message)
        self.add_container(name, (public or "none").capitalize(), metadata)
        return Reply(b"", 201)

    def _list(self, request, name):
        asked = request.query
        prefix, delimiter = asked.get("prefix", ""), asked.get("delimiter", "")
        has_all = "versions" in asked.get("include", "")
        entries = {}
        for blob in self.blobs[name]:
            key = blob["key"]
            if not key.startswith(prefix) or not (has_all or blob["current"]):
                continue
            at = key.find(delimiter, len(prefix)) if delimiter else -1
            if at < 0 and delimiter == "/" and key in self.directories:
                entries[f"{key}/", ""] = f"<BlobPrefix>{_name(f'{key}/')}</BlobPrefix>"
                continue
            if at >= 0:
                group = key[: at + len(delimiter)]
                entries[group, ""] = f"<BlobPrefix>{_name(group)}</BlobPrefix>"
            else:
                entries[key, blob["version"]] = self._entry(blob, has_all=has_all)
        ordered = [entries[one] for one in sorted(entries)]
        marker = asked.get("marker", "m0")
        if not re.fullmatch(r"m\d+", marker):
            return refused(400, "OutOfRangeInput")
        start, most = int(marker[1:]), min(self.page, int(asked["maxresults"]))
        following = f"m{start + most}" if start + most < len(ordered) else ""
        blobs = "".join(ordered[start : start + most])
        return document(
            f'<EnumerationResults ContainerName="{name}"><Blobs>{blobs}</Blobs>'
            f"<NextMarker>{following}</NextMarker></EnumerationResults>"
        )

    def _entry(self, blob, *, has_all):
        versions = ""
        if self.versioned and has_all:
            current = "<IsCurrentVersion>true</IsCurrentVersion>" if blob["current"] else ""
            versions = f"<VersionId>{blob['version']}</VersionId>{current}"
        kind = escape(blob["headers"].get("Content-Type", "application/octet-stream"))
        what = "directory" if blob["key"] in self.directories else "file"
        resource = f"<ResourceType>{what}</ResourceType>" if self.directories else ""
        return (
            f"<Blob>{_name(blob['key'])}{versions}<Properties>"
            f"<Last-Modified>{format_datetime(blob['modified'], usegmt=True)}</Last-Modified>"
            f"<Etag>0x8D{len(blob['data'])}</Etag>{resource}"
            f"<Content-Length>{len(blob['data'])}</Content-Length>"
            f"<Content-Type>{kind}</Content-Type><AccessTier>Hot</AccessTier></Properties></Blob>"
        )

    def _blob(self, request, headers, container, key):
        if container not in self.containers:
            return refused(404, "ContainerNotFound", "The specified container does not exist.")
        if request.method == "PUT":
            assert headers["x-ms-blob-type"] == "BlockBlob"
            metadata = {f"x-ms-meta-{name}": one for name, one in metadata_of(headers).items()}
            kind = {"Content-Type": headers.get("content-type", "application/octet-stream")}
            self.write(container, key, request.text.encode(), kind | metadata)
            return Reply(b"", 201)
        version = request.query.get("versionid")
        found = [
            one
            for one in self.blobs[container]
            if one["key"] == key and (one["version"] == version if version else one["current"])
        ]
        if not found:
            return refused(404, "BlobNotFound", "The specified blob does not exist.")
        if request.method == "DELETE":
            return self._delete(container, found[0], headers, version)
        facts = {
            "ETag": f'"0x8D{len(found[0]["data"])}"',
            "Last-Modified": format_datetime(found[0]["modified"], usegmt=True),
            "x-ms-access-tier": "Hot",
        }
        if key in self.directories:
            facts["x-ms-resource-type"] = "directory"
        if disposition := request.query.get("rscd"):
            facts["Content-Disposition"] = disposition
        data = found[0]["data"]
        if request.method == "HEAD":
            facts["X-Length"] = str(len(data))
        return Reply(data, 200, facts | found[0]["headers"])

    def _delete(self, container, blob, headers, version):
        if blob["key"] in self.immutable:
            message = "This operation is not permitted as the blob is immutable due to a policy."
            return refused(409, "BlobImmutableDueToPolicy", message)
        if blob["key"] in self.directories:
            if any(one["key"].startswith(f"{blob['key']}/") for one in self.blobs[container]):
                message = "This operation is not permitted on a non-empty directory."
                return refused(409, "DirectoryIsNotEmpty", message)
            message = "The requested operation is not supported on a directory."
            return refused(400, "OperationNotSupportedOnDirectory", message)
        if version and blob["current"]:
            return refused(403, "OperationNotAllowedOnRootBlob")
        assert version or headers["x-ms-delete-snapshots"] == "include"
        if self.versioned and not version:
            blob["current"] = False
        else:
            self.blobs[container].remove(blob)
        return Reply(b"", 202)

    def _delegate(self, request):
        start, end = re.fullmatch(
            r"<KeyInfo><Start>(\S+)</Start><Expiry>(\S+)</Expiry></KeyInfo>", request.text
        ).groups()
        if _moment(end) - datetime.now(UTC) > timedelta(days=7):
            return refused(400, "InvalidXmlNodeValue")
        parts = {
            "SignedOid": "11111111-2222-3333-4444-555555555555",
            "SignedTid": "77777777-7777-7777-7777-777777777777",
            "SignedStart": start,
            "SignedExpiry": end,
            "SignedService": "b",
            "SignedVersion": "2022-11-02",
            "Value": DELEGATION_KEY,
        }
        body = "".join(f"<{name}>{value}</{name}>" for name, value in parts.items())
        return document(f"<UserDelegationKey>{body}</UserDelegationKey>")

    def _judge(self, request, container, key):
        """None: the signature allows it. "Create a user delegation SAS", version 2020-12-06."""
        asked = request.query
        resource = f"/blob/{ACCOUNT}/{container}/{key}"
        text = "\n".join(asked.get(name, "") if name else resource for name in SIGNED)
        wanted = hmac.new(base64.b64decode(DELEGATION_KEY), text.encode(), "sha256").digest()
        if base64.b64encode(wanted).decode() != asked["sig"]:
            return refused(403, "AuthenticationFailed", "Signature did not match.")
        if _moment(asked["se"]) < datetime.now(UTC) or _moment(asked["ske"]) < datetime.now(UTC):
            return refused(403, "AuthenticationFailed", "Signature not valid in the time frame.")
        if not set(OPERATIONS.get(request.method, "x")) <= set(asked["sp"]):
            return refused(403, "AuthorizationPermissionMismatch")
        return None


def metadata_of(headers):
    return {
        name.removeprefix("x-ms-meta-"): value
        for name, value in headers.items()
        if name.startswith("x-ms-meta-")
    }


def _name(text):
    return f"<Name>{escape(text)}</Name>"


def _moment(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
