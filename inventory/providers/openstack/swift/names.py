"""The rules of Swift for names and metadata: "Object Storage API overview", "Constraints".

docs.openstack.org/swift/latest/api/object_api_v1_overview.html, with the limits that a cluster has
unless its operator changed them.
"""

import re
from collections.abc import Sequence

from inventory.providers.store_rules import StoreRules, problem_of_length, problem_of_repeated

LONGEST_CONTAINER, LONGEST_KEY = 256, 1024  # bytes
METADATA_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
METADATA_VALUE = re.compile(r"\S(?:[^\x00-\x1f\x7f]*\S)?")
LONGEST_NAME, LONGEST_VALUE, MOST_PAIRS, MOST_BYTES = 128, 256, 90, 4096


def problem_of_container(name: str) -> str | None:
    if "/" in name:
        return "A container's name has no slash."
    if name in {".", ".."}:
        return "A container's name is neither . nor .. here: servers take them for folders."
    return problem_of_length(name, LONGEST_CONTAINER, "A container's name")


def problem_of_key(key: str) -> str | None:
    return problem_of_length(key, LONGEST_KEY, "A key")


def problem_of_metadata(pairs: Sequence[tuple[str, str]]) -> str | None:
    """Names and values are sent as headers, in which servers take an underscore for a hyphen."""
    if problem := problem_of_repeated(pairs):
        return problem
    for name, value in pairs:
        if not METADATA_NAME.fullmatch(name) or len(name) > LONGEST_NAME:
            return (
                f"A name of metadata has up to {LONGEST_NAME} lower-case letters, digits and "
                "hyphens, and begins with a letter or a digit."
            )
        if not METADATA_VALUE.fullmatch(value) or len(value.encode()) > LONGEST_VALUE:
            return (
                f"A value of metadata has 1 to {LONGEST_VALUE} bytes in UTF-8, no control "
                "characters, and no space at its ends."
            )
    total = sum(len(name) + len(value.encode()) for name, value in pairs)
    if len(pairs) > MOST_PAIRS or total > MOST_BYTES:
        return f"Metadata has at most {MOST_PAIRS} names, and {MOST_BYTES} bytes."
    return None


STORE = StoreRules(
    problem_of_container,
    problem_of_key,
    problem_of_metadata,
    largest_upload=5 * 1024**3,  # ``max_file_size``
)
NOT_TAKEN = {
    "objects.maxSize": "Swift cannot limit the size of an upload whose key is given: leave maxSize "
    "out. It takes 5 GiB at most.",
    "objects.redirect": "Swift does not redirect after an upload by a temporary URL.",
}
