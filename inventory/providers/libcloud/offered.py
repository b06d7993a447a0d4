"""The drivers of libcloud that can be connected: a row each, in the order of their names.

Each was read in apache-libcloud 3.9.1: it is built without a request, and all its requests go over
libcloud's own connection, which the guard bounds. ``refused`` names the others.
"""

import certifi

from inventory.providers.libcloud import cloudstack
from inventory.providers.libcloud.regions import (
    CLOUDSIGMA,
    DIMENSION_DATA,
    EC2_REGIONS,
    NTTCIS,
    OUTSCALE,
    first_of,
)
from inventory.providers.libcloud.rows import (
    ACCESS_KEY,
    HOST,
    HOST_AND_PATH,
    KEY_AND_SECRET,
    TOKEN,
    USER_AND_PASSWORD,
    WHOLE,
    Row,
    address,
    as_listed,
    choice,
    list_every_page,
    optional,
    secret,
    text,
)

OPENNEBULA_VERSIONS = ("3.2", "3.6", "3.8")
VCLOUD_VERSIONS = ("1.5", "5.1", "5.5")
KEYSTONE_VERSIONS = ("2.0_password", "3.x_password", "3.x_appcred")


ALL = "list start stop reboot terminate sizes images locations"
NO_POWER = "list reboot terminate sizes images locations"
ORDERS = f"{ALL} provision"
ORDERS_NO_POWER = f"{NO_POWER} provision"

ROWS = (
    Row(
        "aliyun_ecs",
        "Aliyun ECS",
        ACCESS_KEY,
        ALL,
        regions=("cn-hangzhou",),
        open_regions=True,
    ),
    Row(
        "aurora_compute",
        "PCextreme AuroraCompute",
        KEY_AND_SECRET,
        ALL,
        start="ex_start",
        stop="ex_stop",
        nodes=cloudstack.list_nodes,
        regions=("ams", "rtd", "mia", "lax", "tyo", "bcn"),
    ),
    Row(
        "cloudscale",
        "cloudscale.ch",
        TOKEN,
        "list start stop reboot terminate provision sizes images",
    ),
    Row(
        "cloudsigma",
        "CloudSigma",
        USER_AND_PASSWORD,
        "list start stop reboot terminate sizes images",
        regions=CLOUDSIGMA,
    ),
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
        "digitalocean",
        "DigitalOcean",
        TOKEN,
        ALL,
        start="ex_power_on_node",
        stop="ex_shutdown_node",
    ),
    Row(
        "dimensiondata",
        "Dimension Data",
        USER_AND_PASSWORD,
        ALL,
        regions=DIMENSION_DATA,
    ),
    Row(
        "ec2",
        "Amazon EC2",
        (*ACCESS_KEY, optional("token", "Session token", hidden=True)),
        ALL,
        regions=EC2_REGIONS,
        fixed={"signature_version": "4"},
    ),
    Row(
        "equinixmetal",
        "Equinix Metal",
        (*TOKEN, optional("project", "Project", "Its id or name; without one, all are listed.")),
        ALL,
        module={"USE_ASYNC_IO_IF_AVAILABLE": False},  # it would share one driver between threads
    ),
    Row(
        "eucalyptus",
        "Eucalyptus",
        (*ACCESS_KEY, address(HOST_AND_PATH, "https://cloud.example.org:8773/services/compute")),
        "list start stop reboot terminate sizes images",
    ),
    Row(
        "exoscale",
        "Exoscale",
        KEY_AND_SECRET,
        ALL,
        start="ex_start",
        stop="ex_stop",
        nodes=cloudstack.list_nodes,
    ),
    Row("gandi", "Gandi", TOKEN, NO_POWER),
    Row(
        "gridscale",
        "gridscale",
        (text("user_id", "User UUID"), secret("key", "API token")),
        "list start reboot terminate images locations",
        module={"sorted": as_listed},
    ),
    Row(
        "ikoula",
        "Ikoula",
        KEY_AND_SECRET,
        ALL,
        start="ex_start",
        stop="ex_stop",
        nodes=cloudstack.list_nodes,
    ),
    Row(
        "internetsolutions",
        "Internet Solutions",
        USER_AND_PASSWORD,
        ALL,
        regions=first_of("is-af", DIMENSION_DATA),
    ),
    Row(
        "kamatera",
        "Kamatera",
        (text("key", "Client id"), secret("secret", "API secret")),
        "list start stop reboot terminate locations",
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
        fixed={"ex_token_bearer_auth": True, "ca_cert": certifi.where()},
    ),
    Row("linode", "Linode", TOKEN, ALL),
    Row("maxihost", "Maxihost", TOKEN, ALL),
    Row("nimbus", "Nimbus", (*ACCESS_KEY, address(HOST, "https://cloud.example.org:8444")), ALL),
    Row(
        "ntta",
        "NTT America",
        USER_AND_PASSWORD,
        ALL,
        regions=first_of("ntta-na", DIMENSION_DATA),
    ),
    Row("nttcis", "NTT CIS", USER_AND_PASSWORD, ALL, regions=NTTCIS, nodes=list_every_page),
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
        "outscale_inc", "Outscale (Inc.)", ACCESS_KEY, ALL, regions=first_of("us-east-1", OUTSCALE)
    ),
    Row("outscale_sas", "Outscale (SAS)", ACCESS_KEY, ALL, regions=OUTSCALE),
    Row(
        "ovh",
        "OVH",
        (
            text("key", "Application key"),
            secret("secret", "Application secret"),
            text("ex_project_id", "Project id"),
            secret("ex_consumer_key", "Consumer key"),
        ),
        "list terminate provision sizes images locations",
        regions=("eu", "ca"),
    ),
    Row(
        "rackspace",
        "Rackspace",
        (text("key", "User name"), secret("secret", "API key")),
        ORDERS,
        regions=("dfw", "ord", "iad", "lon", "syd", "hkg"),
    ),
    Row(
        "rackspace_first_gen",
        "Rackspace, first generation",
        (text("key", "User name"), secret("secret", "API key")),
        ORDERS_NO_POWER,
        regions=("us", "uk"),
    ),
    Row("rimuhosting", "RimuHosting", TOKEN, ORDERS_NO_POWER),
    Row(
        "scaleway",
        "Scaleway",
        (text("key", "Organization id"), secret("secret", "Token")),
        NO_POWER,
    ),
    Row("terremark", "Terremark", USER_AND_PASSWORD, NO_POWER),
    Row(
        "upcloud",
        "UpCloud",
        (text("username", "User name"), secret("password", "Password")),
        ORDERS_NO_POWER,
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
    Row("vpsnet", "VPS.net", (text("key", "User name"), secret("secret", "API key")), NO_POWER),
    Row("vultr", "Vultr", TOKEN, ORDERS),
)
