"""The rules of Cloud Storage for names and metadata.

- docs.cloud.google.com/storage/docs/buckets#naming
- docs.cloud.google.com/storage/docs/objects#naming
- docs.cloud.google.com/storage/docs/metadata#custom-metadata
"""

import re

from inventory.providers.store_rules import MetadataRules, StoreRules, problem_of_length

BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]+[a-z0-9]")
LONGEST_PART, LONGEST_BUCKET, SHORTEST_BUCKET = 63, 222, 3
ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
GOOGLES = re.compile(r"^goog|g[o0][o0]g[l1][e3]")
CHALLENGES = ".well-known/acme-challenge/"
LONGEST_KEY = 1024  # bytes
METADATA_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")
METADATA_VALUE = re.compile(r"\S(?:[^\x00-\x1f\x7f]*\S)?|")
MOST_METADATA_BYTES = 8 * 1024  # names and values together


def problem_of_bucket(name: str) -> str | None:
    parts = name.split(".")
    is_short = SHORTEST_BUCKET <= len(name) <= LONGEST_BUCKET
    if not BUCKET.fullmatch(name) or not is_short or max(map(len, parts)) > LONGEST_PART:
        return (
            "A bucket's name has 3 to 63 characters, which are lower-case letters, digits, "
            "hyphens, underscores and dots, and begins and ends with a letter or a digit. With "
            "dots it has up to 222, and up to 63 between them."
        )
    if "" in parts or any(part.startswith("-") or part.endswith("-") for part in parts):
        return "A bucket's name has no two dots side by side, and no hyphen beside a dot."
    if ADDRESS.fullmatch(name):
        return "A bucket's name cannot look like an IP address."
    if GOOGLES.search(name):
        return "A bucket's name neither begins with goog nor contains google, or a like spelling."
    return None


def problem_of_key(key: str) -> str | None:
    if key in {".", ".."}:
        return "A key is neither . nor .. alone."
    if "\r" in key or "\n" in key:
        return "A key has no line breaks."
    if key.startswith(CHALLENGES):
        return f"No key begins with {CHALLENGES}."
    return problem_of_length(key, LONGEST_KEY, "A key")


METADATA = MetadataRules(
    METADATA_NAME,
    (
        "A name of metadata has lower-case letters, digits, hyphens, dots and underscores, "
        "and begins with a letter or a digit."
    ),
    METADATA_VALUE,
    "A value of metadata has no control characters, and no space at its ends.",
    MOST_METADATA_BYTES,
)
STORE = StoreRules(
    problem_of_bucket,
    problem_of_key,
    METADATA.problem_of,
    largest_upload=5 * 1024**3,  # Google takes 5 TiB; a form sends them in one request
)
