"""The rules of S3 for names of buckets, keys and metadata, which most compatible stores share.

- docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
- docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
- docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
"""

import re

from inventory.providers.store_rules import MetadataRules, StoreRules, problem_of_length

BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
RESERVED_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
RESERVED_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
LONGEST_KEY_BYTES = 1024
METADATA_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]*")
METADATA_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?|")
MOST_METADATA_BYTES = 2048  # names and values together


def problem_of_bucket(name: str) -> str | None:
    """Why no bucket can have this name, in a sentence; None: one can."""
    if not BUCKET.fullmatch(name):
        return (
            "A bucket's name has 3 to 63 characters, which are lower-case letters, digits, dots "
            "and hyphens, and begins and ends with a letter or a digit."
        )
    if ".." in name:
        return "A bucket's name has no two dots side by side."
    if ADDRESS.fullmatch(name):
        return "A bucket's name cannot look like an IP address."
    for prefix in RESERVED_PREFIXES:
        if name.startswith(prefix):
            return f"Names of buckets that begin with {prefix} are reserved."
    for suffix in RESERVED_SUFFIXES:
        if name.endswith(suffix):
            return f"Names of buckets that end with {suffix} are reserved."
    return None


def problem_of_key(key: str) -> str | None:
    """Why no object can have this key; None: one can. Any character but NUL is allowed."""
    return problem_of_length(key, LONGEST_KEY_BYTES, "A key")


# Names and values are sent in headers.
METADATA = MetadataRules(
    METADATA_NAME,
    (
        "A name of metadata has lower-case letters, digits, hyphens, dots and underscores, "
        "and begins with a letter or a digit."
    ),
    METADATA_VALUE,
    (
        "A value of metadata has printable ASCII characters, and no space at its ends: it "
        "is sent as a header. Encode others, for example as percent-encoding."
    ),
    MOST_METADATA_BYTES,
)
STORE = StoreRules(
    problem_of_bucket,
    problem_of_key,
    METADATA.problem_of,
    # docs.aws.amazon.com/AmazonS3/latest/userguide/UsingHTTPPOST.html
    largest_upload=5 * 1024**3,
)
