"""Where buckets and objects are at the JSON API, and what it answers there.

A name is one segment of a path.
"""

from urllib.parse import quote

HOST = "storage.googleapis.com"
BUCKETS = "/storage/v1/b"
UPLOADS = "/upload/storage/v1/b"
# The "kind" of answers.
OBJECTS, POLICY = "storage#objects", "storage#policy"


def bucket_path(bucket: str) -> str:
    return f"{BUCKETS}/{encoded(bucket)}"


def policy_path(bucket: str) -> str:
    return f"{bucket_path(bucket)}/iam"


def objects_path(bucket: str) -> str:
    return f"{bucket_path(bucket)}/o"


def object_path(bucket: str, key: str) -> str:
    """The slashes of a key, and what stands between them, are no path here."""
    return f"{objects_path(bucket)}/{encoded(key)}"


def uploads_path(bucket: str) -> str:
    return f"{UPLOADS}/{encoded(bucket)}/o"


def encoded(name: str) -> str:
    return quote(name, safe="")
