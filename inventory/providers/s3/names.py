"""The rules of S3 for names of buckets, keys and metadata, which most compatible stores share.

- docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
- docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
- docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
"""

import re
from collections.abc import Sequence

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
    try:
        length = len(key.encode())
    except UnicodeEncodeError:
        return "A key must be text that UTF-8 can write."
    if not 1 <= length <= LONGEST_KEY_BYTES:
        return f"A key has 1 to {LONGEST_KEY_BYTES} bytes in UTF-8, not {length}."
    if "\x00" in key:
        return "A key has no NUL character."
    return None


def problem_of_metadata(pairs: Sequence[tuple[str, str]]) -> str | None:
    """Why an object cannot have this metadata, which is sent in headers; None: it can."""
    names = [name for name, _value in pairs]
    if len(set(names)) < len(names):
        return "A name of metadata is given twice."
    for name, value in pairs:
        if not METADATA_NAME.fullmatch(name):
            return (
                "A name of metadata has lower-case letters, digits, hyphens, dots and underscores, "
                "and begins with a letter or a digit."
            )
        if not METADATA_VALUE.fullmatch(value):
            return (
                "A value of metadata has printable ASCII characters, and no space at its ends: it "
                "is sent as a header. Encode others, for example as percent-encoding."
            )
    total = sum(len(name) + len(value) for name, value in pairs)
    if total > MOST_METADATA_BYTES:
        return f"Metadata has at most {MOST_METADATA_BYTES} bytes, not {total}."
    return None
