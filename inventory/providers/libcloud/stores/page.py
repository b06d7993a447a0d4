"""The storage drivers in docs/providers.md."""

from collections.abc import Iterator, Mapping
from typing import Any

from inventory.providers.kind import ProviderKind
from inventory.providers.libcloud.stores.offered import PREFIX

HEAD = """
Drivers of object storage. The credential `driver` has `{prefix}` before libcloud's name. All use
libcloud's driver of S3. The list of buckets is UNPROVEN, as above: libcloud reads only the first
page. Versioning, public access, encryption and tags are not read. The kind `s3` reaches the same
stores by boto3, and can do more.

| driver | fields | regions | signed requests |
| --- | --- | --- | --- |
"""


def rows(variants: Mapping[str, Any]) -> Iterator[str]:
    yield HEAD.format(prefix=PREFIX)
    for name, variant in variants.items():
        if name.startswith(PREFIX):
            yield f"| {' | '.join(_cells(name, variant))} |\n"


def _cells(name: str, variant: ProviderKind) -> tuple[str, ...]:
    known = variant.known_regions({})
    open_set = f"any; {variant.default_regions[0]}, if none is named"
    signs = ("objects", "sign_download") in variant.table.functions
    return (
        f"`{name}`",
        ", ".join(f"`{field.name}`" for field in variant.credentials[1:]),
        open_set if known is None else ", ".join(known),
        "yes" if signs else "no",
    )
