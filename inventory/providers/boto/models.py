"""The part of a service's model that the gateway uses.

The model of EC2 has 780 operations and 4,400 shapes, 13.8 MiB as Python's objects, and a client is
made with a method for each operation: 10 ms and 1.3 MiB. The operations below with their shapes are
0.5 MiB, and a client of them takes 3 ms. The model of S3 is cut in the same way.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from botocore.loaders import Loader

SERVICE_MODEL = "service-2"
# A service that is not named here keeps all of its operations.
OPERATIONS: Mapping[str, frozenset[str]] = {
    "ec2": frozenset(
        {
            "AttachVolume",
            "AuthorizeSecurityGroupEgress",
            "AuthorizeSecurityGroupIngress",
            "CreateImage",
            "CreateSecurityGroup",
            "CreateSnapshot",
            "CreateTags",
            "CreateVolume",
            "DeleteKeyPair",
            "DeleteSecurityGroup",
            "DeleteSnapshot",
            "DeleteTags",
            "DeleteVolume",
            "DeregisterImage",
            "DescribeAvailabilityZones",
            "DescribeImages",
            "DescribeInstanceAttribute",
            "DescribeInstanceTypes",
            "DescribeKeyPairs",
            "DescribeRegions",
            "DescribeSecurityGroups",
            "DescribeSnapshots",
            "DescribeVolumes",
            "DetachVolume",
            "ImportKeyPair",
            "ModifyInstanceAttribute",
            "ModifyVolume",
            "RebootInstances",
            "RevokeSecurityGroupEgress",
            "RevokeSecurityGroupIngress",
            "RunInstances",
            "StartInstances",
            "StopInstances",
            "TerminateInstances",
        }
    ),
    "s3": frozenset(
        {
            "CreateBucket",
            "DeleteBucket",
            "DeleteObject",
            "DeleteObjects",
            "GetBucketAcl",
            "GetBucketEncryption",
            "GetBucketPolicy",
            "GetBucketPolicyStatus",
            "GetBucketTagging",
            "GetBucketVersioning",
            "GetObject",
            "GetPublicAccessBlock",
            "HeadBucket",
            "HeadObject",
            "ListBuckets",
            "ListObjectVersions",
            "ListObjectsV2",
            "PutBucketPolicy",
            "PutBucketTagging",
            "PutBucketVersioning",
            "PutObject",
            "PutPublicAccessBlock",
        }
    ),
}
PROSE = "documentation"


class ReducedLoader(Loader):
    """Reads botocore's own models alone: not those of ``~/.aws/models`` or ``AWS_DATA_PATH``."""

    def __init__(self) -> None:
        super().__init__([self.BUILTIN_DATA_PATH], include_default_search_paths=False)
        self._reduced: dict[str, Any] = {}

    def load_service_model(
        self, service_name: str, type_name: str, api_version: str | None = None
    ) -> Any:
        kept = OPERATIONS.get(service_name)
        if kept is None or type_name != SERVICE_MODEL:
            return super().load_service_model(service_name, type_name, api_version)
        if service_name not in self._reduced:
            # By a loader of its own: this one would keep the whole model.
            loader = Loader(self.search_paths, include_default_search_paths=False)
            whole = loader.load_service_model(service_name, type_name, api_version)
            self._reduced[service_name] = reduced(whole, kept)
        return self._reduced[service_name]


def reduced(model: Mapping[str, Any], kept: frozenset[str]) -> dict[str, Any]:
    """The model with these operations and the shapes that they refer to, without its prose."""
    operations = {name: _without_prose(model["operations"][name]) for name in sorted(kept)}
    shapes: dict[str, Any] = {}
    waiting = list(_references(operations))
    while waiting:
        name = waiting.pop()
        if name not in shapes:
            shapes[name] = _without_prose(model["shapes"][name])
            waiting += _references(shapes[name])
    others = {key: value for key, value in model.items() if key != PROSE}
    return others | {"operations": operations, "shapes": shapes}


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("shape"), str):
            yield part["shape"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def _without_prose(part: Any) -> Any:
    if not isinstance(part, dict):
        return part
    return {
        key: _without_prose(value)
        for key, value in part.items()
        if key != PROSE or not isinstance(value, str)
    }
