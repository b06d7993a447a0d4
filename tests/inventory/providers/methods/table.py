"""All rows, and the page that is generated from them."""

from typing import NamedTuple

from tests.inventory.providers.methods import (
    azure,
    containers,
    ec2_rows,
    google,
    openstack,
    storage,
    tokens,
)

ROWS_OF = {
    "aws": ec2_rows.ROWS,
    "azure": azure.ROWS,
    "digitalocean": tokens.ROWS["digitalocean"] | storage.DIGITALOCEAN,
    "linode": tokens.ROWS["linode"] | storage.LINODE,
    **containers.ROWS,
    "google": google.ROWS,
    "openstack": openstack.ROWS | storage.OPENSTACK,
}
# What libcloud's compute and container drivers have no part in, and who is asked instead.
ELSEWHERE = {
    "buckets": "boto3",
    "objects": "boto3",
    "regions": "the cloud's own list; libcloud has no common method",
}
HEAD = """\
# Methods of libcloud that are not used

This page lists the capabilities for which the gateway does not use libcloud's method, and says
what is wrong with the method in apache-libcloud 3.9.1. Each row is a test, which gives libcloud's
own driver replies in the form of the vendor's reference (`tests/inventory/providers/methods`). If
a release of libcloud repairs a method, its test fails.

All other capabilities of these kinds use libcloud's method. AWS is asked with boto3, for buckets
and objects, too ([decision 49](decisions/0049-boto3-on-our-own-connections.md)); only the list of
instances has a parser of its own. Lists of regions are each cloud's own. The tests' table writes
this page: `python -m tests.inventory.providers.methods.table > docs/libcloud-methods.md`.
"""


class Row(NamedTuple):
    kind: str
    capability: str
    method: str
    defect: str

    def __str__(self):
        return f"{self.kind}-{self.capability or 'driver'}"


CHECKS = {
    Row(kind, capability, method, defect): check
    for kind, rows in sorted(ROWS_OF.items())
    for capability, (method, defect, check) in rows.items()
}


def page():
    lines = [HEAD]
    for kind in sorted(ROWS_OF):
        lines.append(f"## {kind}\n\n| capability | method | what is wrong |\n|---|---|---|")
        for row in CHECKS:
            if row.kind == kind:
                method = f"`{row.method}`" if row.method else "none"
                lines.append(f"| {row.capability or 'the driver'} | {method} | {row.defect} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201
