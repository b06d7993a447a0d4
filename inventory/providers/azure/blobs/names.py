"""The rules of Blob Storage for names and metadata.

learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
"""

import re

from inventory.providers.store_rules import MetadataRules, StoreRules, problem_of_length

BUCKET = re.compile(r"[a-z0-9]{3,24}/(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_KEY = 1024  # characters
MOST_SEGMENTS = 254
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
METADATA_NAME = re.compile(r"[a-z_][a-z0-9_]*")
METADATA_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
MOST_METADATA_BYTES = 8 * 1024


def problem_of_container(name: str) -> str | None:
    if BUCKET.fullmatch(name):
        return None
    return (
        "A container is named with its storage account, as account/container. Its own name has 3 "
        "to 63 lower-case letters, digits and single hyphens, which stand between letters and "
        "digits."
    )


def problem_of_key(key: str) -> str | None:
    segments = key.split("/")
    if CONTROL.search(key):
        return "A key has no control characters."
    if "\\" in key or any(one.endswith(".") for one in segments):
        return "A key has no backslash, and no part between slashes ends with a dot."
    if len(segments) > MOST_SEGMENTS or len(key) > LONGEST_KEY:
        return f"A key has up to {LONGEST_KEY} characters, and {MOST_SEGMENTS} parts."
    return problem_of_length(key, 4 * LONGEST_KEY, "A key")


METADATA = MetadataRules(
    METADATA_NAME,
    (
        "A name of metadata has lower-case letters, digits and underscores, and begins "
        "with no digit."
    ),
    METADATA_VALUE,
    "A value of metadata has printable ASCII characters, and no space at its ends.",
    MOST_METADATA_BYTES,
)
STORE = StoreRules(
    problem_of_container,
    problem_of_key,
    METADATA.problem_of,
    largest_upload=5000 * 1024**2,  # "Put Blob", version 2019-12-12 and later
)
NOT_TAKEN = {
    "buckets.versioning": "Versioning is a setting of the storage account at Azure.",
    "objects.maxSize": "Azure cannot limit the size of a signed upload: leave maxSize out. It "
    "takes 5,000 MiB at most.",
    "objects.redirect": "Azure does not redirect after an upload by a signed request.",
}
