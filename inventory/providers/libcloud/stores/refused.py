"""The storage drivers of libcloud 3.9.1 that cannot be connected, and why, in sentences for users.

OSS: "Notice on the discontinuation of the OSS V1 signature algorithm", alibabacloud.com/en/notice.
"""

from inventory.providers.libcloud.stores.offered import PREFIX

REGIONS_OF_S3 = (
    "s3 s3_us_east_2 s3_us_west s3_us_west_oregon s3_us_gov_west s3_cn_north "
    "s3_cn_northwest s3_eu_west s3_eu_west_2 s3_eu_central s3_eu_north_1 s3_ap_south "
    "s3_ap_southeast s3_ap_southeast2 s3_ap_northeast s3_ap_northeast_1 s3_ap_northeast_2 "
    "s3_sa_east s3_ca_central"
)
SIGNS_IN = (
    "It reads only one page of the containers. If a key has two slashes in a row, it addresses "
    "another object."
)
OTHERS = {
    "aliyun_oss": (
        "It signs requests with version 1 of OSS's signatures, which OSS accepts only from older "
        "accounts and for older buckets. Use the kind s3 with the address of OSS, and path_style "
        "false."
    ),
    "azure_blobs": (
        "It signs with the key of a storage account, which permits everything there. Use the "
        "kind azure."
    ),
    "backblaze_b2": (
        "It reads only the first 100 objects of a bucket, and deletes only the latest version of "
        "an object, so that the version before it appears again. Use the kind s3 with "
        "Backblaze's address of S3."
    ),
    "cloudfiles": SIGNS_IN,
    "dummy": "It is no store: each call has buckets of its own. Use the kind simulator.",
    "google_storage": "It keeps each project's token in a file that all accounts share. Use the "
    "kind google.",
    "ktucloud": SIGNS_IN,
    "local": "Its buckets are folders of the gateway's machine.",
    "nimbus": "It has no objects, and libcloud has no recording of it.",
    "ninefold": (
        "It reads only one page of the buckets and of the objects, and no sizes of objects."
    ),
    "openstack_swift": f"{SIGNS_IN} Use the kind openstack.",
}
REFUSED = {
    **{f"{PREFIX}{name}": reason for name, reason in OTHERS.items()},
    **{f"{PREFIX}{name}": "Use the kind aws." for name in REGIONS_OF_S3.split()},
}
