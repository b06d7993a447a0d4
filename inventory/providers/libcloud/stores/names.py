"""The names that stores take through libcloud's drivers."""

from dataclasses import replace

from inventory.providers.s3.names import STORE as OF_S3
from inventory.providers.s3.names import problem_of_key as problem_at_s3

DOTS = frozenset({".", ".."})
FOLDERS = "A key has no . or .. between slashes here: the request would name another object."


def problem_of_key(key: str) -> str | None:
    """As S3's. Clients of HTTP resolve the parts ``.`` and ``..``, which S3's signature has."""
    return problem_at_s3(key) or (FOLDERS if DOTS.intersection(key.split("/")) else None)


STORE = replace(OF_S3, problem_of_key=problem_of_key)
NOT_TAKEN = {
    "buckets.public": "Libcloud's driver does not set who may read a bucket.",
    "buckets.versioning": "Libcloud's driver does not set versioning.",
    "objects.maxSize": "Libcloud's driver signs no limit of size: leave maxSize out. The store "
    "takes 5 GiB at most.",
    "objects.redirect": "Libcloud's driver signs a PUT, which redirects to no page.",
}
