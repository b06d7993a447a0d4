"""The storage drivers of libcloud that can be connected: a row each, in the order of their names.

Each was read in apache-libcloud 3.9.1: it is built without a request, and all its requests go over
libcloud's own connection, which the guard bounds. ``refused`` names the others.
"""

from inventory.providers.capability import BY_KEY, LIST, Capability
from inventory.providers.libcloud.rows import ACCESS_KEY, HOST, Row, address

PREFIX = "storage."
# The words of a row's ``can``, and the methods that a driver must have for them.
CAPABILITIES: dict[str, tuple[Capability, ...]] = {
    "list": (BY_KEY["buckets", LIST],),
    "create": (Capability.CREATE_BUCKET,),
    "delete": (Capability.DELETE_BUCKET,),
    "objects": (Capability.LIST_OBJECTS,),
    "put": (Capability.PUT_OBJECT,),
    "remove": (Capability.DELETE_OBJECT,),
    "sign": (Capability.SIGN_UPLOAD, Capability.SIGN_DOWNLOAD),
}
METHODS = {
    "list": "iterate_containers",
    "create": "create_container",
    "delete": "delete_container",
    "objects": "iterate_container_objects",
    "put": "upload_object_via_stream",
    "remove": "delete_object",
    "sign": "get_object_cdn_url",
}
ALL = "list create delete objects put remove"
SIGNING = f"{ALL} sign"
V4 = {"signature_version": "4"}

STORES = (
    Row(f"{PREFIX}auroraobjects", "PCextreme AuroraObjects", ACCESS_KEY, ALL),
    Row(
        f"{PREFIX}digitalocean_spaces",
        "DigitalOcean Spaces",
        ACCESS_KEY,
        ALL,
        regions=("nyc3", "ams3", "sfo2", "sgp1"),
        fixed=V4,
    ),
    Row(
        f"{PREFIX}minio",
        "MinIO",
        (*ACCESS_KEY, address(HOST, "https://minio.example.org:9000")),
        ALL,
        regions=("us-east-1",),
        open_regions=True,
    ),
    Row(f"{PREFIX}ovh", "OVH Object Storage", ACCESS_KEY, SIGNING, regions=("sbg", "gra")),
    Row(
        f"{PREFIX}s3_rgw",
        "Ceph Object Gateway",
        (*ACCESS_KEY, address(HOST, "https://rgw.example.org:7480")),
        ALL,
        regions=("default",),
        open_regions=True,
        fixed=V4,
    ),
    Row(
        f"{PREFIX}s3_rgw_outscale",
        "Outscale Object Storage",
        ACCESS_KEY,
        ALL,
        regions=("eu-west-2", "eu-west-1", "us-west-1", "us-east-2", "cn-southeast-1"),
        fixed=V4,
    ),
    Row(
        f"{PREFIX}scaleway",
        "Scaleway Object Storage",
        ACCESS_KEY,
        SIGNING,
        regions=("fr-par", "nl-ams", "pl-waw"),
    ),
)
