"""Drivers of clouds that an operator runs: an account has an address, and may have an authority."""

from inventory.providers import certificates
from inventory.providers.libcloud import cloudstack
from inventory.providers.libcloud.rows import (
    ACCESS_KEY,
    ALL,
    HOST,
    HOST_AND_PATH,
    KEY_AND_SECRET,
    NO_POWER,
    ORDERS,
    USER_AND_PASSWORD,
    WHOLE,
    Row,
    address,
    choice,
    optional,
    secret,
    text,
)

OPENNEBULA_VERSIONS = ("3.2", "3.6", "3.8")
VCLOUD_VERSIONS = ("1.5", "5.1", "5.5")
KEYSTONE_VERSIONS = ("2.0_password", "3.x_password", "3.x_appcred")

SELF_HOSTED = (
    Row(
        "cloudstack",
        "CloudStack",
        (*KEY_AND_SECRET, address(WHOLE, "https://cloud.example.org/client/api")),
        ALL,
        start="ex_start",
        stop="ex_stop",
        nodes=cloudstack.list_nodes,
    ),
    Row(
        "eucalyptus",
        "Eucalyptus",
        (*ACCESS_KEY, address(HOST_AND_PATH, "https://cloud.example.org:8773/services/compute")),
        "list start stop reboot terminate sizes images",
    ),
    Row(
        "ktucloud",
        "KT ucloud",
        (*KEY_AND_SECRET, address(WHOLE, "https://api.ucloudbiz.olleh.com/server/v1/client/api")),
        ALL,
        start="ex_start",
        stop="ex_stop",
        nodes=cloudstack.list_nodes,
    ),
    Row(
        "kubevirt",
        "KubeVirt",
        (
            secret("key", "Bearer token"),
            address(HOST, "https://cluster.example.org:6443", https_only=True),
        ),
        "list start stop reboot sizes images locations",  # terminate deletes other objects
        fixed={"ex_token_bearer_auth": True, "ca_cert": certificates.public_authorities()},
    ),
    Row("nimbus", "Nimbus", (*ACCESS_KEY, address(HOST, "https://cloud.example.org:8444")), ALL),
    Row(
        "onapp",
        "OnApp",
        (*USER_AND_PASSWORD, address(HOST, "https://onapp.example.org")),
        "list terminate images",
    ),
    Row(
        "opennebula",
        "OpenNebula",
        (
            *USER_AND_PASSWORD,
            address(HOST, "https://one.example.org:4567"),
            choice("api_version", "Version", OPENNEBULA_VERSIONS, "3.8"),
        ),
        NO_POWER,
    ),
    Row(
        "openstack",
        "OpenStack",
        (
            *USER_AND_PASSWORD,
            address(("ex_force_auth_url",), "https://cloud.example.org:5000"),
            text("ex_tenant_name", "Project"),
            choice("ex_force_auth_version", "Sign-in", KEYSTONE_VERSIONS, "3.x_password"),
            optional("ex_domain_name", "Domain", "Default, unless another is named."),
        ),
        ORDERS,
        regions=("RegionOne",),
        open_regions=True,
        fixed={"api_version": "2.2"},
    ),
    Row(
        "vcloud",
        "VMware vCloud",
        (
            text("key", "User name", "As user@organization."),
            secret("secret", "Password"),
            address(HOST, "https://vcloud.example.org"),
            choice("api_version", "Version", VCLOUD_VERSIONS, "5.5"),
        ),
        ALL,
        start="ex_power_on_node",
        stop="ex_shutdown_node",
    ),
)
