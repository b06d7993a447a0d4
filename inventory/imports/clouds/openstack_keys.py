"""The keys of a cloud in clouds.yaml, which are also the OS_… variables in lower case.

From docs.openstack.org/openstacksdk, "Configuring OpenStack SDK Applications", the options of
docs.openstack.org/keystoneauth, "Authentication Plugins", and those of python-openstackclient.
"""

import re
from collections.abc import Mapping

from inventory.imports.clouds.keys import NO, YES, Keys

# The keys of a login, each with the kind's field. If two keys set one field, the first counts, as
# in keystoneauth, where an id goes before a name.
LOGIN = {
    "auth_url": "auth_url",
    "username": "username",
    "user_id": "user_id",
    "password": "password",
    "project_id": "project",
    "tenant_id": "project",
    "project_name": "project",
    "tenant_name": "project",
    "user_domain_id": "domain",
    "user_domain_name": "domain",
    "project_domain_id": "project_domain",
    "project_domain_name": "project_domain",
    "application_credential_id": "application_credential_id",
    "application_credential_secret": "application_credential_secret",
}
# For the user's and the project's domain, where these are not set.
DOMAINS = ("domain_id", "domain_name")
# Also a key of a login, but python-openstackclient reads it only next to "auth". It is an id.
DEFAULT_DOMAIN = "default_domain"
# openstacksdk prefers the value of these keys next to "auth" to the value inside it
# (``_fix_backwards_auth``). For the other keys of a login it prefers the value inside "auth"
# (``_validate_auth``).
OUTER_FIRST = {key for key in LOGIN if re.match("project_|tenant_|user_domain_", key)} | {*DOMAINS}
ENDPOINTS = {
    "compute_endpoint_override": "compute_endpoint",
    "image_endpoint_override": "image_endpoint",
    "network_endpoint_override": "network_endpoint",
}
CERTIFICATES = {"cacert": "ca_certificate", "cert": "client_certificate", "key": "client_key"}
INTERFACES = ("endpoint_type", "interface")  # the first is the older word, and counts first
ASKED = ("compute", "image", "network")

NOT_ASKED = "the gateway asks nothing of this service"
OTHER_SERVICES = (
    "accelerator application_catalog backup baremetal baremetal_introspection block_storage "
    "clustering container_infra container_infrastructure_management data_processing database dns "
    "event identity instance_ha key_manager load_balancer messaging meter metering metric "
    "multi_tenant_networking object_store orchestration placement policy reservation resource "
    "root_cause_analysis search share shared_file_system telemetry volume volumev2 volumev3 "
    "workflow"
)
CLIENTS_OWN = "it concerns the command's own output and patience"
UPLOADS = "it concerns how the client uploads images"
HARMLESS: Mapping[str, str] = {
    "message": "it is shown to a person",
    "status": "it is shown to a person",
    "private": "it chooses the address that a client connects to",
    "force_ipv4": "it chooses the address that a client connects to",
    "prefer_ipv6": "it chooses the address that a client connects to",
    "floating_ip_source": "the gateway makes no floating address",
    "requires_floating_ip": "the gateway makes no floating address",
    "external_network": "the gateway makes no floating address",
    "secgroup_source": "security groups are named in the order",
    "image_format": UPLOADS,
    "image_api_use_tasks": UPLOADS,
    "use_direct_get": UPLOADS,
    "disable_vendor_agent": UPLOADS,
    "compute_default_microversion": "the gateway chooses the microversion by what it reads",
    "default_microversion": "the gateway chooses the microversion by what it reads",
    "key_path": "it is a public key for new machines, which an order names",
    "no_cache": "the gateway has its own rules for what it keeps",
    "cache": "the gateway has its own rules for what it keeps",
    "reauthenticate": "the gateway signs in anew when a token ends",
    **dict.fromkeys(("api_timeout", "timeout", "retries"), CLIENTS_OWN),
    **dict.fromkeys(("debug", "verbose", "verbose_level", "log_file", "log_level"), CLIENTS_OWN),
    **dict.fromkeys(("timing", "collect_timing", "user_agent", "beta_command"), CLIENTS_OWN),
    **dict.fromkeys(("*_status_code_retries", "*_connect_retries"), CLIENTS_OWN),
    **dict.fromkeys(("*_status_code_retry_delay", "*_connect_retry_delay"), CLIENTS_OWN),
    **dict.fromkeys(("*_retriable_status_codes", "*_rate_limit", "*_concurrency"), CLIENTS_OWN),
    **dict.fromkeys(("rate_limit", "concurrency"), CLIENTS_OWN),
    **{f"{service}_*": NOT_ASKED for service in OTHER_SERVICES.split()},
}
FEDERATION = (
    "identity_provider protocol client_id client_secret discovery_endpoint code access_token "
    "access_token_endpoint access_token_type authorization_code openid_scope "
    "device_authorization_endpoint code_challenge code_challenge_method redirect_uri "
    "redirect_host redirect_port manage_verify service_provider service_provider_endpoint "
    "service_provider_entity_id identity_provider_url mutual_auth consumer_key "
    "consumer_secret access_key access_secret idp_otp_key"
)
FEDERATED = "it signs in at an identity provider, which the gateway does not"
UNVERIFIED = "its certificate is not verified, and the gateway verifies every one; name its cacert"
OTHER_SERVICE = "its service is found under another name or place than the catalogue's"
SKIPPING: Mapping[str, str] = {
    "verify": UNVERIFIED,
    "insecure": UNVERIFIED,
    "identity_api_version": "the gateway signs in at Keystone v3",
    "endpoint_override": "it is one address for every service; name compute_endpoint_override, "
    "image_endpoint_override and network_endpoint_override",
    "vendor_hook": "it runs a program of the vendor's",
    "auth_methods": "it signs in by several methods",
    "passcode": "it signs in with a person's one-time passcode",
    "token": "it signs in with a token, which ends soon",
    "system_scope": "it signs in to the whole system, not to a project; name a project in its "
    "place",
    "trust_id": "it signs in by a trust of another user; import an application credential of that "
    "user",
    "application_credential_name": "the gateway knows an application credential by its id, which "
    "`openstack application credential list` shows; give application_credential_id in its place",
    "internal_network": "networks has replaced it",
    "service_type": OTHER_SERVICE,
    "service_name": OTHER_SERVICE,
    **{f"{service}_api_version": "the gateway asks another version" for service in ASKED},
    **{
        f"{service}_{word}": OTHER_SERVICE
        for service in ASKED
        for word in ("service_type", "service_name", "interface", "region_name", "endpoint")
    },
    **dict.fromkeys(FEDERATION.split(), FEDERATED),
}
USUAL = {
    "verify": YES,
    "insecure": NO,
    "identity_api_version": re.compile(r"v?3(\.\d+)?|auto"),
    "compute_api_version": re.compile(r"v?2(\.\d+)?|auto|latest"),
    "image_api_version": re.compile(r"v?2(\.\d+)?|auto"),
    "network_api_version": re.compile(r"v?2(\.0)?|auto"),
    **{f"{service}_service_type": re.compile(service) for service in ASKED},
}
MISPLACED = "it is read beside auth, not in it"
CHOOSES = "it is read at the top of an entry alone"
# The keys of a cloud whose parts are merged. Those that choose a profile or a region are read
# before that, at the top of an entry.
CLOUD = Keys(
    honoured=frozenset(
        {*LOGIN, *DOMAINS, DEFAULT_DOMAIN, *ENDPOINTS, *CERTIFICATES, *INTERFACES}
        | {"auth", "auth_type", "networks"}
    ),
    harmless=HARMLESS,
    skipping={
        **SKIPPING,
        **dict.fromkeys(("profile", "cloud", "regions", "region_name"), CHOOSES),
    },
    usual=USUAL,
)
# The keys in its "auth".
AUTH = Keys(
    honoured=frozenset({*LOGIN, *DOMAINS}),
    harmless=HARMLESS,
    skipping={
        **CLOUD.skipping,
        **dict.fromkeys(CLOUD.honoured - {*LOGIN, *DOMAINS}, MISPLACED),
        **dict.fromkeys(("profile", "cloud", "regions", "region_name"), MISPLACED),
    },
    usual=USUAL,
)
# An entry of "networks".
NETWORK = Keys(
    honoured=frozenset({"name", "nat_destination", "default_interface"}),
    harmless=dict.fromkeys(
        ("routes_externally", "routes_ipv4_externally", "routes_ipv6_externally", "nat_source"),
        "it chooses the address that a client connects to",
    ),
)
# An entry of "regions".
REGION = Keys(honoured=frozenset({"name", "values"}))
